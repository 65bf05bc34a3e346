// SPDX-License-Identifier: BSD-3-Clause
// Fuzzes the LAN9118's driver.
#include "driver.h"
#include "lan9118.h"
#include "lan9118_model.h"

static struct lan9118 lan;
static bool is_confused; // status and data FIFO have disagreed

static void reset(void)
{
    lan9118_model_reset();
    bus_reset(&lan9118_model_bus);
    lan9118_counters = (struct lan9118_counters){0};
    lan9118_init(&lan, BUS_BASE);
    is_confused = false;
}

static void receive(const uint8_t *frame, size_t octets)
{
    lan9118_model_receive(frame, octets, 0);
}

/// With some octets: a frame whose status has more bits set than its length, which makes it bad;
/// without: a status alone.
static bool receive_bad(uint32_t status, const uint8_t *frame, size_t octets)
{
    if (octets > 0) {
        lan9118_model_receive(frame, octets, LAN9118_MODEL_ERROR | (status & 0xffff));
        return false;
    }
    lan9118_model_receive_status(status);
    is_confused = true;
    return true;
}

static void fault(uint8_t which, uint32_t value)
{
    bool is_on = (value & 1) != 0;
    switch (which % 8) {
    case 0:
        lan9118_model.tx_hangs = is_on;
        break;
    case 1:
        lan9118_model.tx_status = value;
        break;
    case 2:
        lan9118_model_cable(is_on);
        break;
    case 3:
        lan9118_model_raise(value);
        break;
    case 4:
        lan9118_model.csr_hangs = is_on;
        break;
    case 5:
        lan9118_model.mii_hangs = is_on;
        break;
    case 6:
        lan9118_model.reset_hangs = is_on;
        break;
    default:
        lan9118_model.rsfl_is_level = is_on;
        break;
    }
}

static void interrupt(void)
{
    if (lan9118_model_interrupts()) {
        lan9118_on_interrupt(&lan);
    }
}

static unsigned misuses(void)
{
    unsigned underruns = is_confused ? 0 : lan9118_model.rx_underruns;
    return underruns + lan9118_model.tx_overruns + lan9118_model.hurried_reads;
}

const struct driver driver = {
    .dev = &lan.netdev,
    .rx_octets_min = 1,
    .reset = reset,
    .receive = receive,
    .receive_bad = receive_bad,
    .sent = lan9118_model_sent,
    .fault = fault,
    .interrupt = interrupt,
    .misuses = misuses,
};
