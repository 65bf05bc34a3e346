// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the lm3s6965evb: the small profile as it is.
#ifndef LWECHO_BOARD_LWIPOPTS_H
#define LWECHO_BOARD_LWIPOPTS_H

#include "opts/profile_small.h"

#define LWIP_INLINE_IP_CHKSUM 0 // a header is summed when it is whole
#define CONSOLE_OCTETS 1024     // two pieces of the statistics

// With LWECHO_PAGE: its RAM holds no more.
#undef PAGE_CONNECTIONS_MAX
#define PAGE_CONNECTIONS_MAX (2 * LWECHO_PAGE)
#undef PAGE_PEER_CONNECTIONS_MAX
#define PAGE_PEER_CONNECTIONS_MAX 2 // a browser opens two

#endif
