// SPDX-License-Identifier: BSD-3-Clause
// ARM's PrimeCell UART PL011.
#include "pl011.h"

#include "mmio/mmio.h"

// DDI 0183, table 3-1.
enum {
    UARTDR = 0x00,
    UARTFR = 0x18,
    UARTIBRD = 0x24,
    UARTFBRD = 0x28,
    UARTLCR_H = 0x2C,
    UARTCR = 0x30,
    UARTIMSC = 0x38,
    UARTICR = 0x44,

    FR_RXFE = 1 << 4,
    FR_TXFF = 1 << 5,
    LCR_H_FEN = 1 << 4,
    LCR_H_WLEN_8 = 3 << 5,
    CR_UARTEN = 1 << 0,
    CR_TXE = 1 << 8,
    CR_RXE = 1 << 9,
    INT_RX = 1 << 4,
    INT_TX = 1 << 5, // the FIFO drained to a half
    INT_RT = 1 << 6, // octets wait that do not fill the FIFO to its level
};

void pl011_start(uintptr_t base, uint32_t clock_hz, uint32_t baud)
{
    uint32_t divisor_64ths = (4 * clock_hz + baud / 2) / baud; // of 16 * baud
    mmio_write32(base + UARTCR, 0);
    mmio_write32(base + UARTIBRD, divisor_64ths >> 6);
    mmio_write32(base + UARTFBRD, divisor_64ths & 0x3F);
    mmio_write32(base + UARTLCR_H, LCR_H_WLEN_8 | LCR_H_FEN);
    mmio_write32(base + UARTIMSC, INT_RX | INT_RT);
    mmio_write32(base + UARTCR, CR_UARTEN | CR_TXE | CR_RXE);
}

bool pl011_try_put(uintptr_t base, char octet)
{
    if ((mmio_read32(base + UARTFR) & FR_TXFF) != 0) {
        mmio_write32(base + UARTIMSC, INT_RX | INT_RT | INT_TX);
        return false;
    }
    mmio_write32(base + UARTDR, (uint8_t)octet);
    return true;
}

int pl011_get(uintptr_t base)
{
    if ((mmio_read32(base + UARTFR) & FR_RXFE) != 0) {
        return -1;
    }
    return (int)(mmio_read32(base + UARTDR) & 0xFF);
}

void pl011_on_interrupt(uintptr_t base)
{
    mmio_write32(base + UARTIMSC, INT_RX | INT_RT);
    mmio_write32(base + UARTICR, INT_RX | INT_RT | INT_TX);
}
