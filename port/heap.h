// SPDX-License-Identifier: BSD-3-Clause
// lwIP's heap: headers of what is sent, and what waits for a neighbour's address.
//
// It is lwIP's own (heap.c), blocks of a size where flash and RAM are short (heap_blocks.c), or
// blocks of some sizes where connections are many (heap_classes.c).
#ifndef LWECHO_PORT_HEAP_H
#define LWECHO_PORT_HEAP_H

#include <stdbool.h>
#include <stddef.h>

struct stats_mem;

/// Returns use, peak, size and failures of the heap, in octets or blocks, in lwIP's own form.
const struct stats_mem *heap_stats(void);

/// Returns whether a packet of `octets`, its own structure included, may wait in the heap: TCP is
/// left with what all its segments in flight can take.
bool heap_has_room(size_t octets);

/// What lwIP calls where the heap is made of blocks (MEM_CUSTOM_MALLOC, MEM_CUSTOM_FREE). The
/// smallest hold a TCP segment's headers, an ICMP error or an ARP packet.
/// Returns NULL when all blocks that are large enough are in use.
void *heap_block_take(size_t octets);

/// Gives a block back.
void heap_block_give(void *block);

#endif
