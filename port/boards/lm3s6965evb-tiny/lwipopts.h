// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the lm3s6965evb with the tiny profile: flash goes to what serves, not to what
// tells.
#ifndef LWECHO_BOARD_LWIPOPTS_H
#define LWECHO_BOARD_LWIPOPTS_H

#include "opts/profile_tiny.h"

#define LWIP_NOASSERT 1 // 0.8 KB of flash; the simulator has them
#define LWIP_ERROR(message, expression, handler)                                                   \
    do {                                                                                           \
    } while (0)                 // 0.2 KB of flash: what they check are programmers' errors, too
#define LWIP_CHKSUM_ALGORITHM 1 // the smallest
#undef LOG_LINES
#define LOG_LINES 0 // 1.2 KB of flash
#undef ETHARP_STATS
#define ETHARP_STATS 0 // 0.7 KB of flash, all of lwIP's counters
#define LINK_STATS 0   // the same
#define IP_STATS 0     // the same
#define ICMP_STATS 0   // the same
#define UDP_STATS 0    // the same
#define TCP_STATS 0    // the same
#define MEMP_STATS 0   // 0.1 KB of flash and of RAM
#undef COUNTERS_KEPT
#define COUNTERS_KEPT 0 // 0.7 KB of flash, 0.2 KB of RAM: nobody prints them here
#undef ONE_SHOTS_MAX
#define ONE_SHOTS_MAX 0 // 0.1 KB of flash and of RAM: nobody starts any
#undef SO_REUSE
#define SO_REUSE 0 // 0.1 KB of flash: the service is started once
#undef MEMP_NUM_UDP_PCB
#define MEMP_NUM_UDP_PCB 1 // the echo alone
#undef MEMP_NUM_TCP_PCB_LISTEN
#define MEMP_NUM_TCP_PCB_LISTEN 1 // the same
#define LWIP_INLINE_IP_CHKSUM 0   // a header is summed when it is whole
#define CONSOLE_OCTETS 256        // the longest line

#endif
