// SPDX-License-Identifier: BSD-3-Clause
// States of the echo and of its address that a packet can meet, and the clients in them.
#ifndef LWECHO_TESTS_MUTATE_STATE_H
#define LWECHO_TESTS_MUTATE_STATE_H

#include "lwip/opt.h"
#include "protocol.h"

enum state {
    STATE_NO_CONNECTION,
    STATE_SYN_RECEIVED,
    STATE_ESTABLISHED, ///< idle
    STATE_DATA_HELD,   ///< echoed and not acknowledged; more has come out of order
    STATE_HALF_CLOSED, ///< the peer's FIN came, but its data is held
    STATE_LAST_ACK,
    STATE_TIME_WAIT,  ///< of another service than the echo, which never closes first
    STATE_SELECTING,  ///< no address yet: the DHCP client waits for an offer,
    STATE_REQUESTING, ///< for the server's word,
    STATE_RENEWING,   ///< and for its word again
    STATES = LWIP_DHCP ? STATE_RENEWING + 1 : STATE_SELECTING,
};

extern const char *const state_names[];

/// Starts the device and brings it into `state`, with one connection over each version of IP. Once
/// in a process.
void state_build(enum state state);

/// Returns where the connections stand.
struct scene state_scene(void);

/// The peers go on, as if nothing had happened: they finish their handshake, send and acknowledge.
/// Bent packets were sent in their name, so nothing is expected of the device but that it is done
/// soon.
void state_go_on(void);

/// Clients that have no part in it connect, get their octets back, and close. They find the device
/// by its name, where it has one.
void state_serve_others(void);

#endif
