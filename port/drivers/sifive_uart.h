// SPDX-License-Identifier: BSD-3-Clause
// SiFive's UART, as a board's console.
// Source: FU540-C000 manual, chapter "Universal Asynchronous Receiver/Transmitter".
#ifndef LWECHO_PORT_DRIVERS_SIFIVE_UART_H
#define LWECHO_PORT_DRIVERS_SIFIVE_UART_H

#include <stdbool.h>
#include <stdint.h>

/// Starts the UART at `base`, with an interrupt for received octets. `clock_hz` is its bus clock.
void sifive_uart_start(uintptr_t base, uint32_t clock_hz, uint32_t baud);

/// Makes the interrupt request end.
/// Context: the interrupt.
void sifive_uart_on_interrupt(uintptr_t base);

/// As board_uart_try_put().
bool sifive_uart_try_put(uintptr_t base, char octet);

/// As board_uart_get().
int sifive_uart_get(uintptr_t base);

#endif
