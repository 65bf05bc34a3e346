// SPDX-License-Identifier: BSD-3-Clause
// An image that compares the checksum in assembly with RFC 1071 octet by octet, and nothing else.
//
// Its exit code is that of the test: 0 when all was right, 1 when not, 2 after a fault.
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cortex_m/checksum.h"
#include "firmware/start.h"

enum {
    OCTETS_MAX = 2048,
    PLACES = 8, // of the first octet
    EXCEPTIONS = 16,
    SYS_EXIT_EXTENDED = 0x20,
    ADP_STOPPED_APPLICATION_EXIT = 0x20026,
};

static uint8_t octets[OCTETS_MAX + PLACES];
static uint32_t seed;

static uint8_t any_octet(void)
{
    seed = seed * 1664525 + 1013904223;
    return (uint8_t)(seed >> 24);
}

static uint8_t all_ones(void)
{
    return 0xFF;
}

static uint8_t all_zeros(void)
{
    return 0;
}

/// Sums that lie close to a carry.
static uint8_t mostly_ones(void)
{
    return any_octet() < 240 ? 0xFF : any_octet();
}

static uint8_t mostly_zeros(void)
{
    return any_octet() < 240 ? 0 : any_octet();
}

static uint8_t (*const kinds[])(void) = {any_octet, all_ones, all_zeros, mostly_ones, mostly_zeros};

/// As it stands in memory: network byte order.
static uint16_t plain_sum(const uint8_t *at, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += i % 2 == 0 ? at[i] : (uint32_t)at[i] << 8;
    }
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum = (sum & 0xFFFF) + (sum >> 16);
    return (uint16_t)sum;
}

static bool every_length_and_place_is_right(uint8_t (*octet)(void))
{
    for (size_t i = 0; i < sizeof(octets); i++) {
        octets[i] = octet();
    }
    for (int n = 0; n <= OCTETS_MAX; n++) {
        for (size_t place = 0; place < PLACES; place++) {
            if (checksum_sum(&octets[place], n) != plain_sum(&octets[place], (size_t)n)) {
                return false;
            }
        }
    }
    return true;
}

static _Noreturn void end(uint32_t code)
{
    const uint32_t block[] = {ADP_STOPPED_APPLICATION_EXIT, code};
    register uint32_t operation __asm("r0") = SYS_EXIT_EXTENDED;
    register const uint32_t *argument __asm("r1") = block;
    __asm volatile("bkpt 0xab" ::"r"(operation), "r"(argument) : "memory");
    for (;;) {
    }
}

static void fault(void)
{
    end(2);
}

void firmware_start(void)
{
    seed = 1;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
        if (!every_length_and_place_is_right(kinds[i])) {
            end(1);
        }
    }
    end(0);
}

union vector {
    uint32_t *stack;
    void (*handler)(void);
};

__attribute__((section(".vectors"), used)) static const union vector vectors[EXCEPTIONS] = {
    [0] = {.stack = stack_end},
    [1] = {.handler = firmware_start},
    [2 ... EXCEPTIONS - 1] = {.handler = fault},
};
