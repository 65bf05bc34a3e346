// SPDX-License-Identifier: BSD-3-Clause
// Profile host: a simulator that serves over a thousand connections with large windows.
#ifndef LWECHO_PORT_OPTS_PROFILE_HOST_H
#define LWECHO_PORT_OPTS_PROFILE_HOST_H

#include "autoconf.h"
#include "common.h"
#include "heap.h"
#include "ip6.h"

// Services
#define ECHO_TCP_CONNECTIONS_MAX 1280      // a thousand of one peer and some of others
#define ECHO_TCP_PEER_CONNECTIONS_MAX 1024 // one host can't take all
#define ECHO_UDP_OCTETS_MAX 65507          // the largest there is (RFC 768 in RFC 791)
#define COUNTER_T u64_t                    // a desk's streams pass 4 GB
#define COUNTER_F PRIu64
#define PAGE_CONNECTIONS_MAX (32 * LWECHO_PAGE) // as many as any desk has browsers
#define PAGE_PEER_CONNECTIONS_MAX 24            // one host can't take all
#define PAGE_BLOCK_OCTETS 1400                  // a piece of the statistics, in one frame

// Receive buffers
#define RX_BUFFER_OCTETS 1536        // any frame with its padding
#define RX_BUFFER_HEADERS_OCTETS 116 // padding 2, Ethernet 14, IPv6 40, TCP 20 and 40 of options
#define RX_BUFFERS                                                                                 \
    (ECHO_TCP_CONNECTIONS_MAX * 185 + 2 * IP_REASS_MAX_PBUFS + PAGE_CONNECTIONS_MAX +              \
     64)                  // resident on use
#define ETHIF_SEGS_MAX 16 // pieces of a frame; few have more

// Large segments: where a device cuts them and puts them together (--offload)
#define ETHIF_LARGE 1
#define LWIP_CHECKSUM_CTRL_PER_NETIF 1 // such a device computes the checksums, too
#define LARGE_BUFFER_OCTETS 65528      // any frame that lwIP can count
#define LARGE_WINDOW_MORE (127 * 1024) // than TCP_WND: four of them are under way
#define LARGE_BUFFERS                                                                              \
    (ECHO_TCP_CONNECTIONS_MAX * 7 + 2 * IP_REASS_MAX_PBUFS + PAGE_CONNECTIONS_MAX + 64)

// Network
#define IP_REASSEMBLY 1
#define IP_REASS_MAX_PBUFS 512        // ten datagrams of 65,507 octets, of each IP version
#define MEMP_NUM_REASSDATA 16         // datagrams being put together
#define MEMP_NUM_FRAG_PBUF 64         // pieces of the one fragment being sent
#define ARP_TABLE_SIZE 127            // the most lwIP can index
#define LWIP_ND6_NUM_NEIGHBORS 127    // the most lwIP can index
#define LWIP_ND6_NUM_DESTINATIONS 127 // the same
#define MEMP_NUM_MLD6_GROUP 16        // a solicited-node group an address, mDNS, a product's

// UDP
#define MEMP_NUM_UDP_PCB 4 // the echo, DHCP, multicast DNS, and one for a product

// TCP
#define ISN_HASH siphash           // of addresses and ports, with a secret key
#define TCP_MSS 1460               // a full Ethernet frame
#define LWIP_WND_SCALE 1           // windows above 64 KB
#define TCP_RCV_SCALE 2            // 128 KB in units of 4
#define TCP_WND (128 * 1024)       // a fast link's delay times bandwidth
#define TCP_SND_BUF (26 * TCP_MSS) // in flight; what is received beyond waits its turn
#define TCP_SND_QUEUELEN 52        // a connection's pbufs in flight: 26 segments, 38 KB
#define TCP_QUEUE_OOSEQ 1          // a lost segment costs one, not the window behind it
#define TCP_OOSEQ_MAX_PBUFS 16     // what came since a loss, before it is sent again
#define LWIP_TCP_SACK_OUT 1        // and the peer knows which
#define MEMP_NUM_TCP_PCB                                                                           \
    (ECHO_TCP_CONNECTIONS_MAX + PAGE_CONNECTIONS_MAX + 256) // and handshakes, and those closing
#define ACKS_MERGED 1        // bare ones that the next of a burst supersedes never leave
#define TCP_DEMUX_SLOTS 4096 // a segment's connection is found by a hash, in twice as many and more
#define LWIP_TCP_PCB_NUM_EXT_ARGS 1 // for that
// A pool has 65,535 elements at most, which bounds what a connection may have in flight. To that
// come SYN or FIN of each PCB, what is out of order, and blocks of the page.
#define MEMP_NUM_TCP_SEG                                                                           \
    (ECHO_TCP_CONNECTIONS_MAX * 26 + MEMP_NUM_TCP_PCB * (1 + TCP_OOSEQ_MAX_PBUFS) +                \
     PAGE_CONNECTIONS_MAX * 3)
#define MEMP_NUM_PBUF (ECHO_TCP_CONNECTIONS_MAX * 51) // references to the data in flight

// Heap: port/heap_classes.c; resident on use
#define MEM_CUSTOM_ALLOCATOR 1
#define MEM_CUSTOM_MALLOC(octets) heap_block_take(octets)
#define MEM_CUSTOM_FREE(block) heap_block_give(block)
#define MEM_CUSTOM_CALLOC(n, octets) NULL // nobody calls it
#define MEM_STATS 0                       // it counts itself
#define HEAP_HOLDS_FRAMES 1
#define HEAP_SMALL_MORE 1024 // blocks for small packets, besides segments' headers
#define HEAP_FRAMES 800      // packets that wait, or are gathered from many pieces
#define HEAP_LARGE 32        // the same, beyond frames of a wire

#endif
