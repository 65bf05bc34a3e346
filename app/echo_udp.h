// SPDX-License-Identifier: BSD-3-Clause
// The UDP echo service: every datagram goes back in the buffers it came in.
#ifndef LWECHO_APP_ECHO_UDP_H
#define LWECHO_APP_ECHO_UDP_H

#include <stdbool.h>

#include "arch/counters.h"
#include "lwip/err.h"

struct echo_udp_config {
    u16_t port;   ///< host byte order
    bool verbose; ///< log what is received
};

// received = answered + drop_*
#define ECHO_UDP_COUNTERS(X)                                                                       \
    X(received)         /* datagrams for the service's port */                                     \
    X(answered)         /* sent back */                                                            \
    X(octets_in)        /* payload received */                                                     \
    X(octets_out)       /* payload sent back */                                                    \
    X(drop_not_unicast) /* sent to or from a group, a broadcast or no address */                   \
    X(drop_source_port) /* from port 0, a well-known port or the service's own: an echo loop */    \
    X(drop_send_failed) /* lwIP could not send the answer */

struct echo_udp_counters {
    ECHO_UDP_COUNTERS(COUNTERS_MEMBER)
};

extern struct echo_udp_counters echo_udp_counters;
extern const struct counters echo_udp_counters_info;

/// UDP echo service on every local address; each answer leaves from the address that was asked.
///
/// Answers only what came from one host to this host alone, and never a source port of 0, below
/// 1024 or equal to its own: two services that answer each other would never stop (CVE-1999-0103).
/// Limits: a datagram of 0 octets up to what the profile's reassembly takes.
/// Ownership: `config` is copied.
/// Returns ERR_OK; ERR_USE: the port is taken; ERR_MEM: no PCB left; ERR_VAL: port 0 or already
/// started. On error nothing is held.
/// Context: lwIP's single thread of control.
/// Source: RFC 862, "UDP Based Echo Service".
err_t echo_udp_start(const struct echo_udp_config *config);

/// Stops the service and gives its memory back. May be started again.
void echo_udp_stop(void);

#endif
