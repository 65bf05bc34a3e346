// SPDX-License-Identifier: BSD-3-Clause
// ARM's MPS2 with FPGA image AN500: Cortex-M7 at 25 MHz, 4 MB for code and 4 MB for data, LAN9220.
#include "board.h"

#include "../mps2/mps2.h"
#include "mmio/mmio.h"

// Application Note AN500, chapters "Memory map" and "Interrupts".
const struct mps2_map mps2_map = {
    .clock_hz = 25000000,
    .uart = 0x40004000,
    .ethernet = 0xA0000000,
    .uart_rx_irq = 0,
    .uart_tx_irq = 1,
    .ethernet_irq = 13,
};

// Cortex-M System Design Kit Technical Reference Manual (DDI 0479), section 4.7.
enum {
    RSTINFO = 0x4001F010,
    RSTINFO_SYSRESETREQ = 1 << 0,
    RSTINFO_WATCHDOG = 1 << 1,
    RSTINFO_LOCKUP = 1 << 2,
};

const char *board_reset_reason(void)
{
    uint32_t causes = mmio_read32(RSTINFO);
    mmio_write32(RSTINFO, causes); // they add up otherwise
    if ((causes & RSTINFO_WATCHDOG) != 0) {
        return "watchdog";
    }
    if ((causes & RSTINFO_LOCKUP) != 0) {
        return "lockup";
    }
    return (causes & RSTINFO_SYSRESETREQ) != 0 ? "software" : "power-on";
}
