// SPDX-License-Identifier: BSD-3-Clause
// The device's allocations: some fail. The linker leads every call of its lwIP's pools and heap and
// of the receive buffers through here (--wrap).
#ifndef LWECHO_TESTS_WORLD_ALLOC_H
#define LWECHO_TESTS_WORLD_ALLOC_H

#include <stdbool.h>

/// Sets the faults up as the plan says.
void alloc_start(void);

/// No allocation fails while suspended.
void alloc_suspend(bool suspended);

#endif
