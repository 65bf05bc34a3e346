// SPDX-License-Identifier: BSD-3-Clause
// Random numbers: SplitMix64, integers only, so that every compiler draws the same.
//
// Source: Steele, Lea and Flood, "Fast splittable pseudorandom number generators" (2014).
#include "rng.h"

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

struct rng rng_stream(uint64_t seed, uint32_t stream)
{
    return (struct rng){mix(seed + 0x632be59bd9b4e019) ^ mix((uint64_t)stream << 32 | 0x5851f42d)};
}

uint64_t rng_next(struct rng *rng)
{
    rng->state += 0x9e3779b97f4a7c15;
    return mix(rng->state);
}

uint32_t rng_between(struct rng *rng, uint32_t least, uint32_t most)
{
    uint64_t span = (uint64_t)most - least + 1;
    return least + (uint32_t)((rng_next(rng) >> 32) * span >> 32);
}

uint32_t rng_scale(struct rng *rng, uint32_t least, uint32_t most)
{
    unsigned bits = 0;
    while (bits < 31 && least + (1u << bits) < most) {
        bits++;
    }
    uint32_t span = 1u << rng_between(rng, 0, bits);
    uint32_t n = least + rng_between(rng, 0, span);
    return n < most ? n : most;
}

bool rng_chance(struct rng *rng, uint32_t millionths)
{
    return rng_between(rng, 0, RNG_MILLION - 1) < millionths;
}
