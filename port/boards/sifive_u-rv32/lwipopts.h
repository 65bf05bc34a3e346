// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of sifive_u-rv32: the small profile as it is, though there is memory for far more.
#ifndef LWECHO_BOARD_LWIPOPTS_H
#define LWECHO_BOARD_LWIPOPTS_H

#include "opts/profile_small.h"

#define CONSOLE_OCTETS 4096 // all of the statistics

#endif
