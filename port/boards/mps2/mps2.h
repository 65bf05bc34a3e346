// SPDX-License-Identifier: BSD-3-Clause
// What MPS2 boards have in common: CMSDK UART and LAN9220, each FPGA image at its own addresses.
//
// This folder is no board; it holds most of board.c for those that are.
#ifndef LWECHO_PORT_BOARDS_MPS2_H
#define LWECHO_PORT_BOARDS_MPS2_H

#include <stdint.h>

struct mps2_map {
    uint32_t clock_hz; ///< of CPU, SysTick and UART
    uintptr_t uart;
    uintptr_t ethernet;
    unsigned uart_rx_irq;
    unsigned uart_tx_irq;
    unsigned ethernet_irq;
};

/// The board's own map, in its board.c.
extern const struct mps2_map mps2_map;

#endif
