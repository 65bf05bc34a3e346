// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the simulator with the tiny profile.
#ifndef LWECHO_SIM_OPTS_LWIPOPTS_H
#define LWECHO_SIM_OPTS_LWIPOPTS_H

#include "opts/profile_tiny.h"

#endif
