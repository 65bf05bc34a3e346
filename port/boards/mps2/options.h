// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of all MPS2 boards: the small profile and a roomy console.
#ifndef LWECHO_BOARDS_MPS2_OPTIONS_H
#define LWECHO_BOARDS_MPS2_OPTIONS_H

#include "cortex_m/checksum.h"
#include "opts/profile_small.h"

#define CONSOLE_OCTETS 16384 // the statistics at once

#endif
