// SPDX-License-Identifier: BSD-3-Clause
// The statistics live on a terminal.
#ifndef LWECHO_SIM_WATCH_H
#define LWECHO_SIM_WATCH_H

#include <stdbool.h>

/// Asks for the statistics. Returns a line that the caller frees, NULL: the device is gone.
typedef char *watch_ask(void);

/// Shows what `ask` returns, anew every second and when the terminal's size changes, until q or
/// Ctrl-C, or until the device is gone. The terminal is then as it was.
/// Returns false, after an error line, when it did not end by the user's wish.
bool watch_run(watch_ask *ask);

#endif
