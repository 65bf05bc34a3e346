// SPDX-License-Identifier: BSD-3-Clause
// Random numbers: the state and the round of HalfSipHash, used as a sponge.
//
// The numbers are as unpredictable as what was stirred in, and no more: without a hardware source
// that is the time between frames, counted in CPU clocks.
// Source: Aumasson and Bernstein, "SipHash: a fast short-input PRF"; HalfSipHash is its 32-bit
// form.
#include "random.h"

#include "halfsip.h"
#include "target.h"

static uint32_t v[4]; // any constants; none, until a word is stirred in

/// A quarter of a round, as a turn of the main loop has no time for more: it loses nothing, and the
/// next number's rounds mix the rest.
void random_stir(uint32_t word)
{
    v[3] ^= word;
    v[2] += v[3];
    v[3] = v[3] << 7 | v[3] >> 25;
    v[0] ^= v[2];
}

uint32_t target_random(void)
{
    v[2] ^= 0xFF; // an output's rounds are never those of a word stirred in
    halfsip_rounds(v, 4);
    return v[1] ^ v[3];
}
