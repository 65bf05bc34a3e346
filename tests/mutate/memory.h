// SPDX-License-Identifier: BSD-3-Clause
// The process's static memory, and back to it: each case starts from the same octets. Device, hosts
// and clock have no other memory (heap.c), so a case depends on nothing but its number.
#ifndef LWECHO_TESTS_MUTATE_MEMORY_H
#define LWECHO_TESTS_MUTATE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/// Keeps what all static variables hold now, and which of them AddressSanitizer forbids. Once in a
/// process. From then on it notes the pages that are written to; these alone are restored.
void memory_keep(void);

/// Brings back what was kept. Local variables and mapped memory stay as they are.
void memory_restore(void);

/// Leaves `octets` at `at` out of the digest: they influence nothing. Before memory_keep().
void memory_ignore(const void *at, size_t octets);

/// Returns a number that differs, as good as surely, for any two states of the static memory.
uint64_t memory_digest(void);

/// Returns the pages that were written to since memory_keep().
size_t memory_pages(void);

/// Maps memory that memory_restore() does not touch, zeroed; the second kind is shared with child
/// processes.
void *memory_map(size_t octets);
void *memory_share(size_t octets);

#endif
