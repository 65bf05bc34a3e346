// SPDX-License-Identifier: BSD-3-Clause
// lwIP's heap as blocks of one size, and a larger one: all that is taken from it is about as large.
#include "heap.h"

#include "lwip/prot/icmp.h"
#include "lwip/prot/ip4.h"
#include "lwip/stats.h"
#include "opts/budget.h"

enum {
    ICMP_ERROR_OCTETS = sizeof(struct pbuf) + LWIP_MEM_ALIGN_SIZE(PBUF_IP) +
                        LWIP_MEM_ALIGN_SIZE(sizeof(struct icmp_echo_hdr) + IP_HLEN + 8),
    BLOCK_OCTETS = TCP_HEADER_OCTETS,
    LARGE_OCTETS = LWIP_MAX(BLOCK_OCTETS, ICMP_ERROR_OCTETS),
    BLOCKS_WAITING = LWIP_ARP, // what waits for an address may have
    BLOCKS = TCP_SEGMENTS_SENT + BLOCKS_WAITING,
};

union block {
    union block *next; // while it is free
    u8_t octets[BLOCK_OCTETS];
};

static union block blocks[BLOCKS] LARGE_ARRAY;
static union block *freed; // used before
static u16_t touched;      // blocks[touched] and all behind it were never used

// One for what is sent and forgotten: an acknowledgement, an ARP request, an ICMP error, which is
// the largest.
static union {
    void *aligned;
    u8_t octets[LARGE_OCTETS];
} large LARGE_ARRAY;
static bool large_is_taken;

static struct stats_mem heap_blocks_stats;

static void *block_take(void)
{
    union block *block = freed;
    if (block != NULL) {
        freed = block->next;
    } else if (touched < BLOCKS) {
        block = &blocks[touched++];
    }
    return block;
}

static void *large_take(void)
{
    if (large_is_taken) {
        return NULL;
    }
    large_is_taken = true;
    return &large;
}

void *heap_block_take(size_t octets)
{
    void *block = octets <= BLOCK_OCTETS ? block_take() : NULL;
    if (block == NULL && octets <= LARGE_OCTETS) {
        block = large_take();
    }
    if (block == NULL) {
        if (COUNTERS_KEPT) {
            heap_blocks_stats.err++;
        }
        return NULL;
    }
    heap_blocks_stats.used++;
    if (COUNTERS_KEPT) {
        heap_blocks_stats.max = LWIP_MAX(heap_blocks_stats.max, heap_blocks_stats.used);
    }
    return block;
}

void heap_block_give(void *block)
{
    heap_blocks_stats.used--;
    if (block == &large) {
        large_is_taken = false;
        return;
    }
    union block *last = block;
    last->next = freed;
    freed = last;
}

const struct stats_mem *heap_stats(void)
{
    heap_blocks_stats.avail = BLOCKS + 1;
    return &heap_blocks_stats;
}

bool heap_has_room(size_t octets)
{
    return octets <= BLOCK_OCTETS && heap_blocks_stats.used + 1 <= BLOCKS_WAITING;
}
