// SPDX-License-Identifier: BSD-3-Clause
// The UART of ARM's Cortex-M System Design Kit: one octet of buffer each way.
#include "cmsdk_uart.h"

#include "mmio/mmio.h"

// DDI 0479, table 4-3.
enum {
    DATA = 0x00,
    STATE = 0x04,
    CTRL = 0x08,
    INTSTATUS = 0x0C, // acknowledged by writing ones
    BAUDDIV = 0x10,

    STATE_TX_FULL = 1 << 0,
    STATE_RX_FULL = 1 << 1,
    CTRL_TX_ENABLE = 1 << 0,
    CTRL_RX_ENABLE = 1 << 1,
    CTRL_TX_INTERRUPT = 1 << 2, // the buffer became empty
    CTRL_RX_INTERRUPT = 1 << 3,
};

void cmsdk_uart_start(uintptr_t base, uint32_t clock_hz, uint32_t baud)
{
    mmio_write32(base + BAUDDIV, (clock_hz + baud / 2) / baud);
    mmio_write32(base + CTRL,
                 CTRL_TX_ENABLE | CTRL_RX_ENABLE | CTRL_TX_INTERRUPT | CTRL_RX_INTERRUPT);
}

bool cmsdk_uart_try_put(uintptr_t base, char octet)
{
    if ((mmio_read32(base + STATE) & STATE_TX_FULL) != 0) {
        return false;
    }
    mmio_write32(base + DATA, (uint8_t)octet);
    return true;
}

int cmsdk_uart_get(uintptr_t base)
{
    if ((mmio_read32(base + STATE) & STATE_RX_FULL) == 0) {
        return -1;
    }
    return (int)(mmio_read32(base + DATA) & 0xFF);
}

void cmsdk_uart_on_interrupt(uintptr_t base)
{
    mmio_write32(base + INTSTATUS, mmio_read32(base + INTSTATUS));
}
