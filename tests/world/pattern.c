// SPDX-License-Identifier: BSD-3-Clause
// What peers send: a function of the stream's key and the place within it.
#include "pattern.h"

#include <string.h>

enum {
    BLOCK_OCTETS = 8,
};

/// Writes block `block` of the stream.
static void block_write(uint32_t key, uint32_t block, uint8_t to[BLOCK_OCTETS])
{
    uint64_t z = ((uint64_t)key << 32 | block) + 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93;
    z = (z ^ (z >> 32)) * 0xd6e8feb86659fd93;
    z ^= z >> 32;
    for (int i = 0; i < BLOCK_OCTETS; i++) {
        to[i] = (uint8_t)(z >> (8 * i));
    }
}

void pattern_fill(uint32_t key, uint32_t offset, uint8_t *to, size_t octets)
{
    while (octets > 0) {
        uint8_t block[BLOCK_OCTETS];
        block_write(key, offset / BLOCK_OCTETS, block);
        size_t from = offset % BLOCK_OCTETS;
        size_t n = BLOCK_OCTETS - from < octets ? BLOCK_OCTETS - from : octets;
        memcpy(to, block + from, n);
        to += n;
        octets -= n;
        offset += (uint32_t)n;
    }
}

size_t pattern_match(uint32_t key, uint32_t offset, const uint8_t *from, size_t octets)
{
    size_t at = 0;
    while (at < octets) {
        uint8_t block[BLOCK_OCTETS];
        block_write(key, (uint32_t)(offset + at) / BLOCK_OCTETS, block);
        size_t skip = (offset + at) % BLOCK_OCTETS;
        size_t n = BLOCK_OCTETS - skip < octets - at ? BLOCK_OCTETS - skip : octets - at;
        if (memcmp(from + at, block + skip, n) != 0) {
            while (from[at] == block[skip]) {
                at++;
                skip++;
            }
            return at;
        }
        at += n;
    }
    return at;
}
