// SPDX-License-Identifier: BSD-3-Clause
// Single requests to the kernel's rtnetlink.
#ifndef LWECHO_PORT_LINUX_RTNL_H
#define LWECHO_PORT_LINUX_RTNL_H

#include <libmnl/libmnl.h>
#include <stdint.h>

enum {
    RTNL_REQUEST_OCTETS_MAX = 512,
};

/// Begins a request in `buffer`, which has RTNL_REQUEST_OCTETS_MAX octets, aligned as a header.
struct nlmsghdr *rtnl_request(void *buffer, uint16_t type, uint16_t flags);

/// Sends a request and waits for the kernel's answer; each message of it goes to `on_message`,
/// unless that is NULL.
/// Returns 0, or the errno of either.
int rtnl_send(struct nlmsghdr *request, mnl_cb_t on_message, void *context);

#endif
