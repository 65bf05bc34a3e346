// SPDX-License-Identifier: BSD-3-Clause
// The platform-level interrupt controller: all interrupts from outside the hart.
// Source: RISC-V Platform-Level Interrupt Controller Specification, "Memory Map".
#include "plic.h"

#include "board.h"
#include "cpu.h"
#include "csr.h"
#include "mmio/mmio.h"
#include "soc.h"

// Offsets; context 0
enum {
    PRIORITY = 0x000000, // a word an interrupt
    ENABLE = 0x002000,   // a bit an interrupt
    THRESHOLD = 0x200000,
    CLAIM = 0x200004,
};

static uintptr_t plic(uint32_t offset)
{
    return (uintptr_t)PLIC + offset;
}

void cpu_irq_enable(unsigned irq)
{
    uintptr_t word = plic(ENABLE + irq / 32 * 4);
    mmio_write32(plic(THRESHOLD), 0);
    mmio_write32(plic(PRIORITY + irq * 4), 1);
    mmio_write32(word, mmio_read32(word) | 1u << (irq % 32));
    CSR_SET(mie, MIE_MEIE);
    CSR_SET(mstatus, MSTATUS_MIE);
}

void plic_dispatch(void)
{
    uint32_t irq = mmio_read32(plic(CLAIM));
    if (irq != 0) {
        board_on_interrupt(irq);
        mmio_write32(plic(CLAIM), irq);
    }
}
