// SPDX-License-Identifier: BSD-3-Clause
// SiFive's UART.
#include "sifive_uart.h"

#include "mmio/mmio.h"

// Registers
enum {
    TXDATA = 0x00,
    RXDATA = 0x04,
    TXCTRL = 0x08,
    RXCTRL = 0x0C,
    IE = 0x10,
    DIV = 0x18,
};

#define DATA_NONE (1u << 31) // TXDATA: full; RXDATA: empty
#define TXCTRL_TXEN (1u << 0)
#define TXCTRL_TXCNT_4 (4u << 16) // there is room while less than 4 of 8 octets wait
#define RXCTRL_RXEN (1u << 0)     // and 0 octets of 8 may wait without an interrupt
#define IE_TXWM (1u << 0)
#define IE_RXWM (1u << 1)

/// The interrupts are levels: each is let in again by who finds nothing left to do.
static void interrupt_enable(uintptr_t base, uint32_t which)
{
    mmio_write32(base + IE, mmio_read32(base + IE) | which);
}

void sifive_uart_start(uintptr_t base, uint32_t clock_hz, uint32_t baud)
{
    mmio_write32(base + DIV, (clock_hz + baud / 2) / baud - 1);
    mmio_write32(base + TXCTRL, TXCTRL_TXEN | TXCTRL_TXCNT_4);
    mmio_write32(base + RXCTRL, RXCTRL_RXEN);
    mmio_write32(base + IE, IE_RXWM);
}

void sifive_uart_on_interrupt(uintptr_t base)
{
    mmio_write32(base + IE, 0);
}

bool sifive_uart_try_put(uintptr_t base, char octet)
{
    if ((mmio_read32(base + TXDATA) & DATA_NONE) != 0) {
        interrupt_enable(base, IE_TXWM);
        return false;
    }
    mmio_write32(base + TXDATA, (uint8_t)octet);
    return true;
}

int sifive_uart_get(uintptr_t base)
{
    uint32_t data = mmio_read32(base + RXDATA);
    if ((data & DATA_NONE) != 0) {
        interrupt_enable(base, IE_RXWM);
        return -1;
    }
    return (int)(data & 0xFF);
}
