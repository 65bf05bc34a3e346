// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the fuzzers with the tiny profile: lwIP watches the edges of its pools,
// and each defence can be switched off.
#ifndef LWECHO_TESTS_FUZZ_OPTS_LWIPOPTS_H
#define LWECHO_TESTS_FUZZ_OPTS_LWIPOPTS_H

#include "../../../unit/opts/defence.h"
#include "opts/profile_tiny.h"

#define MEMP_OVERFLOW_CHECK 1 // an element written past its end panics when it is freed

#endif
