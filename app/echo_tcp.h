// SPDX-License-Identifier: BSD-3-Clause
// The TCP echo service: every octet comes back, in order, out of the memory it was received in.
#ifndef LWECHO_APP_ECHO_TCP_H
#define LWECHO_APP_ECHO_TCP_H

#include <stdbool.h>

#include "arch/counters.h"
#include "lwip/err.h"
#include "lwip/tcp.h"

struct echo_tcp_config {
    u16_t port;             ///< host byte order
    u32_t hold_octets;      ///< 0 streams; else at most ECHO_TCP_HOLD_MAX
    u32_t idle_timeout_s;   ///< a connection without progress is dropped after it; 0: never
    u16_t peer_connections; ///< most connections of one IPv4 address, or of one IPv6 /64
    bool verbose;           ///< log what is received
};

enum {
    ECHO_TCP_IDLE_TIMEOUT_S_MAX = 2000000, ///< 23 days: half of what the clock can tell apart
};

/// The most that can be held back: the peer must still see a window, which is told in units of
/// the scale, for the octet or the FIN that ends the wait.
#define ECHO_TCP_HOLD_MAX (TCP_WND - (1 << TCP_RCV_SCALE))

// octets_in = octets_out + octets_discarded + octets_held
// accepted = closed + reset + aborted_* + open
#define ECHO_TCP_COUNTERS(X)                                                                       \
    X(accepted)         /* connections served */                                                   \
    X(refused_full)     /* reset at once: all connections taken */                                 \
    X(refused_peer)     /* reset at once: the peer has its share already */                        \
    X(refused_memory)   /* never opened: lwIP had no memory for it */                              \
    X(closed)           /* ended by both sides' FIN */                                             \
    X(reset)            /* ended by the peer's RST, or by lwIP for want of an answer */            \
    X(aborted_idle)     /* no progress within the idle timeout */                                  \
    X(aborted_buffers)  /* held more receive buffers than a connection may */                      \
    X(aborted_stop)     /* open when the service was stopped */                                    \
    X(octets_in)        /* received */                                                             \
    X(octets_out)       /* echoed and acknowledged by the peer */                                  \
    X(octets_discarded) /* received, but the connection ended before they were echoed */           \
    X(write_retries)    /* lwIP had no memory for an echo, which was sent later */

struct echo_tcp_counters {
    ECHO_TCP_COUNTERS(COUNTERS_MEMBER)
};

extern struct echo_tcp_counters echo_tcp_counters;
extern const struct counters echo_tcp_counters_info;

/// TCP echo service on every local address.
///
/// Streams what it receives back while it receives, or holds it as `hold_octets` says: until the
/// peer's FIN, or until more than that many octets came. The peer's FIN is answered with ours once
/// the last octet is acknowledged. The receive window reopens as the buffers of echoed and
/// acknowledged octets become free, so a peer that never reads stalls itself and nobody else.
/// Limits: ECHO_TCP_CONNECTIONS_MAX connections, ECHO_TCP_CONNECTION_BUFFERS receive buffers each;
/// one connection more, in all or of one peer, is reset and counted.
/// Ownership: `config` is copied; received pbufs are ours until acknowledged or aborted.
/// Returns ERR_OK; ERR_USE: the port is taken; ERR_MEM: no PCB left; ERR_VAL: a value of `config`
/// is out of its limits or the service is already started. On error nothing is held.
/// Context: as all here, lwIP's single thread of control.
/// Source: RFC 862, "TCP Based Echo Service".
err_t echo_tcp_start(const struct echo_tcp_config *config);

/// Resets every connection, stops listening and gives all memory back. May be started again.
void echo_tcp_stop(void);

/// Returns the number of connections being served.
u16_t echo_tcp_open(void);

/// A connection, for people to look at.
struct echo_tcp_connection {
    ip_addr_t peer_ip;
    u16_t peer_port;
    const char *state; ///< holding, echoing or draining
    COUNTER_T octets_in;
    COUNTER_T octets_out; ///< echoed and acknowledged
    u32_t octets_held;
    u32_t idle_ms; ///< since octets last came in or were acknowledged
};

/// Tells of connection `i` of ECHO_TCP_CONNECTIONS_MAX.
/// Returns false when it is free.
bool echo_tcp_connection(u16_t i, struct echo_tcp_connection *connection);

/// Returns the octets received and neither echoed nor discarded yet, over all connections.
u32_t echo_tcp_octets_held(void);

#endif
