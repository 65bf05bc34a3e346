// SPDX-License-Identifier: BSD-3-Clause
// The reset's reason on FPGA images that have the Cortex-M System Design Kit's controller.
#include "board.h"
#include "mmio/mmio.h"

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
