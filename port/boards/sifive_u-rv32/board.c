// SPDX-License-Identifier: BSD-3-Clause
// QEMU's sifive_u with 32-bit harts: the devices of SiFive's FU540-C000 as on HiFive Unleashed.
//
// No silicon has these harts, so what only silicon needs is left out: clocks stay as they are after
// reset.
#include "board.h"

#include "cpu.h"
#include "drivers/cadence_gem.h"
#include "drivers/sifive_uart.h"
#include "mmio/mmio.h"
#include "riscv/soc.h"

// FU540-C000 manual: memory map, and the interrupts' numbers.
enum {
    UART_BASE = 0x10010000,
    GEM_BASE = 0x10090000,
    UART_IRQ = 4,
    GEM_IRQ = 53,
    MTIME_HZ = 1000000,
    BUS_CLOCK_HZ = 16666667, // half of the crystal's clock: no PLL runs after reset
    BAUD = 115200,
};

// The same, chapter "General-Purpose Input/Output"; what is connected, HiFive Unleashed schematics.
enum {
    GPIO_OUTPUT_EN = 0x10060008,
    GPIO_OUTPUT_VAL = 0x1006000C,
    GPIO_RESET = 1 << 10, // low resets the board
};

// The same, chapter "One-Time Programmable Memory"; its content, HiFive Unleashed's boot loader.
enum {
    OTP_PA = 0x10070000,    // address
    OTP_PCE = 0x1007000C,   // inputs are enabled
    OTP_PCLK = 0x10070010,  // clock
    OTP_PDOUT = 0x10070018, // data
    OTP_PDSTB = 0x1007001C, // awake
    OTP_PTRIM = 0x10070034, // spare bits take the place of broken ones
    OTP_SERIAL = 0xFC,      // the board's serial number, its complement behind it
    SERIAL_MAX = 0xFFF,     // with an address of SiFive's own
};

extern uint32_t reset_mark[1]; // memory.ld: in memory that keeps its content over a reset
#define RESET_BY_SOFTWARE 0x50F7CA5E

const struct counters *const board_counters = &cadence_gem_counters_info;

static struct cadence_gem gem;
static bool reset_by_software;

void board_init(void)
{
    reset_by_software = reset_mark[0] == RESET_BY_SOFTWARE;
    reset_mark[0] = 0;
    cpu_tick_start(MTIME_HZ);
    sifive_uart_start(UART_BASE, BUS_CLOCK_HZ, BAUD);
    cpu_irq_enable(UART_IRQ);
}

void board_on_interrupt(unsigned irq)
{
    if (irq == GEM_IRQ) {
        cadence_gem_on_interrupt(&gem);
    } else {
        sifive_uart_on_interrupt(UART_BASE);
    }
    cpu_wake();
}

struct netdev *board_netdev(void)
{
    if (gem.base == 0) {
        cadence_gem_init(&gem, GEM_BASE);
        cpu_irq_enable(GEM_IRQ);
    }
    return &gem.netdev;
}

static uint32_t otp_read(uint32_t address)
{
    mmio_write32(OTP_PDSTB, 1);
    mmio_write32(OTP_PTRIM, 1);
    mmio_write32(OTP_PCE, 1);
    mmio_write32(OTP_PA, address);
    mmio_write32(OTP_PCLK, 1);
    mmio_write32(OTP_PCLK, 0);
    uint32_t word = mmio_read32(OTP_PDOUT);
    mmio_write32(OTP_PCE, 0);
    mmio_write32(OTP_PTRIM, 0);
    mmio_write32(OTP_PDSTB, 0);
    return word;
}

/// SiFive's boot loader makes the address out of its own block of 4096 and the serial number.
bool board_mac(uint8_t mac[NETDEV_MAC_OCTETS])
{
    uint32_t serial = otp_read(OTP_SERIAL);
    if (serial != ~otp_read(OTP_SERIAL + 1) || serial > SERIAL_MAX) {
        return false;
    }
    static const uint8_t block[] = {0x70, 0xB3, 0xD5, 0x92};
    for (unsigned i = 0; i < sizeof(block); i++) {
        mac[i] = block[i];
    }
    mac[4] = (uint8_t)(0xF0 | serial >> 8);
    mac[5] = (uint8_t)serial;
    return true;
}

bool board_entropy(uint32_t *word)
{
    (void)word;
    return false;
}

const char *board_reset_reason(void)
{
    return reset_by_software ? "software" : "external";
}

bool board_uart_try_put(char octet)
{
    return sifive_uart_try_put(UART_BASE, octet);
}

int board_uart_get(void)
{
    return sifive_uart_get(UART_BASE);
}

void soc_reset(void)
{
    reset_mark[0] = RESET_BY_SOFTWARE;
    mmio_write32(GPIO_OUTPUT_VAL, mmio_read32(GPIO_OUTPUT_VAL) & ~(uint32_t)GPIO_RESET);
    mmio_write32(GPIO_OUTPUT_EN, mmio_read32(GPIO_OUTPUT_EN) | GPIO_RESET);
}
