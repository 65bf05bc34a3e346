// SPDX-License-Identifier: BSD-3-Clause
// Random numbers of the world: everything that happens is drawn from one 64-bit seed.
#ifndef LWECHO_TESTS_WORLD_RNG_H
#define LWECHO_TESTS_WORLD_RNG_H

#include <stdbool.h>
#include <stdint.h>

enum {
    RNG_MILLION = 1000000, ///< probabilities are told in millionths
};

struct rng {
    uint64_t state;
};

/// Returns one of many independent streams of a seed. Whoever draws has a stream of its own, so
/// that switching one thing off leaves everybody else's draws as they were.
struct rng rng_stream(uint64_t seed, uint32_t stream);

uint64_t rng_next(struct rng *rng);

/// Returns a number from `least` to `most`, both included.
uint32_t rng_between(struct rng *rng, uint32_t least, uint32_t most);

/// As rng_between(), but small numbers are as likely as large ones.
uint32_t rng_scale(struct rng *rng, uint32_t least, uint32_t most);

/// Returns true with a probability of `millionths`.
bool rng_chance(struct rng *rng, uint32_t millionths);

#endif
