// SPDX-License-Identifier: BSD-3-Clause
// The statistics of stack and application as JSON, in pieces small enough for a UART's ring.
#ifndef LWECHO_PORT_FIRMWARE_REPORT_H
#define LWECHO_PORT_FIRMWARE_REPORT_H

#include <stdbool.h>

#include "arch/counters.h"

enum {
    REPORT_PIECE_OCTETS_MAX = 512, ///< with COUNTER_T of 32 bits
};

struct report {
    /// Prints like printf; knows %s, %u, COUNTER_F and U32_F at least.
    __attribute__((format(printf, 1, 2))) void (*print)(const char *format, ...);
    unsigned peer_connections;             ///< as the application was started with
    const struct counters *const *drivers; ///< of the network device
    int drivers_n;
};

/// Prints piece `i` of `"limits":{...},"ethif":{...},...,"pools":{...}`: members of an object that
/// the caller opens before piece 0 and closes after the last one.
/// Returns false, printing nothing, when there is no such piece.
bool report_piece(const struct report *report, int i);

#endif
