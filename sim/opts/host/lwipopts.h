// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the simulator with the host profile.
#ifndef LWECHO_SIM_OPTS_LWIPOPTS_H
#define LWECHO_SIM_OPTS_LWIPOPTS_H

#include <stdint.h>

#include "linux/checksum.h"
#include "opts/profile_host.h"

// The window is larger while segments are (--offload). The preprocessor sees the ordinary one.
extern uint32_t large_window_more; // port/large.h
#undef TCP_WND
#define TCP_WND (128 * 1024 + large_window_more)
#define TCP_WND_UPDATE_THRESHOLD                                                                   \
    (large_window_more > 0 ? TCP_WND / 2         /* most is told along with data */                \
                           : (u32_t)TCP_MSS * 4) /* lwIP's own */

#endif
