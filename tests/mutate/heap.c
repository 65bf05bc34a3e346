// SPDX-License-Identifier: BSD-3-Clause
// The rig's heap in static memory, so that it is restored with the rest. The linker (--wrap) leads
// the rig's malloc() and free() here.
#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "target.h"

enum {
    HEAP_OCTETS = 1 << 20,
};

struct block {
    alignas(max_align_t) size_t octets; // behind it
    struct block *below;
    bool is_free;
};

static alignas(max_align_t) uint8_t heap[HEAP_OCTETS];
static size_t used;
static struct block *top;

// NOLINTBEGIN(bugprone-reserved-identifier): the linker wants these names.
void *__wrap_malloc(size_t octets);
void *__wrap_calloc(size_t n, size_t octets);
void *__wrap_realloc(void *at, size_t octets);
void __wrap_free(void *at);
// NOLINTEND(bugprone-reserved-identifier)

void *__wrap_malloc(size_t octets)
{
    size_t rounded = (octets + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (rounded > HEAP_OCTETS - used - sizeof(struct block)) {
        target_panic("more is under way than HEAP_OCTETS", __FILE__, __LINE__);
    }
    struct block *block = (struct block *)(void *)(heap + used);
    *block = (struct block){.octets = rounded, .below = top};
    top = block;
    used += sizeof *block + rounded;
    return block + 1;
}

/// What is free is zero: nothing of it tells two states apart.
void *__wrap_calloc(size_t n, size_t octets)
{
    return __wrap_malloc(n * octets);
}

void __wrap_free(void *at)
{
    if (at == NULL) {
        return;
    }
    struct block *block = (struct block *)at - 1;
    memset(at, 0, block->octets);
    block->is_free = true;
    while (top != NULL && top->is_free) {
        struct block *below = top->below;
        used -= sizeof *top + top->octets;
        memset(top, 0, sizeof *top);
        top = below;
    }
}

void *__wrap_realloc(void *at, size_t octets)
{
    void *moved = __wrap_malloc(octets);
    if (at != NULL) {
        size_t before = ((struct block *)at - 1)->octets;
        memcpy(moved, at, before < octets ? before : octets);
        __wrap_free(at);
    }
    return moved;
}
