// SPDX-License-Identifier: BSD-3-Clause
// What a target supplies besides frames: clock, entropy, log and the end of everything.
#ifndef LWECHO_PORT_TARGET_H
#define LWECHO_PORT_TARGET_H

#include <stdint.h>

// The clock is lwIP's own sys_now(): milliseconds that only grow, modulo 2^32 (49.7 days).

/// Returns 32 bits of the target's best randomness.
/// Context: any but an interrupt.
uint32_t target_random(void);

/// Logs one line, `module: event key=value ...`; the end of the line is added.
/// Limits: what passes the target's longest line (at least 160 octets) is cut.
/// Context: any but an interrupt. Never waits.
__attribute__((format(printf, 1, 2))) void target_log(const char *format, ...);

/// Ends everything after a programmer's error: abort on a host, reset on a board.
__attribute__((noreturn)) void target_panic(const char *message, const char *file, int line);

#endif
