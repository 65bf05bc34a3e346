// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the simulator with the host profile.
#ifndef LWECHO_SIM_OPTS_LWIPOPTS_H
#define LWECHO_SIM_OPTS_LWIPOPTS_H

#include "linux/checksum.h"
#include "opts/profile_host.h"

#endif
