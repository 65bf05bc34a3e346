// SPDX-License-Identifier: BSD-3-Clause
// Sections of code that no interrupt enters.
#ifndef LWECHO_PORT_RISCV_IRQ_H
#define LWECHO_PORT_RISCV_IRQ_H

#include <stdint.h>

#include "csr.h"

/// Keeps interrupts waiting. Returns what irq_restore() needs.
static inline uint32_t irq_mask(void)
{
    uint32_t mstatus;
    __asm volatile("csrrc %0, mstatus, %1" : "=r"(mstatus) : "r"(MSTATUS_MIE) : "memory");
    return mstatus;
}

/// Ends what irq_mask() began.
static inline void irq_restore(uint32_t mstatus)
{
    CSR_SET(mstatus, mstatus & MSTATUS_MIE);
}

#endif
