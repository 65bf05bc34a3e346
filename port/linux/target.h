// SPDX-License-Identifier: BSD-3-Clause
// What a Linux host adds to port/target.h: watched descriptors, sleep, and a clock with a chosen
// start.
#ifndef LWECHO_PORT_LINUX_TARGET_H
#define LWECHO_PORT_LINUX_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "../target.h"

/// Lets sys_now() go on from `now_ms`; it counts from the host's boot otherwise.
/// Context: before anything reads the clock.
void target_clock_set(uint32_t now_ms);

/// Lets sys_now() pass `rate` times as fast as the host's clock, at least 1; sleeps are shorter by
/// as much.
void target_clock_rate_set(uint32_t rate);

/// Leaves only target_error()'s lines when `quiet`.
void target_log_quiet(bool quiet);

/// Writes `lwecho: ...` to stderr for the user to act on, however quiet the log is.
/// Limits: as target_log().
__attribute__((format(printf, 1, 2))) void target_error(const char *format, ...);

/// Lets a readable `fd` end target_sleep(), which then sets `*ready`. Whoever finds `fd` drained
/// clears it.
/// Ownership: `fd` and `ready` stay with the caller until target_unwatch() or the end of the
/// program.
/// Returns true; false: the kernel refused, errno says why.
bool target_watch(int fd, bool *ready);

/// The same, once each time that `fd` becomes readable, or writable after it was not: whoever finds
/// that it takes no more clears `*ready`, too.
bool target_watch_both(int fd, bool *ready);

/// Forgets `fd`, which must be watched.
void target_unwatch(int fd);

/// Sleeps until a watched descriptor is readable or `timeout_ms` have passed; UINT32_MAX: for ever.
/// 0 only looks at the descriptors. May return early.
void target_sleep(uint32_t timeout_ms);

/// Returns how often target_sleep() has returned from a sleep.
uint64_t target_wakeups(void);

/// Returns the milliseconds since the host's boot, which never wrap.
uint64_t target_uptime_ms(void);

#endif
