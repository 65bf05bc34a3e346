// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the mutation tests with the tiny profile: the unit tests' with short waits.
#ifndef LWECHO_TESTS_MUTATE_OPTS_LWIPOPTS_H
#define LWECHO_TESTS_MUTATE_OPTS_LWIPOPTS_H

#include "../../../unit/opts/tiny/lwipopts.h"
#include "../short_waits.h"

#endif
