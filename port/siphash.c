// SPDX-License-Identifier: BSD-3-Clause
// SipHash-2-4, with the names of its specification.
#include "siphash.h"

enum {
    WORD_OCTETS = 8,
    C_ROUNDS = 2, // for each word of the message
    D_ROUNDS = 4, // at the end
};

static uint64_t rotate_left(uint64_t x, unsigned bits)
{
    return x << bits | x >> (64 - bits);
}

static uint64_t little_endian(const uint8_t *at, size_t octets)
{
    uint64_t word = 0;
    for (size_t i = 0; i < octets; i++) {
        word |= (uint64_t)at[i] << (8 * i);
    }
    return word;
}

/// SipRound, section 2.3.
static void rounds(uint64_t v[4], int n)
{
    for (int i = 0; i < n; i++) {
        v[0] += v[1];
        v[2] += v[3];
        v[1] = rotate_left(v[1], 13) ^ v[0];
        v[3] = rotate_left(v[3], 16) ^ v[2];
        v[0] = rotate_left(v[0], 32);
        v[2] += v[1];
        v[0] += v[3];
        v[1] = rotate_left(v[1], 17) ^ v[2];
        v[3] = rotate_left(v[3], 21) ^ v[0];
        v[2] = rotate_left(v[2], 32);
    }
}

static void compress(uint64_t v[4], uint64_t word)
{
    v[3] ^= word;
    rounds(v, C_ROUNDS);
    v[0] ^= word;
}

uint64_t siphash(const uint8_t key[SIPHASH_KEY_OCTETS], const void *message, size_t octets)
{
    const uint64_t k0 = little_endian(key, WORD_OCTETS);
    const uint64_t k1 = little_endian(key + WORD_OCTETS, WORD_OCTETS);
    uint64_t v[4] = {
        k0 ^ 0x736f6d6570736575,
        k1 ^ 0x646f72616e646f6d,
        k0 ^ 0x6c7967656e657261,
        k1 ^ 0x7465646279746573,
    };
    const uint8_t *at = message;
    size_t rest = octets;
    for (; rest >= WORD_OCTETS; rest -= WORD_OCTETS) {
        compress(v, little_endian(at, WORD_OCTETS));
        at += WORD_OCTETS;
    }
    compress(v, little_endian(at, rest) | (uint64_t)octets << 56);
    v[2] ^= 0xff;
    rounds(v, D_ROUNDS);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}
