// SPDX-License-Identifier: BSD-3-Clause
// The Stellaris LM3S6965 evaluation kit: Cortex-M3 at 50 MHz, 256 KB flash, 64 KB RAM, Ethernet on
// the chip.
#include "board.h"

#include <string.h>

#include "cpu.h"
#include "drivers/pl011.h"
#include "drivers/stellaris_eth.h"
#include "mmio/mmio.h"

// LM3S6965 datasheet: memory map, and the interrupts' numbers.
enum {
    UART0_BASE = 0x4000C000,
    GPIOA_BASE = 0x40004000,
    GPIOF_BASE = 0x40025000,
    ETH_BASE = 0x40048000,
    UART0_IRQ = 5,
    ETH_IRQ = 42,
    CLOCK_HZ = 50000000,
    BAUD = 115200,
};

// The same, chapter "System Control".
enum {
    RIS = 0x400FE050,
    RESC = 0x400FE05C,
    RCC = 0x400FE060,
    RCGC1 = 0x400FE104,
    RCGC2 = 0x400FE108,
    USER_REG0 = 0x400FE1E0,
    USER_REG1 = 0x400FE1E4,

    RIS_PLLLRIS = 1 << 6,
    RCC_OSCSRC_M = 3 << 4, // 0: the main oscillator
    RCC_XTAL_M = 0xF << 6,
    RCC_XTAL_8_MHZ = 0xE << 6,
    RCC_BYPASS = 1 << 11,
    RCC_PWRDN = 1 << 13,
    RCC_USESYSDIV = 1 << 22,
    RCC_SYSDIV_M = 0xF << 23,
    RCC_SYSDIV_4 = 3 << 23, // 200 MHz / 4
    RCC_MOSCDIS = 1 << 0,
    PLL_READS_MAX = 100000, // at least 10 ms at 8 MHz; it locks within 0.5 ms

    RCGC1_UART0 = 1 << 0,
    RCGC2_GPIOA = 1 << 0,
    RCGC2_GPIOF = 1 << 5,
    RCGC2_EMAC0 = 1 << 28,
    RCGC2_EPHY0 = 1 << 30,
};

// The same, chapter "General-Purpose Input/Outputs".
enum {
    GPIOAFSEL = 0x420,
    GPIODEN = 0x51C,
    PA0_U0RX_PA1_U0TX = 1 << 0 | 1 << 1,
    PF2_LED1_PF3_LED0 = 1 << 2 | 1 << 3, // of the Ethernet socket
};

const struct counters *const board_counters = &stellaris_eth_counters_info;

static struct stellaris_eth eth;
static uint32_t reset_causes;

/// Section "Initialization and Configuration" of the chapter, step by step.
static void clock_start(void)
{
    uint32_t rcc = mmio_read32(RCC);
    rcc = (rcc | RCC_BYPASS) & ~(uint32_t)(RCC_USESYSDIV | RCC_MOSCDIS);
    mmio_write32(RCC, rcc);
    rcc &= ~(uint32_t)(RCC_XTAL_M | RCC_OSCSRC_M | RCC_PWRDN | RCC_SYSDIV_M);
    rcc |= RCC_XTAL_8_MHZ;
    mmio_write32(RCC, rcc);
    rcc |= RCC_SYSDIV_4 | RCC_USESYSDIV;
    mmio_write32(RCC, rcc);
    for (int i = 0; i < PLL_READS_MAX && (mmio_read32(RIS) & RIS_PLLLRIS) == 0; i++) {
    }
    mmio_write32(RCC, rcc & ~(uint32_t)RCC_BYPASS);
}

static void pins_connect(uintptr_t gpio, uint32_t pins)
{
    mmio_write32(gpio + GPIOAFSEL, mmio_read32(gpio + GPIOAFSEL) | pins);
    mmio_write32(gpio + GPIODEN, mmio_read32(gpio + GPIODEN) | pins);
}

void board_init(void)
{
    reset_causes = mmio_read32(RESC);
    mmio_write32(RESC, 0); // they add up otherwise
    clock_start();
    mmio_write32(RCGC1, mmio_read32(RCGC1) | RCGC1_UART0);
    mmio_write32(RCGC2, mmio_read32(RCGC2) | RCGC2_GPIOA | RCGC2_GPIOF | RCGC2_EMAC0 | RCGC2_EPHY0);
    mmio_read32(RCGC2); // 3 clocks have to pass before the modules answer
    pins_connect(GPIOA_BASE, PA0_U0RX_PA1_U0TX);
    pins_connect(GPIOF_BASE, PF2_LED1_PF3_LED0);
    cpu_tick_start(CLOCK_HZ);
    pl011_start(UART0_BASE, CLOCK_HZ, BAUD);
    cpu_irq_enable(UART0_IRQ);
}

void board_on_interrupt(unsigned irq)
{
    if (irq == ETH_IRQ) {
        stellaris_eth_on_interrupt(&eth);
    } else {
        pl011_on_interrupt(UART0_BASE);
    }
    cpu_wake();
}

struct netdev *board_netdev(void)
{
    if (eth.base == 0) {
        stellaris_eth_init(&eth, ETH_BASE);
        cpu_irq_enable(ETH_IRQ);
    }
    return &eth.netdev;
}

/// The kit's makers leave the address in the user registers, three octets each, the first ones
/// lowest.
bool board_mac(uint8_t mac[NETDEV_MAC_OCTETS])
{
    uint32_t user0 = mmio_read32(USER_REG0);
    uint32_t user1 = mmio_read32(USER_REG1);
    for (unsigned i = 0; i < 3; i++) {
        mac[i] = (uint8_t)(user0 >> (8 * i));
        mac[3 + i] = (uint8_t)(user1 >> (8 * i));
    }
    bool zero = ((user0 | user1) & 0xFFFFFF) == 0;
    bool group = (user0 & 1) != 0; // also when the registers are erased: all ones
    return !zero && !group;
}

bool board_entropy(uint32_t *word)
{
    (void)word;
    return false;
}

const char *board_reset_reason(void)
{
    // A power-on comes with others in its wake.
    uint32_t causes = (reset_causes & 1 << 1) != 0 ? 1 << 1 : reset_causes & 0x3F;
    const char *name = "external\0power-on\0brown-out\0watchdog\0software\0LDO";
    if (causes == 0) {
        return "unknown";
    }
    for (; (causes & 1) == 0; causes >>= 1) {
        name += strlen(name) + 1;
    }
    return name;
}

bool board_uart_try_put(char octet)
{
    return pl011_try_put(UART0_BASE, octet);
}

int board_uart_get(void)
{
    return pl011_get(UART0_BASE);
}
