// SPDX-License-Identifier: BSD-3-Clause
// What must hold between the options of an image, beyond what lwIP itself checks.
#include "guard.h"
#include "lwip/def.h"
#include "lwip/opt.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"
#include "netdev.h"
#include "opts/budget.h"

#define large_window_more 0 // of the ordinary window

enum {
    CONNECTION_BUFFERS = ECHO_TCP_CONNECTIONS_MAX * ECHO_TCP_CONNECTION_BUFFERS,
    FRAGMENTS = IP_REASS_MAX_PBUFS * (IP_REASSEMBLY + (LWIP_IPV6 && LWIP_IPV6_REASS)),
    REQUEST_BUFFERS = PAGE_CONNECTIONS_MAX * LWIP_HTTPD_REQ_QUEUELEN,
    FRAME_BUFFERS =
        (ETH_PAD_SIZE + NETDEV_FRAME_OCTETS_MAX + RX_BUFFER_OCTETS - 1) / RX_BUFFER_OCTETS,
};

static_assert(RX_BUFFERS >= CONNECTION_BUFFERS + FRAGMENTS + FRAME_BUFFERS + REQUEST_BUFFERS,
              "data held by all connections and fragments would leave no buffer for an "
              "acknowledgement: raise RX_BUFFERS");
static_assert(RX_BUFFER_OCTETS >= RX_BUFFER_HEADERS_OCTETS + LWIP_MIN(TCP_MSS, 1420),
              "a full segment with its headers must fit a receive buffer");
static_assert(FRAME_BUFFERS <= ETHIF_SEGS_MAX,
              "a frame must fit the pieces of memory that it is received into");
static_assert(HEAP_HOLDS_FRAMES || (!IP_FRAG && TCP_SND_QUEUELEN <= ETHIF_SEGS_MAX),
              "a segment must fit the pieces that it is sent out of: raise ETHIF_SEGS_MAX");
static_assert(RX_BUFFER_OCTETS % MEM_ALIGNMENT == 0,
              "receive buffers are an array: keep them aligned");
static_assert(MEMP_NUM_TCP_PCB > ECHO_TCP_CONNECTIONS_MAX + PAGE_CONNECTIONS_MAX,
              "a handshake needs a PCB of its own: raise MEMP_NUM_TCP_PCB");
static_assert(ECHO_TCP_PEER_CONNECTIONS_MAX < ECHO_TCP_CONNECTIONS_MAX,
              "one peer could take every connection: lower ECHO_TCP_PEER_CONNECTIONS_MAX");
static_assert(MEMP_NUM_TCP_PCB <= 0xffff && MEMP_NUM_TCP_SEG <= 0xffff && MEMP_NUM_PBUF <= 0xffff,
              "lwIP counts the elements of a pool in 16 bits and would drop the rest");
static_assert(MEMP_NUM_TCP_SEG >= TCP_SEGMENTS_SENT + TCP_SEGMENTS_OUT_OF_ORDER,
              "peers that acknowledge nothing could take every segment: raise MEMP_NUM_TCP_SEG");
static_assert(MEMP_NUM_PBUF >= ECHO_TCP_CONNECTIONS_MAX * (TCP_SND_QUEUELEN - 1),
              "peers that acknowledge nothing could take every reference: raise MEMP_NUM_PBUF");
static_assert(MEM_CUSTOM_ALLOCATOR || MEM_SIZE >= TCP_HEAP_OCTETS,
              "peers that acknowledge nothing could take the whole heap: raise MEM_SIZE");

#if ETHIF_LARGE
enum {
    TCP_OPTIONS_OCTETS_MAX = 40,
    LARGE_HEADERS_OCTETS =
        SIZEOF_ETH_HDR + IP6_HLEN + GUARD_EXTENSION_OCTETS_MAX + TCP_HLEN + TCP_OPTIONS_OCTETS_MAX,
    LARGE_WINDOW = TCP_WND + LARGE_WINDOW_MORE,
    LARGE_DATA_OCTETS = LARGE_BUFFER_OCTETS - LARGE_HEADERS_OCTETS,
    // As ECHO_TCP_CONNECTION_BUFFERS.
    LARGE_CONNECTION_BUFFERS = 2 * ((LARGE_WINDOW + LARGE_DATA_OCTETS - 1) / LARGE_DATA_OCTETS) - 1,
};

static_assert(LWIP_CHECKSUM_CTRL_PER_NETIF,
              "who cuts a segment computes the checksums of the pieces");
static_assert(LARGE_BUFFER_OCTETS == ETH_PAD_SIZE + NETDEV_LARGE_OCTETS_MAX &&
                  LARGE_BUFFER_OCTETS <= 0xffff && LARGE_BUFFER_OCTETS % MEM_ALIGNMENT == 0,
              "a large frame must fit one receive buffer, whose octets lwIP counts in 16 bits");
static_assert(LARGE_BUFFERS >= ECHO_TCP_CONNECTIONS_MAX * LARGE_CONNECTION_BUFFERS + FRAGMENTS +
                                   REQUEST_BUFFERS + 1,
              "data held by all connections and fragments would leave no large buffer for an "
              "acknowledgement: raise LARGE_BUFFERS");
static_assert(LARGE_WINDOW <= 0xffff << TCP_RCV_SCALE,
              "the window must fit its field: raise TCP_RCV_SCALE");
#endif
