// SPDX-License-Identifier: BSD-3-Clause
// A flood: packets of somebody who reads no answer, so many a second, while time passes.
#ifndef LWECHO_TESTS_UNIT_FLOOD_H
#define LWECHO_TESTS_UNIT_FLOOD_H

#include <stdbool.h>
#include <stdint.h>

#include "lwip/opt.h"

enum {
    FLOOD_PER_S = 10 * MEMP_NUM_TCP_PCB, ///< packets a second
};

enum flood_kind {
    FLOOD_SYN,
    FLOOD_UDP,      ///< datagrams of 1000 octets for the echo
    FLOOD_FRAGMENT, ///< first fragments, which nothing follows
    FLOOD_ANNOUNCE, ///< ARP requests for the device's address, or neighbour solicitations
};

struct flood {
    enum flood_kind kind;
    bool is_ip6;
    bool from_neighbours; ///< from addresses on the device's network that nobody has; else from
                          ///< anywhere
};

/// Lets time pass, during which packets come.
void flood_advance(const struct flood *flood, uint32_t ms);

#endif
