// SPDX-License-Identifier: BSD-3-Clause
// The statistics of stack and application as JSON, in pieces small enough for a UART's ring.
#ifndef LWECHO_PORT_FIRMWARE_REPORT_H
#define LWECHO_PORT_FIRMWARE_REPORT_H

#include <stdbool.h>

#include "arch/counters.h"
#include "lwip/netif.h"

enum {
    REPORT_PIECE_OCTETS_MAX = 512, ///< with COUNTER_T of 32 bits
};

/// Prints like printf; knows %s, %u, COUNTER_F and U32_F at least.
typedef __attribute__((format(printf, 1, 2))) void report_print_fn(const char *format, ...);

struct report {
    unsigned peer_connections;             ///< as the application was started with
    const struct counters *const *drivers; ///< of the network device
    int drivers_n;
};

/// Prints piece `i` of `"limits":{...},"ethif":{...},...,"pools":{...}`: members of an object that
/// the caller opens before piece 0 and closes after the last one.
/// Returns false, printing nothing, when there is no such piece.
bool report_piece(report_print_fn *print, const struct report *report, int i);

/// Prints the member `,"addresses":[...]`.
void report_addresses(report_print_fn *print, const struct netif *netif);

/// Prints `separator` and the TCP connection in place `i` as an object.
/// Returns false, printing nothing, when there is none.
bool report_connection(report_print_fn *print, u16_t i, const char *separator);

#endif
