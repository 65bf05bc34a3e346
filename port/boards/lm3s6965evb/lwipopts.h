// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the lm3s6965evb: the small profile as it is.
#ifndef LWECHO_BOARD_LWIPOPTS_H
#define LWECHO_BOARD_LWIPOPTS_H

#include "opts/profile_small.h"

#define LWIP_INLINE_IP_CHKSUM 0 // a header is summed when it is whole
#define CONSOLE_OCTETS 1024     // two pieces of the statistics

#endif
