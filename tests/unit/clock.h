// SPDX-License-Identifier: BSD-3-Clause
// The target of the tests: a clock that only the test moves, a log that it can search, and
// randomness that is the same in each run.
#ifndef LWECHO_TESTS_UNIT_CLOCK_H
#define LWECHO_TESTS_UNIT_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "target.h"

enum {
    CLOCK_BEFORE_WRAP_MS = 2500, ///< every case crosses the clock's wrap after this time
};

/// Sets clock, randomness and log to what every case starts with; all defences are on.
void clock_reset(void);

/// Sets the clock back or forth without anything happening.
void clock_set(uint32_t now_ms);

void clock_advance(uint32_t ms);

/// Returns how often `text` stands in the log since the case began or log_clear() was called.
size_t log_count(const char *text);

bool log_has(const char *text);

void log_clear(void);

#endif
