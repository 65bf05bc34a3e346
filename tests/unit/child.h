// SPDX-License-Identifier: BSD-3-Clause
// What ends the process, tried in another one.
#ifndef LWECHO_TESTS_UNIT_CHILD_H
#define LWECHO_TESTS_UNIT_CHILD_H

#include <stdbool.h>

/// Runs `what` in a copy of this process, which ends when it returns.
/// Returns whether it was aborted, as target_panic() does.
bool child_aborts(void (*what)(void));

#endif
