// SPDX-License-Identifier: BSD-3-Clause
// The DHCP server of a device that has its address from one.
#ifndef LWECHO_TESTS_MUTATE_LEASE_H
#define LWECHO_TESTS_MUTATE_LEASE_H

#include "packet.h"
#include "state.h"

/// Starts the application with an address by DHCP, and brings its client into `state`. Device and
/// peers are there already.
void lease_start(enum state state);

/// Takes a frame of the device that may be for the server.
void lease_take(const struct packet *packet);

/// Returns the transaction of the client's last message.
uint32_t lease_transaction(void);

/// The server answers from now on.
void lease_go_on(void);

/// Waits until the device has an address. The case fails when it gets none.
/// Returns whether it is the one that the server gives; a bent message may have brought another.
bool lease_wait(void);

#endif
