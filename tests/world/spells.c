// SPDX-License-Identifier: BSD-3-Clause
// Spells: times at which a fault lasts.
#include "spells.h"

#include "clock.h"

void spells_draw(struct spells *spells, enum fault fault, uint32_t least_ms, uint32_t most_ms)
{
    struct rng rng = plan_fault_setup(fault);
    spells->n = plan_has(fault) ? rng_between(&rng, 1, SPELLS_MAX) : 0;
    for (unsigned i = 0; i < spells->n; i++) {
        struct spell *spell = &spells->list[i];
        spell->begin_us =
            plan.settle_us + rng_between(&rng, 0, (uint32_t)(plan.heal_us - plan.settle_us));
        uint64_t lasts_us = (uint64_t)rng_scale(&rng, least_ms, most_ms) * US_PER_MS;
        spell->end_us = spell->begin_us + lasts_us;
        if (spell->end_us > plan.heal_us) {
            spell->end_us = plan.heal_us;
        }
        spell->which = (uint32_t)rng_next(&rng);
    }
}

const struct spell *spells_now(const struct spells *spells)
{
    uint64_t now_us = clock_us();
    for (unsigned i = 0; i < spells->n; i++) {
        if (now_us >= spells->list[i].begin_us && now_us < spells->list[i].end_us) {
            return &spells->list[i];
        }
    }
    return NULL;
}
