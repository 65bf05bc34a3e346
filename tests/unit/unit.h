// SPDX-License-Identifier: BSD-3-Clause
// CMocka with what it must have included first, and how a case is listed.
#ifndef LWECHO_TESTS_UNIT_H
#define LWECHO_TESTS_UNIT_H

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "rig.h"

/// One case on a rig of its own, which is checked afterwards.
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, rig_setup, rig_teardown)

#endif
