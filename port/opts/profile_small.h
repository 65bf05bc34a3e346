// SPDX-License-Identifier: BSD-3-Clause
// Profile small: IPv4 and IPv6 and 16 connections in 64 KB of RAM.
#ifndef LWECHO_PORT_OPTS_PROFILE_SMALL_H
#define LWECHO_PORT_OPTS_PROFILE_SMALL_H

#include "autoconf.h"
#include "common.h"
#include "ip6.h"

// Services
#define ECHO_TCP_CONNECTIONS_MAX 16      // what the memory below carries
#define ECHO_TCP_PEER_CONNECTIONS_MAX 12 // one host can't take all
#define ECHO_UDP_OCTETS_MAX 4336         // three IPv6 fragments of 1448 octets less the UDP header
#define COUNTER_T u32_t                  // wraps; a reader takes differences
#define COUNTER_F PRIu32
#define PAGE_CONNECTIONS_MAX (4 * LWECHO_PAGE) // a browser, and one that comes after it
#define PAGE_PEER_CONNECTIONS_MAX 3            // one host can't take all
#define PAGE_BLOCK_OCTETS 512                  // a piece of the statistics

// Receive buffers
#define RX_BUFFER_OCTETS 1536       // a window of 1460 octets behind IPv6 headers and padding
#define RX_BUFFER_HEADERS_OCTETS 76 // padding 2, Ethernet 14, IPv6 40, TCP 20
// 16 connections, 3 fragments of each IP version, 1 free; beginnings of requests
#define RX_BUFFERS (23 + PAGE_CONNECTIONS_MAX)
#define ETHIF_SEGS_MAX 16 // pieces of a frame: few have more
#define ETHIF_LARGE 0     // frames of a wire only
#define LARGE_BUFFERS 0
#define LARGE_BUFFER_OCTETS 0
#define LARGE_WINDOW_MORE 0

// Network
#define IP_REASSEMBLY 1
#define IP_REASS_MAX_PBUFS 3        // fragments that wait, of each IP version
#define MEMP_NUM_REASSDATA 2        // datagrams they belong to
#define MEMP_NUM_FRAG_PBUF 4        // pieces of the one fragment being sent
#define ARP_TABLE_SIZE 8            // peers of one link
#define LWIP_ND6_NUM_NEIGHBORS 8    // the same
#define LWIP_ND6_NUM_DESTINATIONS 8 // the same
#define MEMP_NUM_MLD6_GROUP 6       // a solicited-node group an address, mDNS, a product's

// UDP
#define MEMP_NUM_UDP_PCB 4 // the echo, DHCP, multicast DNS, and one for a product

// TCP
#define ISN_HASH siphash          // of addresses and ports, with a secret key
#define TCP_MSS 1460              // a full Ethernet frame
#define TCP_WND TCP_MSS           // what one receive buffer holds
#define TCP_SND_BUF (2 * TCP_MSS) // lwIP wants two; echoed data never exceeds the window
#define TCP_SND_QUEUELEN 4        // a connection's pbufs in flight: two segments
#define TCP_SNDQUEUELOWAT 2       // unused; lwIP's default would exceed the queue
#define TCP_QUEUE_OOSEQ 0         // with a window of one segment little is out of order
#define ACKS_MERGED 0             // windows of one segment get few bare ones
#define TCP_DEMUX_SLOTS 0         // a short list is as good
// 16 served; what is free and these 6 take handshakes; the page's
#define MEMP_NUM_TCP_PCB (22 + PAGE_CONNECTIONS_MAX)
// 2 a connection, and SYN or FIN of each other PCB; a block of the page
#define MEMP_NUM_TCP_SEG (38 + PAGE_CONNECTIONS_MAX * 2)
#define MEMP_NUM_PBUF 48 // 3 references to data a connection
// Headers of all these segments, and a packet that waits; the page's blocks
#define HEAP_HOLDS_FRAMES 1
#define MEM_SIZE (6200 + PAGE_CONNECTIONS_MAX * 1400)

#endif
