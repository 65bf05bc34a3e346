// SPDX-License-Identifier: BSD-3-Clause
// The device's static variables, and back to them. Built without sanitizers: it copies what they
// forbid, and their shadow memory with it.
#include "snapshot.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "snapshot_edges.h"
#include "target.h"

enum {
    WORD_OCTETS = sizeof(uint64_t),
    RANGES = 2,
};

/// Words from `begin` to `end`, and what they were.
struct range {
    volatile uint64_t *begin; // volatile: else the loop below becomes memcpy(), which is watched
    volatile uint64_t *end;
    uint64_t *kept;
};

static struct range memory[RANGES];
static struct range shadow[RANGES];

// NOLINTNEXTLINE(bugprone-reserved-identifier): the sanitizer has this name.
void __asan_get_shadow_mapping(size_t *scale, size_t *offset) __attribute__((weak));

/// Makes a range of whole words, at most as long as it is given.
static struct range range_make(uintptr_t begin, uintptr_t end)
{
    uintptr_t first = (begin + WORD_OCTETS - 1) / WORD_OCTETS * WORD_OCTETS;
    uintptr_t behind = end / WORD_OCTETS * WORD_OCTETS;
    if (first >= behind) {
        target_panic("the linker keeps the order of objects", __FILE__, __LINE__);
    }
    uint64_t *kept = malloc(behind - first);
    if (kept == NULL) {
        target_panic("the test has memory", __FILE__, __LINE__);
    }
    return (struct range){(volatile uint64_t *)first, (volatile uint64_t *)behind, kept};
}

static void keep(const struct range *range)
{
    for (ptrdiff_t i = 0; i < range->end - range->begin; i++) {
        range->kept[i] = range->begin[i];
    }
}

/// Writes only what differs: a page that nobody touched stays shared with nobody's.
static void restore(const struct range *range)
{
    for (ptrdiff_t i = 0; i < range->end - range->begin; i++) {
        if (range->begin[i] != range->kept[i]) {
            range->begin[i] = range->kept[i];
        }
    }
}

static void take(size_t i, const void *begin, const void *end)
{
    memory[i] = range_make((uintptr_t)begin, (uintptr_t)end);
    keep(&memory[i]);
    if (__asan_get_shadow_mapping != NULL) {
        size_t scale;
        size_t offset;
        __asan_get_shadow_mapping(&scale, &offset);
        shadow[i] =
            range_make(((uintptr_t)begin >> scale) + offset, ((uintptr_t)end >> scale) + offset);
        keep(&shadow[i]);
    }
}

void snapshot_take(void)
{
    take(0, snapshot_bss_begin, snapshot_bss_end);
    take(1, snapshot_data_begin, snapshot_data_end);
}

void snapshot_restore(void)
{
    for (size_t i = 0; i < RANGES; i++) {
        restore(&memory[i]);
        restore(&shadow[i]);
    }
}

bool snapshot_has(const void *at)
{
    return ((const unsigned char *)at >= snapshot_bss_begin &&
            (const unsigned char *)at < snapshot_bss_end) ||
           ((const unsigned char *)at >= snapshot_data_begin &&
            (const unsigned char *)at < snapshot_data_end);
}
