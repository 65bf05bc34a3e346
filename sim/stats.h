// SPDX-License-Identifier: BSD-3-Clause
// Every counter and every pool of the simulated device, for programs to read.
#ifndef LWECHO_SIM_STATS_H
#define LWECHO_SIM_STATS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "echo_tcp.h"

/// Writes one line of JSON to `out` and flushes it.
/// Returns false when that failed.
bool stats_write(FILE *out, const struct echo_tcp_config *config, uint64_t uptime_ms);

#endif
