// SPDX-License-Identifier: BSD-3-Clause
// The UART of ARM's Cortex-M System Design Kit, which the MPS2 boards have.
#ifndef LWECHO_PORT_DRIVERS_CMSDK_UART_H
#define LWECHO_PORT_DRIVERS_CMSDK_UART_H

#include <stdbool.h>
#include <stdint.h>

/// Starts the UART at `base` with 8N1. Each octet received or sent interrupts.
/// Limits: `clock_hz` is at least 16 * `baud`.
/// Source: Cortex-M System Design Kit Technical Reference Manual (DDI 0479), section 4.3.
void cmsdk_uart_start(uintptr_t base, uint32_t clock_hz, uint32_t baud);

/// Gives one octet to the UART.
/// Returns false when it has no room; the UART interrupts once it has.
bool cmsdk_uart_try_put(uintptr_t base, char octet);

/// Returns the next octet received, or -1.
int cmsdk_uart_get(uintptr_t base);

/// Acknowledges what interrupted.
/// Context: the UART's interrupts, whose board then calls cpu_wake().
void cmsdk_uart_on_interrupt(uintptr_t base);

#endif
