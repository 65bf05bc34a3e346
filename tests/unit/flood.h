// SPDX-License-Identifier: BSD-3-Clause
// A flood: frames of somebody who reads no answer, so many a second, while time passes.
#ifndef LWECHO_TESTS_UNIT_FLOOD_H
#define LWECHO_TESTS_UNIT_FLOOD_H

#include "lwip/opt.h"
#include "packet.h"

enum {
    FLOOD_PER_S = 10 * MEMP_NUM_TCP_PCB, ///< frames a second
};

/// Makes frame number `i` of a flood.
typedef void flood_frame(struct packet_frame *frame, uint32_t i);

/// SYNs from anywhere, and from addresses on the device's network that nobody has.
flood_frame flood_syn;
flood_frame flood_syn_neighbour;

/// Datagrams for the echo, from the same.
flood_frame flood_udp;
flood_frame flood_udp_neighbour;

/// ARP requests for the device's address from such neighbours.
flood_frame flood_arp;

/// Lets time pass, during which frames come.
void flood_advance(flood_frame *make, uint32_t ms);

#endif
