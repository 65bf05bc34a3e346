// SPDX-License-Identifier: BSD-3-Clause
// What a load measures: echoes, octets, latency, and the server's CPU time meanwhile.
#ifndef LWECHO_TESTS_BENCH_HOST_MEASURE_H
#define LWECHO_TESTS_BENCH_HOST_MEASURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "load.h"

/// Nanoseconds of a clock that only grows.
uint64_t measure_now(void);

/// Begins the time in which echoes count, and returns when that was.
uint64_t measure_begin(const struct load *load);

/// Returns whether `now` lies in the time in which echoes count.
bool measure_goes_on(uint64_t now);

/// Counts an echo that was asked for at `sent` and has come at `now`. What comes late counts no
/// more.
void measure_echo(uint64_t sent, uint64_t now);

/// Counts octets that came back right.
void measure_octets(size_t octets, uint64_t now);

/// Counts what was never answered.
void measure_lost(unsigned messages);

/// Ends the time: what follows is no part of the server's CPU time.
void measure_end(void);

/// Prints everything as a line of JSON.
void measure_print(void);

#endif
