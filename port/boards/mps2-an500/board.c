// SPDX-License-Identifier: BSD-3-Clause
// ARM's MPS2 with FPGA image AN500: Cortex-M7 at 25 MHz, 4 MB for code and 4 MB for data, LAN9220.
#include "../mps2/mps2.h"

// Application Note AN500, chapters "Memory map" and "Interrupts".
const struct mps2_map mps2_map = {
    .clock_hz = 25000000,
    .uart = 0x40004000,
    .ethernet = 0xA0000000,
    .uart_rx_irq = 0,
    .uart_tx_irq = 1,
    .ethernet_irq = 13,
};
