// SPDX-License-Identifier: BSD-3-Clause
// How fast one connection is, in virtual time.
#ifndef LWECHO_TESTS_WORLD_GOODPUT_H
#define LWECHO_TESTS_WORLD_GOODPUT_H

#include <stdbool.h>

struct goodput {
    unsigned window_octets; ///< of the peer
    unsigned loss;          ///< millionths of all frames, each way
    unsigned latency_us;    ///< one way
};

enum {
    GOODPUTS = 27,
};

/// Returns the conditions of one place of the table.
struct goodput goodput_at(unsigned i);

/// Makes `plan` one connection under these conditions.
void goodput_plan(const struct goodput *goodput);

/// Prints the place of the table that was run last.
void goodput_print(const struct goodput *goodput);

#endif
