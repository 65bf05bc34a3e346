// SPDX-License-Identifier: BSD-3-Clause
// The vector table, and the way from there to the C code that all CPUs share.
#include "board.h"
#include "cpu.h"
#include "fault.h"
#include "firmware/start.h"
#include "mmio/mmio.h"
#include "scs.h"
#include "tick.h"

// Numbers of exceptions: ARMv7-M ARM, section B1.5.2.
enum {
    RESET = 1,
    NMI = 2,
    PENDSV = 14,
    SYSTICK = 15,
    IRQ0 = 16,
    VECTORS = IRQ0 + CPU_IRQS, // the board's build says how many interrupts there are
};

static void on_interrupt(void)
{
    uint32_t exception;
    __asm volatile("mrs %0, ipsr" : "=r"(exception));
    board_on_interrupt(exception - IRQ0);
}

union vector {
    uint32_t *stack;
    void (*handler)(void);
};

__attribute__((section(".vectors"), used)) static const union vector vectors[VECTORS] = {
    [0] = {.stack = stack_end},
    [RESET] = {.handler = firmware_start},
    [NMI... PENDSV] = {.handler = fault_entry},
    [SYSTICK] = {.handler = tick_on_wrap},
    [IRQ0... VECTORS - 1] = {.handler = on_interrupt},
};

void cpu_irq_enable(unsigned irq)
{
    mmio_write32(NVIC_ISER0 + 4 * (irq / 32), 1u << (irq % 32));
}
