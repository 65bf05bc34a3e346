// SPDX-License-Identifier: BSD-3-Clause
// Traps: interrupts go to the board; a fault's registers go to the UART, and then it ends.
#include "trap.h"

#include <stdbool.h>
#include <stdint.h>

#include "board.h"
#include "cpu.h"
#include "csr.h"
#include "firmware/fault.h"
#include "firmware/start.h"
#include "irq.h"
#include "plic.h"
#include "soc.h"

static volatile bool ending;

/// Prints the registers `x` as they were when the fault came.
static void registers_print(const uint32_t x[32])
{
    uint32_t mcause;
    uint32_t mepc;
    uint32_t mtval;
    CSR_READ(mcause, mcause);
    CSR_READ(mepc, mepc);
    CSR_READ(mtval, mtval);
    static const char names[] = "mcause\0mtval\0pc\0ra\0sp\0s0\0s1\0a0\0a1\0a2\0a3\0a4\0a5\0a6\0a7";
    const uintptr_t registers[] = {
        (uintptr_t)&mcause, (uintptr_t)&mtval, (uintptr_t)&mepc,  (uintptr_t)&x[1],
        (uintptr_t)&x[2],   (uintptr_t)&x[8],  (uintptr_t)&x[9],  (uintptr_t)&x[10],
        (uintptr_t)&x[11],  (uintptr_t)&x[12], (uintptr_t)&x[13], (uintptr_t)&x[14],
        (uintptr_t)&x[15],  (uintptr_t)&x[16], (uintptr_t)&x[17],
    };
    bool overflow = x[2] < (uintptr_t)stack_start;
    fault_print(overflow ? "stack overflow" : "cpu", names, registers,
                sizeof(registers) / sizeof(registers[0]));
}

__attribute__((used)) static void trap_handle(const uint32_t x[32])
{
    uint32_t mcause;
    CSR_READ(mcause, mcause);
    if (mcause == MCAUSE_EXTERNAL) {
        plic_dispatch();
        return;
    }
    if (ending) { // a fault while one is reported, or nobody was there for cpu_end()'s break point
        cpu_reset();
    }
    ending = true;
    registers_print(x);
    cpu_end();
}

// Interrupts wait until it returns: one frame of registers and one stack are enough. What comes
// nevertheless is a fault and finds the same stack, since nobody returns from that.
__attribute__((naked, aligned(4))) void trap_entry(void)
{
    __asm volatile(
        "csrrw sp, mscratch, sp\n\t"
        "addi sp, sp, -128\n\t"
        ".irp r, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, "
        "22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n\t"
        "sw x\\r, 4 * \\r(sp)\n\t"
        ".endr\n\t"
        "csrr t0, mscratch\n\t"
        "sw t0, 4 * 2(sp)\n\t"
        "addi t0, sp, 128\n\t"
        "csrw mscratch, t0\n\t"
        "mv a0, sp\n\t"
        "call %0\n\t"
        ".irp r, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, "
        "22, 23, 24, 25, 26, 27, 28, 29, 30, 31\n\t"
        "lw x\\r, 4 * \\r(sp)\n\t"
        ".endr\n\t"
        "lw sp, 4 * 2(sp)\n\t"
        "mret" ::"i"(trap_handle));
}

void cpu_reset(void)
{
    irq_mask();
    soc_reset();
    for (;;) { // until the reset comes
    }
}

void cpu_end(void)
{
    // Semihosting's SYS_EXIT_EXTENDED with ADP_Stopped_ApplicationExit and exit code 1. What tells
    // it from any other break point is the pair of shifts that do nothing (RISC-V Semihosting,
    // section 3).
    static const uint32_t exit_with_1[] = {0x20026, 1};
    register uint32_t operation __asm("a0") = 0x20;
    register const uint32_t *parameters __asm("a1") = exit_with_1;
    irq_mask();
    ending = true;
    __asm volatile(".option push\n\t"
                   ".option norvc\n\t"
                   ".balign 16\n\t" // all in one page
                   "slli zero, zero, 0x1f\n\t"
                   "ebreak\n\t"
                   "srai zero, zero, 7\n\t"
                   ".option pop"
                   : "+r"(operation)
                   : "r"(parameters)
                   : "memory");
    cpu_reset();
}
