// SPDX-License-Identifier: BSD-3-Clause
// A token bucket: lets an event through so often a second, and a burst of them at once.
#ifndef LWECHO_PORT_BUCKET_H
#define LWECHO_PORT_BUCKET_H

#include <stdbool.h>

#include "lwip/arch.h"

/// Starts full when `credit_ms` is `full_ms`. An event costs `event_ms` of credit, which grows with
/// the clock.
struct bucket {
    u32_t event_ms;  ///< 1000 divided by the events a second
    u32_t full_ms;   ///< `event_ms` times the events at once
    u32_t credit_ms; ///< what is left
    u32_t last_ms;   ///< the clock at the last event
};

/// Takes an event out of the bucket.
/// Returns false when there is none left: the event must not happen.
bool bucket_take(struct bucket *bucket);

#endif
