// SPDX-License-Identifier: BSD-3-Clause
// What an image's options amount to: the most that TCP can take of segments and heap.
#ifndef LWECHO_PORT_OPTS_BUDGET_H
#define LWECHO_PORT_OPTS_BUDGET_H

#include "lwip/pbuf.h"

enum {
    /// Connections whose handshake may be under way when all others are served, and at the most.
    /// One PCB is always left for who opens a connection of his own. More than some hundreds only
    /// make the list long in which lwIP looks each segment up.
    TCP_HALF_OPEN_SURE = MEMP_NUM_TCP_PCB - ECHO_TCP_CONNECTIONS_MAX - PAGE_CONNECTIONS_MAX,
    TCP_HALF_OPEN_MAX = MEMP_NUM_TCP_PCB <= 512 ? MEMP_NUM_TCP_PCB - 1 : 512,
    /// Segments that wait out of order, of all connections.
    TCP_SEGMENTS_OUT_OF_ORDER = TCP_QUEUE_OOSEQ * MEMP_NUM_TCP_PCB * TCP_OOSEQ_MAX_PBUFS,
    /// Segments in flight: each is one header in the heap and at least one reference to data. A
    /// connection has its SYN acknowledged before it is served, and its data before its FIN is
    /// sent; one not served has either in flight.
    TCP_SEGMENTS_SENT = ECHO_TCP_CONNECTIONS_MAX * (TCP_SND_QUEUELEN / 2) + MEMP_NUM_TCP_PCB -
                        ECHO_TCP_CONNECTIONS_MAX + PAGE_CONNECTIONS_MAX * PAGE_SEGMENTS_MAX,
    TCP_SYN_OPTIONS_OCTETS = 4 + 4 * LWIP_WND_SCALE + 4 * LWIP_TCP_SACK_OUT, ///< MSS first
    HEAP_BLOCK_OCTETS = 2 * MEM_ALIGNMENT, ///< lwIP's own, an allocation
    TCP_HEADER_OCTETS = sizeof(struct pbuf) + LWIP_MEM_ALIGN_SIZE(PBUF_TRANSPORT) +
                        LWIP_MEM_ALIGN_SIZE(TCP_SYN_OPTIONS_OCTETS),
    /// Heap that the page's blocks can take: one that is read, and its copy in flight.
    PAGE_HEAP_OCTETS = PAGE_CONNECTIONS_MAX * (2 * PAGE_BLOCK_OCTETS + HEAP_BLOCK_OCTETS),
    /// Heap that all segments in flight can take.
    TCP_HEAP_OCTETS =
        TCP_SEGMENTS_SENT * (TCP_HEADER_OCTETS + HEAP_BLOCK_OCTETS) + PAGE_HEAP_OCTETS,
};

#endif
