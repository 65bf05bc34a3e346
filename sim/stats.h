// SPDX-License-Identifier: BSD-3-Clause
// Every counter and every pool of the simulated device, for programs to read.
#ifndef LWECHO_SIM_STATS_H
#define LWECHO_SIM_STATS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "impair.h"
#include "lwip/netif.h"
#include "options.h"

/// What the statistics are about.
struct stats_subject {
    const struct options *options;
    const struct impair *impair;
    const struct netif *netif;
    bool with_connections; ///< list each of them
};

/// Writes one line of JSON to `out` and flushes it.
/// Returns false when that failed.
bool stats_write(FILE *out, const struct stats_subject *subject);

/// Says what the device's own page shows: page_stats_read() then gives it.
void stats_show(const struct stats_subject *subject);

/// Starts to count the time that the device runs.
void stats_start(void);

#endif
