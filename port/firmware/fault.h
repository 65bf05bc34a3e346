// SPDX-License-Identifier: BSD-3-Clause
// The end after a fault: what the CPU's registers say goes to the UART first.
#ifndef LWECHO_PORT_FIRMWARE_FAULT_H
#define LWECHO_PORT_FIRMWARE_FAULT_H

#include <stddef.h>
#include <stdint.h>

/// Prints `fault: what NAME=0xVALUE ...` after all that still waits for the UART, and waits for it,
/// within bounds. `names` are those of `n` registers, one string behind the other; `at` is where
/// the value of each lies, or the register itself.
/// Context: a fault handler, with interrupts off, on any stack that has 200 octets. The caller then
/// ends by cpu_end() or cpu_reset().
void fault_print(const char *what, const char *names, const uintptr_t *at, size_t n);

#endif
