// SPDX-License-Identifier: BSD-3-Clause
// ARM's MPS2 with FPGA image AN505: Cortex-M33 at 20 MHz, 4 MB for code and 2 MB for data, LAN9220.
//
// All is secure: the CPU starts so, and there is nobody to be protected from.
#include "board.h"

#include "../mps2/mps2.h"
#include "mmio/mmio.h"

// Application Note AN505, chapters "Memory map" and "Interrupts", secure addresses.
const struct mps2_map mps2_map = {
    .clock_hz = 20000000,
    .uart = 0x50200000,
    .ethernet = 0x52000000,
    .uart_rx_irq = 32,
    .uart_tx_irq = 33,
    .ethernet_irq = 48,
};

// IoT Kit's system control registers.
enum {
    RESET_SYNDROME = 0x50021100,
    RESET_SYNDROME_POWER_ON = 1 << 0,
    RESET_SYNDROME_WATCHDOG = 3 << 1, // non-secure and secure
};

const char *board_reset_reason(void)
{
    uint32_t causes = mmio_read32(RESET_SYNDROME);
    mmio_write32(RESET_SYNDROME, 0); // they add up otherwise
    if ((causes & RESET_SYNDROME_POWER_ON) != 0) {
        return "power-on";
    }
    return (causes & RESET_SYNDROME_WATCHDOG) != 0 ? "watchdog" : "unknown";
}
