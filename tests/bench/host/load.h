// SPDX-License-Identifier: BSD-3-Clause
// The load client's parts: each kind of load runs once, checks every octet and counts.
#ifndef LWECHO_TESTS_BENCH_HOST_LOAD_H
#define LWECHO_TESTS_BENCH_HOST_LOAD_H

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    LOAD_OCTETS_MAX = 65507,       ///< the largest datagram
    LOAD_IN_FLIGHT_MAX = 256,      ///< datagrams that are not answered yet
    LOAD_CONNECTIONS_MAX = 4096,   ///< at once
    LOAD_DURATION_MS_MAX = 600000, ///< of the time in which echoes count
    LOAD_SILENCE_MS = 8000,        ///< without any progress, then the load fails
};

struct load {
    struct sockaddr_in server;
    unsigned octets;      ///< of a message
    unsigned in_flight;   ///< UDP: datagrams sent ahead of the answers
    unsigned connections; ///< TCP: at once
    unsigned duration_ms;
    pid_t server_pid; ///< whose CPU time is measured; 0: nobody's
};

/// Ends the program: what the server did is no echo. `format` says what it did instead.
__attribute__((noreturn, format(printf, 1, 2))) void load_fail(const char *format, ...);

/// Datagrams of one socket, each answered by the next one.
void load_udp(const struct load *load);

/// Sends datagrams until the first is answered.
void load_wait(const struct load *load);

/// Streams on all connections as fast as the echo comes back.
void load_bulk(const struct load *load);

/// One message on the way on each connection.
void load_requests(const struct load *load);

/// Connections one after the other, each with a single message from handshake to the end.
void load_connects(const struct load *load);

#endif
