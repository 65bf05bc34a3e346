// SPDX-License-Identifier: BSD-3-Clause
// From reset to firmware_main().
#include "start.h"

#include <string.h>

#include "main.h"

enum {
    PAINT = 0x5AA5C33C,  // no address, and no small number
    MARGIN_OCTETS = 128, // below the stack pointer, for what is called while painting
};

static uint32_t octets_between(const uint32_t *start, const uint32_t *end)
{
    return (uint32_t)((uintptr_t)end - (uintptr_t)start);
}

static void stack_paint(void)
{
    const uint32_t here = PAINT; // not its frame's address, which would cost a register
    uintptr_t end = (uintptr_t)&here - MARGIN_OCTETS;
    for (uint32_t *at = stack_start; (uintptr_t)at < end; at++) {
        *at = PAINT;
    }
}

void firmware_start(void)
{
    stack_paint();
    if ((uintptr_t)data_start != (uintptr_t)data_load) {
        memcpy(data_start, data_load, octets_between(data_start, data_end));
    }
    memset(bss_start, 0, octets_between(bss_start, bss_end));
    firmware_main();
}

uint32_t stack_octets(void)
{
    return octets_between(stack_start, stack_end);
}

uint32_t stack_unused(void)
{
    const uint32_t *at = stack_start;
    while (at < stack_end && *at == PAINT) {
        at++;
    }
    return octets_between(stack_start, at);
}
