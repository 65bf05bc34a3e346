// SPDX-License-Identifier: BSD-3-Clause
// From reset to the C code that all CPUs share, on hart 0 alone.
#include "firmware/start.h"
#include "trap.h"

// Code and constants are locked against writing. The stack is what comes next in memory, so that
// one that overflows faults. The configuration means L, NAPOT, X and R (RISC-V Privileged
// Architecture, section 3.7.1); the address that goes with it is the linker script's image_pmp.
#define IMAGE_PMP_CONFIG "0x9D"

/// The first instruction of the image, where every hart begins.
__attribute__((naked, section(".start"), used)) void hart_start(void)
{
    __asm volatile("csrw mie, zero\n\t" // nothing wakes those that are parked
                   "csrr t0, mhartid\n\t"
                   "beqz t0, 2f\n"
                   "1:\n\t"
                   "wfi\n\t"
                   "j 1b\n"
                   "2:\n\t"
                   ".option push\n\t"
                   ".option norelax\n\t" // gp is what relaxing relies on
                   "la gp, __global_pointer$\n\t"
                   ".option pop\n\t"
                   "la t0, %0\n\t"
                   "csrw mtvec, t0\n\t"
                   "la t0, trap_stack_end\n\t"
                   "csrw mscratch, t0\n\t"
                   "la t0, image_pmp\n\t"
                   "csrw pmpaddr0, t0\n\t"
                   "li t0, " IMAGE_PMP_CONFIG "\n\t"
                   "csrw pmpcfg0, t0\n\t"
                   "la sp, stack_end\n\t"
                   "j %1" ::"i"(trap_entry),
                   "i"(firmware_start));
}
