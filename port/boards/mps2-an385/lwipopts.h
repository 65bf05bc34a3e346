// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the mps2-an385: those of all MPS2 boards.
#ifndef LWECHO_BOARD_LWIPOPTS_H
#define LWECHO_BOARD_LWIPOPTS_H

#include "../mps2/options.h"

#endif
