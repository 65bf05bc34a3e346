// SPDX-License-Identifier: BSD-3-Clause
// The Internet checksum: up to eight words a load, and the carry goes from addition to addition.
#include "checksum.h"

#include <stdbool.h>

enum {
    IP_HEADER_OCTETS = 20,
};

#define ADD(words) ".irp word, " words "\n\tadcs %[sum], \\word\n\t.endr\n\t"
#define LOAD_AND_ADD(words) "ldmia %[at]!, {" words "}\n\t" ADD(words)
#define EIGHT_WORDS LOAD_AND_ADD("r3,r4,r5,r6,r8,r9,r10,r11")
#define FOUR_WORDS LOAD_AND_ADD("r3,r4,r5,r6")
#define TWO_WORDS LOAD_AND_ADD("r3,r4")
#define ONE_WORD LOAD_AND_ADD("r3")
#define TWO_OCTETS "ldrh r3, [%[at]], #2\n\t" ADD("r3")
#define ONE_OCTET "ldrb r3, [%[at]]\n\t" ADD("r3")
#define UNLESS(bit) "tst %[octets], #" bit "\n\tbeq 1f\n\t" // to the next label

// clang-format off

/// Adds `octets` at `at` to `sum`. `at` is aligned to 4, unless there are less than 4 octets.
///
/// Between two additions nothing may touch the carry: TEQ and TST leave it alone where they compare
/// with a register or with a constant below 256.
static inline uint32_t words_add(uint32_t sum, const void *at, uint32_t octets)
{
    const void *end = (const uint8_t *)at + (octets & ~127u);
    __asm volatile(
        "adds %[sum], #0\n\t" // no carry yet
        "teq %[at], %[end]\n\t"
        "beq 1f\n"
        "0:\n\t" EIGHT_WORDS EIGHT_WORDS EIGHT_WORDS EIGHT_WORDS
        "teq %[at], %[end]\n\t"
        "bne 0b\n"
        "1:\n\t" UNLESS("64") EIGHT_WORDS EIGHT_WORDS
        "1:\n\t" UNLESS("32") EIGHT_WORDS
        "1:\n\t" UNLESS("16") FOUR_WORDS
        "1:\n\t" UNLESS("8") TWO_WORDS
        "1:\n\t" UNLESS("4") ONE_WORD
        "1:\n\t" UNLESS("2") TWO_OCTETS
        "1:\n\t" UNLESS("1") ONE_OCTET
        "1:\n\t"
        "adc %[sum], #0"
        : [sum] "+r"(sum), [at] "+r"(at)
        : [octets] "r"(octets), [end] "r"(end)
        : "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "cc", "memory");
    return sum;
}

/// An IPv4 header without options, aligned to 4: half of all that is summed.
static inline uint32_t header_sum(const void *at)
{
    uint32_t sum;
    __asm volatile(
        "ldmia %[at], {r3-r6, r8}\n\t"
        "adds %[sum], r3, r4\n\t"
        ADD("r5,r6,r8")
        "adc %[sum], #0"
        : [sum] "=&r"(sum)
        : [at] "r"(at)
        : "r3", "r4", "r5", "r6", "r8", "cc", "memory");
    return sum;
}

// clang-format on

/// Adds both halves of `sum`.
static inline uint16_t folded(uint32_t sum)
{
    sum += sum << 16 | sum >> 16; // the upper half is that of both, and the carry between them
    return (uint16_t)(sum >> 16);
}

uint16_t checksum_sum(const void *data, int octets)
{
    const uint8_t *at = data;
    if (octets == IP_HEADER_OCTETS && (uintptr_t)at % 4 == 0) {
        return folded(header_sum(at));
    }
    uint32_t left = (uint32_t)octets;
    uint32_t sum = 0;
    bool is_odd = (uintptr_t)at % 2 != 0;
    if (is_odd && left > 0) {
        sum = (uint32_t)*at++ << 8;
        left--;
    }
    if ((uintptr_t)at % 4 != 0 && left >= 2) {
        sum += *(const uint16_t *)(const void *)at;
        at += 2;
        left -= 2;
    }
    uint16_t result = folded(words_add(sum, at, left));
    return is_odd ? (uint16_t)(result << 8 | result >> 8) : result;
}
