// SPDX-License-Identifier: BSD-3-Clause
// ARM's PrimeCell UART PL011, which the Stellaris family has as well.
#ifndef LWECHO_PORT_DRIVERS_PL011_H
#define LWECHO_PORT_DRIVERS_PL011_H

#include <stdbool.h>
#include <stdint.h>

/// Starts the UART at `base` with 8N1 and its FIFOs on; received octets interrupt.
/// Limits: `clock_hz` is at least 16 * `baud`.
/// Source: PL011 Technical Reference Manual (DDI 0183), chapter 3.
void pl011_start(uintptr_t base, uint32_t clock_hz, uint32_t baud);

/// Gives one octet to the UART.
/// Returns false when it has no room; the UART then interrupts once it has.
bool pl011_try_put(uintptr_t base, char octet);

/// Returns the next octet received, or -1.
int pl011_get(uintptr_t base);

/// Acknowledges what interrupted. Context: the UART's interrupt, whose board then calls cpu_wake().
void pl011_on_interrupt(uintptr_t base);

#endif
