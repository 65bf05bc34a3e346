// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the simulator with the small profile.
#ifndef LWECHO_SIM_OPTS_LWIPOPTS_H
#define LWECHO_SIM_OPTS_LWIPOPTS_H

#include "opts/profile_small.h"

#endif
