// SPDX-License-Identifier: BSD-3-Clause
// The DHCP server of a device that asks for its address: well, slow, silent, refusing or hostile.
//
// It is a scripted host of the plan. A good server gives the device the address that all actors
// know, so that once faults have healed the device has to come back to it.
#ifndef LWECHO_TESTS_WORLD_DHCP_SERVER_H
#define LWECHO_TESTS_WORLD_DHCP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DHCP_SERVER_PORT = 67,
    DHCP_CLIENT_PORT = 68,
};

/// Plans its spells.
void dhcp_server_start(void);

/// Takes a frame that has come to the server's host.
void dhcp_server_frame(const uint8_t *frame, size_t octets);

/// Returns whether the device may send from `ip` now: a server has acknowledged it, and the lease
/// has not ended, or it is link-local.
bool dhcp_server_allows(const uint8_t ip[4]);

/// Returns what is wrong with a client's message, NULL: nothing.
/// Source: RFC 2131 section 4.4.1.
const char *dhcp_server_judge(const uint8_t *message, size_t octets);

#endif
