// SPDX-License-Identifier: BSD-3-Clause
// lwIP's heap as blocks of one size: all that is taken from it is about as large.
#include "heap.h"

#include "lwip/prot/icmp.h"
#include "lwip/prot/ip4.h"
#include "lwip/stats.h"
#include "opts/budget.h"

enum {
    ICMP_ERROR_OCTETS = sizeof(struct pbuf) + LWIP_MEM_ALIGN_SIZE(PBUF_IP) +
                        LWIP_MEM_ALIGN_SIZE(sizeof(struct icmp_echo_hdr) + IP_HLEN + 8),
    BLOCK_OCTETS = LWIP_MAX(TCP_HEADER_OCTETS, ICMP_ERROR_OCTETS),
    BLOCKS_WAITING = LWIP_ARP, // what waits for an address may have
    BLOCKS_SENT = 1, // what is sent and forgotten takes: an acknowledgement, an ARP request
    BLOCKS = TCP_SEGMENTS_SENT + BLOCKS_WAITING + BLOCKS_SENT,
};

union block {
    union block *next; // while it is free
    u8_t octets[BLOCK_OCTETS];
};

static union block blocks[BLOCKS];
static union block *freed; // used before
static u16_t touched;      // blocks[touched] and all behind it were never used
static struct stats_mem heap_blocks_stats;

void *heap_block_take(size_t octets)
{
    if (octets > BLOCK_OCTETS || heap_blocks_stats.used == BLOCKS) {
        if (COUNTERS_KEPT) {
            heap_blocks_stats.err++;
        }
        return NULL;
    }
    heap_blocks_stats.used++;
    if (COUNTERS_KEPT) {
        heap_blocks_stats.max = LWIP_MAX(heap_blocks_stats.max, heap_blocks_stats.used);
    }
    union block *block = freed;
    if (block == NULL) {
        return &blocks[touched++];
    }
    freed = block->next;
    return block;
}

void heap_block_give(void *block)
{
    union block *last = block;
    last->next = freed;
    freed = last;
    heap_blocks_stats.used--;
}

const struct stats_mem *heap_stats(void)
{
    heap_blocks_stats.avail = BLOCKS;
    return &heap_blocks_stats;
}

bool heap_has_room(size_t octets)
{
    return octets <= BLOCK_OCTETS && heap_blocks_stats.used + 1 <= BLOCKS_WAITING;
}
