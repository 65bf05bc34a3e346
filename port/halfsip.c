// SPDX-License-Identifier: BSD-3-Clause
// HalfSipHash-2-4.
#include "halfsip.h"

enum {
    WORD_OCTETS = 4,
    C_ROUNDS = 2, // for each word of the message
    D_ROUNDS = 4, // at the end
};

static uint32_t rotate_left(uint32_t x, unsigned bits)
{
    return x << bits | x >> (32 - bits);
}

static uint32_t little_endian(const uint8_t *at)
{
    return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 | (uint32_t)at[3] << 24;
}

void halfsip_rounds(uint32_t v[4], int n)
{
    for (; n > 0; n--) {
        v[0] += v[1];
        v[1] = rotate_left(v[1], 5) ^ v[0];
        v[0] = rotate_left(v[0], 16);
        v[2] += v[3];
        v[3] = rotate_left(v[3], 8) ^ v[2];
        v[0] += v[3];
        v[3] = rotate_left(v[3], 7) ^ v[0];
        v[2] += v[1];
        v[1] = rotate_left(v[1], 13) ^ v[2];
        v[2] = rotate_left(v[2], 16);
    }
}

static void compress(uint32_t v[4], uint32_t word)
{
    v[3] ^= word;
    halfsip_rounds(v, C_ROUNDS);
    v[0] ^= word;
}

uint32_t halfsip(const uint8_t key[HALFSIP_KEY_OCTETS], const void *message, size_t octets)
{
    const uint32_t k0 = little_endian(key);
    const uint32_t k1 = little_endian(key + WORD_OCTETS);
    uint32_t v[4] = {k0, k1, k0 ^ 0x6c796765, k1 ^ 0x74656462};
    const uint8_t *at = message;
    size_t rest = octets;
    for (; rest >= WORD_OCTETS; rest -= WORD_OCTETS) {
        compress(v, little_endian(at));
        at += WORD_OCTETS;
    }
    uint32_t last = (uint32_t)octets << 24;
    while (rest > 0) {
        rest--;
        last |= (uint32_t)at[rest] << (8 * rest);
    }
    compress(v, last);
    v[2] ^= 0xff;
    halfsip_rounds(v, D_ROUNDS);
    return v[1] ^ v[3];
}
