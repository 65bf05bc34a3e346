// SPDX-License-Identifier: BSD-3-Clause
// What peers send: octets that tell by themselves whose they are and where they belong.
#ifndef LWECHO_TESTS_WORLD_PATTERN_H
#define LWECHO_TESTS_WORLD_PATTERN_H

#include <stddef.h>
#include <stdint.h>

/// Writes octets `offset` to `offset + octets - 1` of the stream `key`.
void pattern_fill(uint32_t key, uint32_t offset, uint8_t *to, size_t octets);

/// Returns how many of the octets at `from`, from the first on, are those of the stream `key` from
/// `offset` on: `octets` when all are.
size_t pattern_match(uint32_t key, uint32_t offset, const uint8_t *from, size_t octets);

#endif
