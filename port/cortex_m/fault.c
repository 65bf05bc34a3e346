// SPDX-License-Identifier: BSD-3-Clause
// Faults: registers to the UART, then the end.
#include "fault.h"

#include <stdbool.h>

#include "cpu.h"
#include "firmware/fault.h"
#include "firmware/start.h"
#include "mmio/mmio.h"
#include "scs.h"

// What the CPU puts on the stack when it takes an exception: ARMv7-M ARM, section B1.5.6.
struct frame {
    uint32_t r0, r1, r2, r3, r12, lr, pc, psr;
};

enum {
    PSR_THUMB = 1 << 24,
    PSR_EXCEPTION_M = 0x1FF,
    EXC_RETURN_THREAD = 1 << 3, // the fault came up outside of any other exception
};

static volatile bool ending;

static bool frame_is_readable(const struct frame *frame)
{
    uintptr_t at = (uintptr_t)frame;
    return at >= (uintptr_t)stack_start && at <= (uintptr_t)stack_end - sizeof(*frame);
}

static void registers_print(const struct frame *frame)
{
    const struct fault_register registers[] = {
        {"cfsr", mmio_read32(SCB_CFSR)},
        {"hfsr", mmio_read32(SCB_HFSR)},
        {"mmfar", mmio_read32(SCB_MMFAR)},
        {"bfar", mmio_read32(SCB_BFAR)},
        {"pc", frame->pc},
        {"lr", frame->lr},
        {"psr", frame->psr},
        {"r0", frame->r0},
        {"r1", frame->r1},
        {"r2", frame->r2},
        {"r3", frame->r3},
        {"r12", frame->r12},
    };
    fault_print("cpu", registers, sizeof(registers) / sizeof(registers[0]));
}

static void no_frame_print(uint32_t exc_return, uint32_t sp)
{
    const struct fault_register registers[] = {
        {"cfsr", mmio_read32(SCB_CFSR)},
        {"hfsr", mmio_read32(SCB_HFSR)},
        {"sp", sp},
        {"exc_return", exc_return},
    };
    fault_print("stack overflow", registers, sizeof(registers) / sizeof(registers[0]));
}

/// Prints what `frame`, at the old stack pointer, says, and arranges for a return to cpu_end(): a
/// break point within this exception would lock the CPU up.
/// Returns the value of such a return.
__attribute__((used)) static uint32_t fault_handle(uint32_t exc_return, const struct frame *frame)
{
    if (ending) { // nobody was there for cpu_end()'s break point
        cpu_reset();
    }
    uint32_t psr = PSR_THUMB;
    if (frame_is_readable(frame)) {
        psr |= frame->psr & PSR_EXCEPTION_M; // first: printing may overwrite a shallow frame
        registers_print(frame);
    } else {
        no_frame_print(exc_return, (uintptr_t)frame);
        if ((exc_return & EXC_RETURN_THREAD) == 0) {
            cpu_reset(); // which exception to return to is not known
        }
    }
    struct frame *end = (struct frame *)((uintptr_t)stack_end - sizeof(*end));
    *end = (struct frame){.pc = (uintptr_t)cpu_end & ~(uintptr_t)1, .psr = psr};
    return exc_return;
}

// The stack may be what is wrong: all goes on from its top, over what lay there.
__attribute__((naked)) void fault_entry(void)
{
    __asm volatile("cpsid i\n\t"
                   "mov r0, lr\n\t"
                   "mov r1, sp\n\t"
                   "ldr r2, =stack_end - 32\n\t" // the frame to return with has its place there
                   "mov sp, r2\n\t"
                   "bl %c0\n\t"
                   "bx r0\n\t"
                   ".ltorg" ::"i"(fault_handle));
}

void cpu_reset(void)
{
    __asm volatile("dsb" ::: "memory");
    mmio_write32(SCB_AIRCR, AIRCR_RESET);
    for (;;) { // until the reset comes
    }
}

void cpu_end(void)
{
    // Semihosting's SYS_EXIT_EXTENDED with ADP_Stopped_ApplicationExit and exit code 1.
    static const uint32_t exit_with_1[] = {0x20026, 1};
    register uint32_t operation __asm("r0") = 0x20;
    register const uint32_t *parameters __asm("r1") = exit_with_1;
    __asm volatile("cpsid i" ::: "memory");
    ending = true;
    __asm volatile("bkpt 0xab" : "+r"(operation) : "r"(parameters) : "memory");
    cpu_reset();
}
