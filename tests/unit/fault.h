// SPDX-License-Identifier: BSD-3-Clause
// Allocations that fail. The linker leads every call of lwIP's pools and heap and of the receive
// buffers through here (--wrap), so that lwIP stays as it is.
#ifndef LWECHO_TESTS_UNIT_FAULT_H
#define LWECHO_TESTS_UNIT_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lwip/memp.h"

enum {
    FAULT_HEAP = MEMP_MAX, ///< behind lwIP's own pools
    FAULT_RX_BUFFERS,
    FAULT_KINDS,
};

/// Nothing fails any more; counts anew.
void fault_clear(void);

/// The `nth` allocation from now on fails (1: the next), and so do `more` after it.
void fault_fail(size_t nth, size_t more);

/// Every allocation of `kind` (a memp_t or one of the above) fails, or no longer.
void fault_refuse(int kind, bool refused);

/// Returns the allocations since fault_clear(), and those that were made to fail.
size_t fault_allocations(void);
size_t fault_failures(void);

/// Forbids the `octets` at `at`, behind a received frame in its buffer: who reads them reads past
/// the frame's end. Until the next call, or until the application puts its own there. NULL: none.
void fault_forbid_behind(uint8_t *at, size_t octets);

/// Tells `ignore` of the memory that only counts.
void fault_ignore(void (*ignore)(const void *at, size_t octets));

/// Lets the memory of freed receive buffers be used from now on: for a process in which it is
/// divided into buffers of another size.
void fault_allow_freed(void);

#endif
