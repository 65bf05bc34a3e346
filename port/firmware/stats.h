// SPDX-License-Identifier: BSD-3-Clause
// Every counter and pool of the device, printed over the UART piece by piece while it serves.
#ifndef LWECHO_PORT_FIRMWARE_STATS_H
#define LWECHO_PORT_FIRMWARE_STATS_H

#include <stdbool.h>

#include "report.h"

/// Begins the line of statistics, unless one is being printed already.
void stats_begin(void);

/// Prints as much of the line begun as the console has room for. Nothing when none was begun.
/// Context: the main loop, each time around.
void stats_advance(void);

/// Prints piece `i` of the line, which lacks its last brace then.
/// Returns false, printing nothing, when there is no such piece.
bool stats_piece(report_print_fn *print, int i);

#endif
