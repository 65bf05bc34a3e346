// SPDX-License-Identifier: BSD-3-Clause
// What an instruction set's runtime supplies, under the same names on each: clock, sleep,
// interrupts, end.
//
// Its start-up code sets the stack pointer to `stack_end` and calls firmware_start()
// (firmware/start.h); its interrupts end in board_on_interrupt() (board.h).
#ifndef LWECHO_PORT_CPU_H
#define LWECHO_PORT_CPU_H

#include <stdint.h>

/// Makes lwIP's sys_now() run, from 0. `clock_hz` is that of the counter behind it: the CPU's
/// clock, or what the runtime says.
/// Limits: 1 MHz and above. Without sleep there are no interrupts but one each time the counter
/// wraps.
/// Context: once, from board_init().
void cpu_tick_start(uint32_t clock_hz);

/// Lets the next cpu_sleep(), or the one under way, return at once.
/// Context: any, above all an interrupt.
void cpu_wake(void);

/// Sleeps until cpu_wake() or until `ms` have passed since sys_now() was called, which the caller
/// has just done; UINT32_MAX: until cpu_wake() alone.
/// No wake-up is lost: a cpu_wake() between two sleeps ends the second one.
/// Context: the main loop.
void cpu_sleep(uint32_t ms);

/// Returns how often the CPU woke up from a sleep, for whatever reason, modulo 2^32.
uint32_t cpu_wakeups(void);

/// Lets the interrupt `irq` (the datasheet's number of it) reach board_on_interrupt().
void cpu_irq_enable(unsigned irq);

/// Returns a value that depends on the exact time: the clock's fastest counter.
/// It is no randomness, but what happens outside at times of its own makes some of it.
uint32_t cpu_cycles_mix(void);

/// Resets the whole device.
/// Context: any.
_Noreturn void cpu_reset(void);

/// Ends the program after a fault: in QEMU with semihosting with exit code 1, in a debugger at a
/// break point, on a device alone with a reset.
/// Context: any.
_Noreturn void cpu_end(void);

#endif
