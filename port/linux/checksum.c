// SPDX-License-Identifier: BSD-3-Clause
// The Internet checksum in words of 64 bits.
#include "checksum.h"

#include <stddef.h>
#include <string.h>

enum {
    WORD_OCTETS = sizeof(uint64_t),
    LANE_WORDS = 4, // sums that don't wait for each other
};

static uint64_t word_at(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof(word)); // any address will do
    return word;
}

/// Adds both halves, which leaves the carry in the upper half of the sum.
static uint64_t halves(uint64_t word)
{
    return (uint32_t)word + (word >> 32);
}

/// Returns the sum of the octets behind the last whole word.
static uint64_t rest_at(const uint8_t *at, size_t octets)
{
    uint32_t four = 0;
    uint16_t two = 0;
    uint8_t one[2] = {0, 0};
    if ((octets & 4) != 0) {
        memcpy(&four, at, sizeof(four));
        at += sizeof(four);
    }
    if ((octets & 2) != 0) {
        memcpy(&two, at, sizeof(two));
        at += sizeof(two);
    }
    if ((octets & 1) != 0) {
        one[0] = *at;
    }
    uint16_t last;
    memcpy(&last, one, sizeof(last));
    return (uint64_t)four + two + last;
}

uint16_t checksum_sum(const void *data, int octets)
{
    const uint8_t *at = data;
    size_t rest = (size_t)octets;
    uint64_t sum = 0;
    uint64_t sum_2 = 0;
    for (; rest >= LANE_WORDS * WORD_OCTETS; rest -= LANE_WORDS * WORD_OCTETS) {
        sum += halves(word_at(at)) + halves(word_at(at + WORD_OCTETS));
        sum_2 += halves(word_at(at + 2 * WORD_OCTETS)) + halves(word_at(at + 3 * WORD_OCTETS));
        at += LANE_WORDS * WORD_OCTETS;
    }
    for (; rest >= WORD_OCTETS; rest -= WORD_OCTETS) {
        sum += halves(word_at(at));
        at += WORD_OCTETS;
    }
    sum += sum_2 + rest_at(at, rest);
    sum = (sum & 0xffffffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16 & 0xffff) + (sum >> 32);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    return (uint16_t)sum;
}
