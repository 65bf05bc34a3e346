// SPDX-License-Identifier: BSD-3-Clause
// From reset to firmware_main(), and what the linker script says about the memory.
#ifndef LWECHO_PORT_FIRMWARE_START_H
#define LWECHO_PORT_FIRMWARE_START_H

#include <stdint.h>

// Set by the linker script, all on a 4-octet boundary. The stack is what lies lowest in the RAM:
// one that overflows leaves the RAM, which faults at once, and writes over nothing.
extern uint32_t stack_start[];
extern uint32_t stack_end[];  ///< where the stack pointer starts
extern uint32_t data_start[]; ///< initialised variables
extern uint32_t data_end[];
extern const uint32_t data_load[]; ///< where their initial values lie; data_start: already in place
extern uint32_t bss_start[];       ///< variables that start as 0
extern uint32_t bss_end[];

/// Fills the variables and the unused stack, and runs firmware_main() (main.h).
/// Context: the CPU's start-up code, interrupts off or none enabled, on an empty stack.
_Noreturn void firmware_start(void);

/// Returns the stack's octets.
uint32_t stack_octets(void);

/// Returns the octets of the stack that were never used since the start.
uint32_t stack_unused(void);

#endif
