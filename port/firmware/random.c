// SPDX-License-Identifier: BSD-3-Clause
// Random numbers: the state and the round of HalfSipHash, used as a sponge.
//
// The numbers are as unpredictable as what was stirred in, and no more: without a hardware source
// that is the time between frames, counted in CPU clocks.
// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF"; HalfSipHash is its 32-bit
// form.
#include "random.h"

#include "target.h"

static uint32_t v0 = 0x6c776563, v1 = 0x686f2073, v2 = 0x706f6e67, v3 = 0x65207630; // any constants

static uint32_t rotated(uint32_t x, unsigned left)
{
    return x << left | x >> (32 - left);
}

static void sip_round(void)
{
    v0 += v1;
    v1 = rotated(v1, 5) ^ v0;
    v0 = rotated(v0, 16);
    v2 += v3;
    v3 = rotated(v3, 8) ^ v2;
    v0 += v3;
    v3 = rotated(v3, 7) ^ v0;
    v2 += v1;
    v1 = rotated(v1, 13) ^ v2;
    v2 = rotated(v2, 16);
}

void random_stir(uint32_t word)
{
    v3 ^= word;
    sip_round();
    sip_round();
    v0 ^= word;
}

uint32_t target_random(void)
{
    v2 ^= 0xFF; // an output's rounds are never those of a word stirred in
    for (int i = 0; i < 4; i++) {
        sip_round();
    }
    return v1 ^ v3;
}
