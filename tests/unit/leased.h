// SPDX-License-Identifier: BSD-3-Clause
// A device that finds its address by itself, and a DHCP server at host 1.
#ifndef LWECHO_TESTS_UNIT_LEASED_H
#define LWECHO_TESTS_UNIT_LEASED_H

#include "dhcp_server.h"
#include "unit.h"

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * 1000,
    PROBE_MS = 11 * 1000,  ///< within which an address is tried, and a conflict forgotten
    ALONE_MS = 30 * 1000,  ///< within which a device without a server is on its own
    RETURN_MS = 75 * 1000, ///< within which a server is found that appears later
};

/// A case with a DHCP server that answers.
#define LEASED(name) cmocka_unit_test_setup_teardown(name, leased_setup, leased_teardown)

int leased_setup(void **state);
int leased_teardown(void **state);

/// The application's, with an IPv4 address that is to be found and no IPv6.
struct app_config leased_config(void);

/// Starts a device that finds its address. The host's side of the wire is there first.
void leased_start(void);

/// Returns whether the device has the address that the server gives.
bool leased_has_lease(void);

bool leased_is_link_local(void);

/// Lets the cable be out for a second.
void leased_replug(void);

/// Host 2 says, once, that it has the device's address.
void leased_claim(void);

#endif
