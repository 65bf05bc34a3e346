// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the unit tests with the tiny profile: lwIP watches the edges of its pools,
// and each defence can be switched off.
#ifndef LWECHO_TESTS_UNIT_OPTS_LWIPOPTS_H
#define LWECHO_TESTS_UNIT_OPTS_LWIPOPTS_H

#include "../defence.h"
#include "opts/profile_tiny.h"

#define MEMP_OVERFLOW_CHECK 1          // an element written past its end panics when it is freed
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1 // for MACs that compute checksums, which some boards have

#endif
