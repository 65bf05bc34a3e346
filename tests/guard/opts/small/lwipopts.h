// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the guard's tests with the small profile: each defence can be switched off.
#ifndef LWECHO_TESTS_GUARD_OPTS_LWIPOPTS_H
#define LWECHO_TESTS_GUARD_OPTS_LWIPOPTS_H

#include "opts/profile_small.h"

extern const void *defence_off; ///< the counter of the one that is off; NULL: all are on

#undef DEFENCE_IS_ON
#define DEFENCE_IS_ON(counter) ((const void *)(counter) != defence_off)

#endif
