// SPDX-License-Identifier: BSD-3-Clause
// Fuzzes the Cadence GEM's driver.
#include "cadence_gem.h"
#include "cadence_gem_model.h"
#include "cadence_gem_regs.h"
#include "driver.h"

static struct cadence_gem gem;
static bool is_stuck; // has been: each start then comes while the MAC seems to send

static void reset(void)
{
    cadence_gem_model_reset();
    bus_reset(&cadence_gem_model_bus);
    cadence_gem_counters = (struct cadence_gem_counters){0};
    cadence_gem_init(&gem, BUS_BASE);
    is_stuck = false;
}

/// What is not a whole frame in one buffer.
static bool receive_bad(uint32_t status, const uint8_t *frame, size_t octets)
{
    (void)frame;
    (void)octets;
    if ((status & RX_DESC_START) != 0 && (status & RX_DESC_END) != 0) {
        status &= ~RX_DESC_OCTETS;
    }
    cadence_gem_model_receive_status(status);
    return false;
}

static void fault(uint8_t which, uint32_t value)
{
    static const uint32_t failures[] = {0, TX_STATUS_RETRIES, TX_STATUS_UNDERRUN,
                                        TX_STATUS_BUS_ERROR};
    bool is_on = (value & 1) != 0;
    switch (which % 8) {
    case 0:
        cadence_gem_model.tx_hangs = is_on;
        break;
    case 1:
        cadence_gem_model.tx_failure = failures[value % 4];
        break;
    case 2:
        cadence_gem_model.tx_go_sticks = is_on;
        is_stuck = is_stuck || is_on;
        break;
    case 3:
        cadence_gem_model.mdio_hangs = is_on;
        break;
    case 4:
        cadence_gem_model_link(is_on);
        break;
    case 5:
        cadence_gem_model.mii_partner = value & 0xffff;
        break;
    case 6:
        cadence_gem_model.mii_partner_1000 = value & 0xffff;
        break;
    default:
        cadence_gem_model_rx_fail(is_on ? RX_STATUS_OVERRUN : RX_STATUS_BUS_ERROR);
        break;
    }
}

static unsigned misuses(void)
{
    return is_stuck ? 0 : cadence_gem_model.misuses;
}

const struct driver driver = {
    .dev = &gem.netdev,
    .rx_octets_min = 1,
    .reset = reset,
    .receive = cadence_gem_model_receive,
    .receive_bad = receive_bad,
    .sent = cadence_gem_model_sent,
    .fault = fault,
    .misuses = misuses,
};
