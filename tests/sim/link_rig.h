// SPDX-License-Identifier: BSD-3-Clause
// A link with faults between a device and a wire: numbered frames in at one end, and what came out.
#ifndef LWECHO_TESTS_SIM_LINK_RIG_H
#define LWECHO_TESTS_SIM_LINK_RIG_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "clock.h"
#include "impair.h"
#include "impair_text.h"
#include "wire.h"

enum {
    RIG_FRAMES_MAX = 1 << 20,
    RIG_OCTETS = 60, ///< of a frame, unless the case says otherwise
};

struct arrival {
    uint32_t number; ///< of the frame, as it says itself
    uint32_t at_ms;  ///< since the case began
    uint32_t bits;   ///< that are not as they were sent
};

struct link_rig {
    struct wire wire;
    struct impair impair;
    struct impair_settings settings;
    uint32_t began_ms;
    uint32_t sent; ///< frames, and the number of the next one
    uint32_t bits_hit[8 * RIG_OCTETS];
    struct arrival *arrivals; ///< in order
    size_t arrivals_n;
};

extern struct link_rig bench;

int link_setup(void **state);

/// Checks that what is counted adds up.
int link_teardown(void **state);

#define CLAIM(name) cmocka_unit_test_setup_teardown(name, link_setup, link_teardown)

/// Begins anew with that seed and no faults.
void link_begin(uint64_t seed);

/// Sets faults, given as on the command line: NAME=VALUE and blanks.
void link_faults(const char *text);

/// Sends a frame of so many octets in that direction.
void link_send(enum impair_direction direction, size_t octets);

/// Sends `n` frames of RIG_OCTETS, one each `gap_ms`, and takes whatever arrives meanwhile.
void link_stream(enum impair_direction direction, uint32_t n, uint32_t gap_ms);

/// Lets time pass as a target does that sleeps as long as it was told to.
void link_run(enum impair_direction direction, uint32_t ms);

/// Takes what has arrived in that direction.
void link_collect(enum impair_direction direction);

/// Returns how often frame `number` has arrived.
size_t link_count(uint32_t number);

#endif
