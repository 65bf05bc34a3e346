// SPDX-License-Identifier: BSD-3-Clause
// Virtual time: a queue of events. Nothing here knows what time it really is.
#ifndef LWECHO_TESTS_WORLD_CLOCK_H
#define LWECHO_TESTS_WORLD_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

enum {
    US_PER_MS = 1000,
    US_PER_S = 1000000,
};

/// Lets the device's sys_now() show `device_ms` at time 0. Time and events are untouched.
void clock_set_device(uint32_t device_ms);

/// Returns the microseconds since the world began.
uint64_t clock_us(void);

/// Returns the time at which the device's clock will next have advanced by `ms` milliseconds.
uint64_t clock_device_due_us(uint32_t ms);

/// Calls `run(arg)` at `due_us`, at once when that has passed. Events of the same time run in the
/// order in which they were made.
void clock_at(uint64_t due_us, void (*run)(void *arg), void *arg);

/// Runs the next event that is due until `until_us`.
/// Returns false, with the time set to `until_us`, when there is none.
bool clock_run_next(uint64_t until_us);

/// Returns how many events have run.
uint64_t clock_events(void);

#endif
