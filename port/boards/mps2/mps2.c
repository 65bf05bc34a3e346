// SPDX-License-Identifier: BSD-3-Clause
// What the boards with an MPS2 FPGA image have in common.
#include "mps2.h"

#include "board.h"
#include "cpu.h"
#include "drivers/cmsdk_uart.h"
#include "drivers/lan9118.h"

enum {
    BAUD = 115200,
};

const struct counters *const board_counters = &lan9118_counters_info;

static struct lan9118 lan;

void board_init(void)
{
    cpu_tick_start(mps2_map.clock_hz);
    cmsdk_uart_start(mps2_map.uart, mps2_map.clock_hz, BAUD);
    cpu_irq_enable(mps2_map.uart_rx_irq);
    cpu_irq_enable(mps2_map.uart_tx_irq);
}

void board_on_interrupt(unsigned irq)
{
    if (irq == mps2_map.ethernet_irq) {
        lan9118_on_interrupt(&lan);
    } else {
        cmsdk_uart_on_interrupt(mps2_map.uart);
        cpu_wake();
    }
}

struct netdev *board_netdev(void)
{
    if (lan.base == 0) {
        lan9118_init(&lan, mps2_map.ethernet);
        cpu_irq_enable(mps2_map.ethernet_irq);
    }
    return &lan.netdev;
}

bool board_mac(uint8_t mac[NETDEV_MAC_OCTETS])
{
    return lan9118_mac(&lan, mac);
}

bool board_entropy(uint32_t *word)
{
    (void)word;
    return false;
}

bool board_uart_try_put(char octet)
{
    return cmsdk_uart_try_put(mps2_map.uart, octet);
}

int board_uart_get(void)
{
    return cmsdk_uart_get(mps2_map.uart);
}
