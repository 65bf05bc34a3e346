// SPDX-License-Identifier: BSD-3-Clause
// The octets that loads send, told from each other by where they stand.
#ifndef LWECHO_TESTS_BENCH_HOST_OCTETS_H
#define LWECHO_TESTS_BENCH_HOST_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    OCTETS_AT_ONCE_MAX = 1 << 16,
};

/// Fills the pattern. Before anything else here.
void octets_start(void);

/// Returns OCTETS_AT_ONCE_MAX octets of the endless pattern from `position` on.
const uint8_t *octets_at(uint64_t position);

/// Returns whether `data` is the pattern from `position` on.
bool octets_are(const void *data, size_t n, uint64_t position);

#endif
