// SPDX-License-Identifier: BSD-3-Clause
// Faults: registers to the UART, then the end.
#include "fault.h"

#include <stdbool.h>
#include <stddef.h>

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
    EXC_RETURN_THREAD = 1 << 3,
    HANDLER_OCTETS = 128, // of stack, enough for fault_handle()
};

static volatile bool ending;

// What is kept lies in the part of the stack that is needed last from now on, in words: the frame,
// and what else the handler knows.
enum {
    KEPT_EXC_RETURN = sizeof(struct frame) / sizeof(uint32_t),
    KEPT_SP,
};

#define KEPT(member) ((uintptr_t)stack_start + offsetof(struct frame, member))

/// Prints what the CPU says of the fault and, unless the stack could not take it, its frame.
/// Context: no exception, or a fault here would lock the CPU up for good. Now it ends in a reset.
static _Noreturn void fault_report(uint32_t exc_return, uint32_t sp, bool overflow)
{
    static const char names[] =
        "cfsr\0hfsr\0sp\0exc_return\0mmfar\0bfar\0pc\0lr\0psr\0r0\0r1\0r2\0r3\0r12";
    static const uintptr_t registers[] = {
        SCB_CFSR,
        SCB_HFSR,
        (uintptr_t)&stack_start[KEPT_SP],
        (uintptr_t)&stack_start[KEPT_EXC_RETURN],
        SCB_MMFAR,
        SCB_BFAR,
        KEPT(pc),
        KEPT(lr),
        KEPT(psr),
        KEPT(r0),
        KEPT(r1),
        KEPT(r2),
        KEPT(r3),
        KEPT(r12),
    };
    enum {
        WITHOUT_FRAME = 6,
        ALL = sizeof(registers) / sizeof(registers[0]),
    };
    stack_start[KEPT_EXC_RETURN] = exc_return;
    stack_start[KEPT_SP] = sp;
    fault_print(overflow ? "stack overflow" : "cpu", names, registers,
                overflow ? WITHOUT_FRAME : ALL);
    cpu_end();
}

/// Moves a frame down, were it by less than its size.
static void words_move(uint32_t *to, const uint32_t *from)
{
    for (size_t i = 0; i < KEPT_EXC_RETURN; i++) {
        to[i] = from[i];
    }
}

/// Keeps the frame at the old stack pointer `sp`, if there is one, and puts another one to the
/// stack's top that lets the exception return to fault_report(), on an empty stack.
/// Returns the value for that return.
__attribute__((used)) static uint32_t fault_handle(uint32_t exc_return, uint32_t sp)
{
    struct frame *end = (struct frame *)((uintptr_t)stack_end - sizeof(*end));
    if (ending) { // a fault while one is reported, or nobody was there for cpu_end()'s break point
        cpu_reset();
    }
    ending = true;
    bool overflow = sp < (uintptr_t)stack_start || sp > (uintptr_t)end;
    if (!overflow) {
        words_move(stack_start, (const uint32_t *)sp);
    }
    end->r0 = exc_return;
    end->r1 = sp;
    end->r2 = overflow;
    end->pc = (uintptr_t)fault_report & ~(uintptr_t)1;
    end->psr = PSR_THUMB;
    // Whichever exceptions were active stay so, as nobody returns to them.
    mmio_write32(SCB_CCR, mmio_read32(SCB_CCR) | CCR_NONBASETHRDENA);
    return exc_return | EXC_RETURN_THREAD;
}

// The handler works below the frame, to keep that, unless there is no room for it.
__attribute__((naked)) void fault_entry(void)
{
    __asm volatile("cpsid i\n\t"
                   "mov r0, lr\n\t"
                   "mov r1, sp\n\t"
                   "ldr r2, =stack_end - 32\n\t" // of a frame's size
                   "ldr r3, =stack_start + %c1\n\t"
                   "cmp r1, r2\n\t"
                   "bhi 1f\n\t"
                   "cmp r1, r3\n\t"
                   "bhs 2f\n"
                   "1:\n\t"
                   "mov sp, r2\n"
                   "2:\n\t"
                   "bl %c0\n\t"
                   "ldr r1, =stack_end - 32\n\t"
                   "mov sp, r1\n\t"
                   "bx r0\n\t"
                   ".ltorg" ::"i"(fault_handle),
                   "i"(HANDLER_OCTETS));
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
