// SPDX-License-Identifier: BSD-3-Clause
// Connections of strangers, which do whatever an input says. What is known of the device's side is
// kept, so that an input names sequence numbers by how far off they are.
#ifndef LWECHO_TESTS_FUZZ_TALK_H
#define LWECHO_TESTS_FUZZ_TALK_H

#include "fuzz.h"
#include "host.h"

enum {
    TALKS = 8, ///< connections: number n is of host n modulo TALK_HOSTS
    TALK_HOSTS = 4,
};

/// The strangers' hosts; without IPv6 all are IPv4.
extern struct host talk_hosts[TALK_HOSTS];

/// Forgets all connections.
void talk_reset(void);

/// Sends SYN and, when the device answers it, the acknowledgement that opens the connection.
/// Body: connection, MSS (2), window (2), scale of the window.
void talk_connect(struct record *record);

/// Sends a segment. Body: connection and how (talk.c), TCP flags, how far sequence number (2) and
/// acknowledgement (2) are off, window (2), octets of data (2), urgent pointer (2), octets of
/// options, the options.
void talk_segment(struct record *record);

/// Looks at what the device sent.
void talk_see(const struct packet *packet);

#endif
