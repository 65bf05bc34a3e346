// SPDX-License-Identifier: BSD-3-Clause
// The bench of a case: an interface with addresses, and what the guard says to a frame.
#ifndef LWECHO_TESTS_GUARD_BENCH_H
#define LWECHO_TESTS_GUARD_BENCH_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "clock.h"
#include "frame.h"
#include "guard.h"
#include "hooks.h"

struct bench {
    struct netif netif;
};

extern struct bench bench;

/// For each case: all defences on, counters 0, log as clock_reset() says, and a clock
/// that shows another time than in the cases before.
int bench_setup(void **state);

#define CLAIM(name) cmocka_unit_test_setup(name, bench_setup)

/// Has the guard judge `frame`, in memory of its own of exactly that length, of which `first`
/// octets lie in the first pbuf. What the guard writes to it is written to `frame`.
bool bench_judge_split(struct frame *frame, size_t first);

/// The same, in one pbuf.
bool bench_judge(struct frame *frame);

/// Has the guard judge a frame that the device sends.
bool bench_permits(const struct frame *frame);

/// Fails the case unless the guard drops `frame` for this reason and for no other, and accepts it
/// with this one defence switched off.
void bench_refuses(struct frame *frame, const COUNTER_T *counter);

/// Fails the case unless the guard accepts `frame` and counts no drop.
void bench_accepts(struct frame *frame);

/// Returns the sum of all counters of drops.
COUNTER_T bench_drops(void);

/// Parts for profiles with IPv6, and without.
void bench_setup_ip6(void);
COUNTER_T bench_drops_ip6(void);

#endif
