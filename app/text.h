// SPDX-License-Identifier: BSD-3-Clause
// Texts for log lines, made without an allocation.
#ifndef LWECHO_APP_TEXT_H
#define LWECHO_APP_TEXT_H

#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"

enum {
    TEXT_DATA_OCTETS_MAX = 64, ///< octets of data that are shown
};

struct text_ip {
    char text[IPADDR_STRLEN_MAX];
};

struct text_endpoint {
    char text[IPADDR_STRLEN_MAX + sizeof "[]:65535"];
};

struct text_data {
    char text[4 * TEXT_DATA_OCTETS_MAX + sizeof "\"\"..."];
};

/// Returns the address, IPv6 in lower case (RFC 5952 section 4.3).
struct text_ip text_ip(const ip_addr_t *ip);

/// Returns `address:port`, an IPv6 address in brackets (RFC 3986 section 3.2.2).
struct text_endpoint text_endpoint(const ip_addr_t *ip, u16_t port);

/// Returns the octets of a chain in quotes, escaped as in C; `...` follows when there are more.
struct text_data text_data(const struct pbuf *p);

#endif
