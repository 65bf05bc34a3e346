// SPDX-License-Identifier: BSD-3-Clause
// The switch by which a test's image does without one defence, to show what it is for.
#ifndef LWECHO_TESTS_UNIT_OPTS_DEFENCE_H
#define LWECHO_TESTS_UNIT_OPTS_DEFENCE_H

extern const void *defence_off; ///< the counter of the one that is off; NULL: all are on

#define DEFENCE_IS_ON(counter) ((const void *)(counter) != defence_off)

#endif
