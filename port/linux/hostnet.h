// SPDX-License-Identifier: BSD-3-Clause
// The host's side of a TAP that we created: its addresses and its being up, by rtnetlink.
#ifndef LWECHO_PORT_LINUX_HOSTNET_H
#define LWECHO_PORT_LINUX_HOSTNET_H

#include <stdbool.h>
#include <stdint.h>

/// An address with its network's prefix.
struct hostnet_address {
    int family;         ///< AF_INET, AF_INET6; AF_UNSPEC: none
    uint8_t octets[16]; ///< network byte order; the first 4 of IPv4
    uint8_t prefix;     ///< bits
};

/// Reads `ADDRESS/PREFIX` of the family.
/// Returns true; false: `text` is no such thing, `address` is undefined.
bool hostnet_address_parse(const char *text, int family, struct hostnet_address *address);

/// Returns true when both have the same address, whatever their prefixes.
bool hostnet_address_equal(const struct hostnet_address *a, const struct hostnet_address *b);

/// Returns true when `b` lies in the network of `a`.
bool hostnet_address_reaches(const struct hostnet_address *a, const struct hostnet_address *b);

/// Gives the interface an address that is usable at once. AF_UNSPEC does nothing.
/// Returns 0, or the kernel's errno.
int hostnet_address_add(const char *interface, const struct hostnet_address *address);

/// Sets the interface up.
/// Returns 0, or the kernel's errno.
int hostnet_link_up(const char *interface);

#endif
