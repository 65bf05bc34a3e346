// SPDX-License-Identifier: BSD-3-Clause
// The device's static variables, and back to them: each input meets the same device.
//
// Which ones these are is said by the order in which the linker is given objects: all that stand
// between snapshot_begin.c and snapshot_end.c.
#ifndef LWECHO_TESTS_FUZZ_SNAPSHOT_H
#define LWECHO_TESTS_FUZZ_SNAPSHOT_H

#include <stdbool.h>

/// Keeps what the variables hold, and which of them AddressSanitizer forbids. Once in a process.
void snapshot_take(void);

/// Brings back what was kept.
void snapshot_restore(void);

/// Returns whether the variable at `at` is one of them.
bool snapshot_has(const void *at);

#endif
