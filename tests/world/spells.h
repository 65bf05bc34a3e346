// SPDX-License-Identifier: BSD-3-Clause
// Spells: times at which a fault lasts, all of them before faults heal.
#ifndef LWECHO_TESTS_WORLD_SPELLS_H
#define LWECHO_TESTS_WORLD_SPELLS_H

#include "rng.h"
#include "world.h"

enum {
    SPELLS_MAX = 4,
};

struct spells {
    unsigned n;
    struct spell {
        uint64_t begin_us;
        uint64_t end_us;
        uint32_t which; ///< whom it strikes: a random number, for the fault to use
    } list[SPELLS_MAX];
};

/// Draws one spell or some, of `least_ms` to `most_ms`; none when the fault is not in the plan.
void spells_draw(struct spells *spells, enum fault fault, uint32_t least_ms, uint32_t most_ms);

/// Returns the spell that lasts now, NULL when none does.
const struct spell *spells_now(const struct spells *spells);

#endif
