// SPDX-License-Identifier: BSD-3-Clause
// The statistics live on a terminal.
#ifndef LWECHO_SIM_WATCH_H
#define LWECHO_SIM_WATCH_H

/// Asks for the statistics. Returns a line that the caller frees, NULL: the device is gone.
typedef char *watch_ask(void);

/// Says why there is no answer. Returns the exit code.
typedef int watch_error(void);

/// Shows what `ask` returns, anew every second and when the terminal's size changes, until q or
/// Ctrl-C, or until the device is gone. The terminal is then as it was.
/// Returns the exit code: EXIT_SUCCESS when it ended by the user's wish, else `error`'s.
int watch_run(watch_ask *ask, watch_error *error);

#endif
