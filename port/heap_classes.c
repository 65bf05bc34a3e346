// SPDX-License-Identifier: BSD-3-Clause
// lwIP's heap as blocks of three sizes, each taken and given back in the same time however many are
// in use: lwIP's own looks for a hole that is large enough, behind all that a thousand connections
// have in flight.
#include "heap.h"

#include "lwip/def.h"
#include "lwip/stats.h"
#include "netdev.h"
#include "opts/budget.h"

enum {
    PACKET_OCTETS = sizeof(struct pbuf) + LWIP_MEM_ALIGN_SIZE(PBUF_LINK),
    SMALL_OCTETS = TCP_HEADER_OCTETS,
    FRAME_OCTETS = PACKET_OCTETS + LWIP_MEM_ALIGN_SIZE(NETDEV_FRAME_OCTETS_MAX),
    LARGE_OCTETS = PACKET_OCTETS + LWIP_MEM_ALIGN_SIZE(NETDEV_LARGE_OCTETS_MAX),
    PAGE_BLOCKS = 2 * PAGE_CONNECTIONS_MAX, // one that is read, and its copy in flight
    SMALL = TCP_SEGMENTS_SENT + HEAP_SMALL_MORE,
    FRAMES = PAGE_BLOCKS + HEAP_FRAMES,
    LARGE = HEAP_LARGE,
};

static_assert(FRAME_OCTETS >= (int)(PACKET_OCTETS + LWIP_MEM_ALIGN_SIZE(PAGE_BLOCK_OCTETS)),
              "a block of the page must fit one of the heap");

struct block {
    struct block *next; // while it is free
};

struct size_class {
    size_t octets;  // of a block
    size_t n;       // blocks
    size_t kept;    // of these, not for what waits
    u8_t *memory;   // all of them
    size_t touched; // those behind were never used
    size_t used;
    struct block *freed; // used before
};

// Resident on use.
static u8_t small_memory[SMALL * SMALL_OCTETS] __attribute__((aligned(MEM_ALIGNMENT)));
static u8_t frame_memory[FRAMES * FRAME_OCTETS] __attribute__((aligned(MEM_ALIGNMENT)));
static u8_t large_memory[LARGE * LARGE_OCTETS] __attribute__((aligned(MEM_ALIGNMENT)));

static struct size_class classes[] = {
    {.octets = SMALL_OCTETS, .n = SMALL, .kept = TCP_SEGMENTS_SENT, .memory = small_memory},
    {.octets = FRAME_OCTETS, .n = FRAMES, .kept = PAGE_BLOCKS, .memory = frame_memory},
    {.octets = LARGE_OCTETS, .n = LARGE, .memory = large_memory},
};

static struct stats_mem heap_classes_stats = {.avail = sizeof small_memory + sizeof frame_memory +
                                                       sizeof large_memory};

static void *class_take(struct size_class *blocks)
{
    struct block *block = blocks->freed;
    if (block != NULL) {
        blocks->freed = block->next;
    } else if (blocks->touched < blocks->n) {
        block = (struct block *)(void *)(blocks->memory + blocks->touched++ * blocks->octets);
    } else {
        return NULL;
    }
    blocks->used++;
    heap_classes_stats.used += blocks->octets;
    heap_classes_stats.max = LWIP_MAX(heap_classes_stats.max, heap_classes_stats.used);
    return block;
}

void *heap_block_take(size_t octets)
{
    for (size_t i = 0; i < LWIP_ARRAYSIZE(classes); i++) {
        void *block = octets <= classes[i].octets ? class_take(&classes[i]) : NULL;
        if (block != NULL) {
            return block;
        }
    }
    heap_classes_stats.err++;
    return NULL;
}

void heap_block_give(void *memory)
{
    struct size_class *blocks = classes;
    while ((u8_t *)memory < blocks->memory ||
           (u8_t *)memory >= blocks->memory + blocks->n * blocks->octets) {
        blocks++;
    }
    struct block *block = memory;
    block->next = blocks->freed;
    blocks->freed = block;
    blocks->used--;
    heap_classes_stats.used -= blocks->octets;
}

const struct stats_mem *heap_stats(void)
{
    return &heap_classes_stats;
}

bool heap_has_room(size_t octets)
{
    for (size_t i = 0; i < LWIP_ARRAYSIZE(classes); i++) {
        const struct size_class *blocks = &classes[i];
        if (octets <= blocks->octets) {
            return blocks->used + blocks->kept < blocks->n;
        }
    }
    return false;
}
