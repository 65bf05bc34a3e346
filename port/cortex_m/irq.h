// SPDX-License-Identifier: BSD-3-Clause
// Sections of code that no interrupt enters.
#ifndef LWECHO_PORT_CORTEX_M_IRQ_H
#define LWECHO_PORT_CORTEX_M_IRQ_H

#include <stdint.h>

/// Keeps interrupts waiting. Returns what irq_restore() needs.
static inline uint32_t irq_mask(void)
{
    uint32_t primask;
    __asm volatile("mrs %0, primask\n\tcpsid i" : "=r"(primask)::"memory");
    return primask;
}

/// Ends what irq_mask() began.
static inline void irq_restore(uint32_t primask)
{
    __asm volatile("msr primask, %0" ::"r"(primask) : "memory");
}

#endif
