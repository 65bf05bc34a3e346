// SPDX-License-Identifier: BSD-3-Clause
// How fast one connection is: the peer's window, loss and latency against each other.
#include "goodput.h"

#include <inttypes.h>
#include <stdio.h>

#include "clock.h"
#include "world.h"

enum {
    SETTLE_US = 4000000,
    OCTETS = 500000,
    EACH = 3, // values of each condition
    BITS = 8,
    PERCENT = 10000, // in millionths
};

struct goodput goodput_at(unsigned i)
{
    static const unsigned windows[EACH] = {2920, 11680, 65535};
    static const unsigned losses[EACH] = {0, 1 * PERCENT, 5 * PERCENT};
    static const unsigned latencies_us[EACH] = {100, 5000, 50000};
    return (struct goodput){
        .window_octets = windows[i / (EACH * EACH)],
        .loss = losses[i / EACH % EACH],
        .latency_us = latencies_us[i % EACH],
    };
}

void goodput_plan(const struct goodput *goodput)
{
    plan = (struct plan){
        .seed = 1,
        .faults = goodput->loss > 0 ? 1u << FAULT_loss : 0,
        .settle_us = SETTLE_US,
        .heal_us = UINT64_MAX / 2,
        .loss = goodput->loss,
        .hosts_n = 1,
        .dhcp_host = HOSTS_MAX,
        .actors_n = 1,
        .hosts = {{
            .mac = {0x02, 0, 0, 0, 0x10, 1},
            .ip4 = 0xc6336401,
            .latency_us = goodput->latency_us,
            .mtu = 1500,
        }},
        .actors = {{
            .kind = ACTOR_bulk,
            .is_on = true,
            .is_good = true,
            .start_us = SETTLE_US,
            .octets = OCTETS,
            .rounds = 1,
            .window = goodput->window_octets,
            .seed = 1,
            .stream = STREAM_ACTOR_FIRST,
        }},
    };
}

void goodput_print(const struct goodput *goodput)
{
    uint64_t us = result->virtual_us - SETTLE_US;
    printf("window=%5u loss=%u%% latency_ms=%4.1f  %6" PRIu64 " kbit/s\n", goodput->window_octets,
           goodput->loss / PERCENT, goodput->latency_us / 1000.0,
           (uint64_t)OCTETS * BITS * 1000 / us);
}
