// SPDX-License-Identifier: BSD-3-Clause
// Fuzzes the driver of the Stellaris Ethernet controller.
#include "driver.h"
#include "stellaris_eth.h"
#include "stellaris_eth_model.h"

static struct stellaris_eth eth;

static void reset(void)
{
    stellaris_eth_model_reset();
    bus_reset(&stellaris_eth_model_bus);
    stellaris_eth_counters = (struct stellaris_eth_counters){0};
    stellaris_eth_init(&eth, BUS_BASE);
}

/// A length that no frame has.
static bool receive_bad(uint32_t status, const uint8_t *frame, size_t octets)
{
    enum {
        SHORT_OCTETS = 6 + 14, // length and FCS are counted
        LONG_OCTETS = 6 + NETDEV_FRAME_OCTETS_MAX + 1,
    };
    (void)frame;
    (void)octets;
    bool is_short = (status & 1) != 0;
    status >>= 1;
    stellaris_eth_model_receive_length(is_short ? status % SHORT_OCTETS
                                                : LONG_OCTETS + status % (65536 - LONG_OCTETS));
    return false;
}

static void fault(uint8_t which, uint32_t value)
{
    bool is_on = (value & 1) != 0;
    switch (which % 6) {
    case 0:
        stellaris_eth_model.tx_hangs = is_on;
        break;
    case 1:
        stellaris_eth_model.mii_hangs = is_on;
        break;
    case 2:
        stellaris_eth_model.has_phy = is_on;
        break;
    case 3:
        stellaris_eth_model.link = is_on;
        break;
    case 4:
        stellaris_eth_model.full_duplex = is_on;
        break;
    default:
        stellaris_eth_model_raise(value & (STELLARIS_ETH_MODEL_TXER | STELLARIS_ETH_MODEL_FOV |
                                           STELLARIS_ETH_MODEL_RXER));
        break;
    }
}

static void interrupt(void)
{
    if (stellaris_eth_model_interrupts()) {
        stellaris_eth_on_interrupt(&eth);
    }
}

static unsigned misuses(void)
{
    return stellaris_eth_model.rx_underruns + stellaris_eth_model.tx_overruns +
           stellaris_eth_model.fifo_resets_while_running;
}

const struct driver driver = {
    .dev = &eth.netdev,
    .rx_octets_min = 14,
    .reset = reset,
    .receive = stellaris_eth_model_receive,
    .receive_bad = receive_bad,
    .sent = stellaris_eth_model_sent,
    .fault = fault,
    .interrupt = interrupt,
    .misuses = misuses,
};
