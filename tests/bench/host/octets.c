// SPDX-License-Identifier: BSD-3-Clause
// The octets that loads send.
#include "octets.h"

#include <string.h>

enum {
    PERIOD = 65521, // a prime: no buffer's, window's or segment's length divides it
};

static uint8_t pattern[PERIOD + OCTETS_AT_ONCE_MAX];

void octets_start(void)
{
    uint32_t state = 1;
    for (size_t i = 0; i < sizeof(pattern); i++) {
        state = state * 1664525 + 1013904223; // any generator will do
        pattern[i] = i < PERIOD ? (uint8_t)(state >> 24) : pattern[i - PERIOD];
    }
}

const uint8_t *octets_at(uint64_t position)
{
    return &pattern[position % PERIOD];
}

bool octets_are(const void *data, size_t n, uint64_t position)
{
    return memcmp(data, octets_at(position), n) == 0;
}
