// SPDX-License-Identifier: BSD-3-Clause
// A token bucket: lets an event through so often a second, and a burst of them at once.
#ifndef LWECHO_PORT_BUCKET_H
#define LWECHO_PORT_BUCKET_H

#include <stdbool.h>

#include "lwip/arch.h"

/// All zero: full. It fills with the clock.
struct bucket {
    u32_t spent_ms; ///< what is missing
    u32_t last_ms;  ///< the clock at the last event
};

/// Takes an event that costs `event_ms`, 1000 divided by the events a second, out of a bucket that
/// holds `full_ms`: `event_ms` times the events at once.
/// Returns false when there is none left: the event must not happen.
bool bucket_take(struct bucket *bucket, u32_t event_ms, u32_t full_ms);

#endif
