// SPDX-License-Identifier: BSD-3-Clause
// What a board supplies to the firmware that all boards share.
#ifndef LWECHO_PORT_BOARD_H
#define LWECHO_PORT_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/counters.h"
#include "netdev.h"

/// The counters of the board's Ethernet driver.
extern const struct counters *const board_counters;

/// Starts clocks, pins, the UART (115200 8N1) and the tick (cpu_tick_start()), so that all else
/// here works.
/// Context: once, before all else here.
void board_init(void);

/// Handles the interrupts that the board enabled by cpu_irq_enable(): lets the one that asked be
/// silent, and calls cpu_wake().
/// Context: an interrupt.
void board_on_interrupt(unsigned irq);

/// Returns the Ethernet device, initialised on the first call, not started.
struct netdev *board_netdev(void);

/// Writes the device's MAC address, the board's own or one derived from a unique number that the
/// board has.
/// Returns false: the board has neither.
/// Context: after board_netdev().
bool board_mac(uint8_t mac[NETDEV_MAC_OCTETS]);

/// Writes 32 bits from a hardware source of randomness.
/// Returns false: the board has none.
bool board_entropy(uint32_t *word);

/// Returns why the device was reset last, in one or two words ("power-on", "watchdog"); "unknown"
/// where the board does not tell.
const char *board_reset_reason(void);

/// Gives one octet to the UART. Never waits.
/// Returns false when it has no room; cpu_wake() follows once it has.
/// Context: the main loop; after a fault any, with interrupts off.
bool board_uart_try_put(char octet);

/// Returns the next octet received by the UART, or -1. cpu_wake() tells of the first one.
int board_uart_get(void);

#endif
