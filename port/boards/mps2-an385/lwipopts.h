// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the mps2-an385: the small profile and a roomy console.
#ifndef LWECHO_BOARD_LWIPOPTS_H
#define LWECHO_BOARD_LWIPOPTS_H

#include "opts/profile_small.h"

#define CONSOLE_OCTETS 16384 // the statistics at once; RAM is plenty

#endif
