// SPDX-License-Identifier: BSD-3-Clause
// Profile tiny: IPv4 and 4 connections in 10 KB of RAM.
#ifndef LWECHO_PORT_OPTS_PROFILE_TINY_H
#define LWECHO_PORT_OPTS_PROFILE_TINY_H

#include "common.h"
#include "heap.h"

#define LWIP_IPV6 0

// Services
#define ECHO_TCP_CONNECTIONS_MAX 4      // what the memory below carries
#define ECHO_TCP_PEER_CONNECTIONS_MAX 3 // one host can't take all
#define ECHO_UDP_OCTETS_MAX 1472        // one Ethernet frame: there is no reassembly
#define COUNTER_T u32_t                 // wraps; a reader takes differences
#define COUNTER_F PRIu32
#define PAGE_CONNECTIONS_MAX 0 // no room for a page
#define PAGE_BLOCK_OCTETS 0

// Receive buffers
#define RX_BUFFER_OCTETS 600        // the window behind its headers and padding
#define RX_BUFFER_HEADERS_OCTETS 56 // padding 2, Ethernet 14, IPv4 20, TCP 20
#define RX_BUFFERS 7                // 4 connections hold one each; 3 take any one frame
#define ETHIF_SEGS_MAX 4            // pieces of a frame: headers and 3 references to data
#define ETHIF_LARGE 0               // frames of a wire only
#define LARGE_BUFFERS 0
#define LARGE_BUFFER_OCTETS 0
#define LARGE_WINDOW_MORE 0

// Network
#define IP_REASSEMBLY 0
#define IP_FRAG 0  // what came in one frame leaves in one
#define LWIP_ARP 0 // port/neighbor_small.c does it in 1.1 KB of flash less
#define LWIP_ETHERNET 1
#define ETHARP_STATS 1   // those who print them all do so in every profile
#define ARP_TABLE_SIZE 4 // as many peers as connections
#define LWIP_DHCP 0      // its address is static
#define LWIP_AUTOIP 0
#define LWIP_ACD 0

// What is received has room for the headers of its answer: port/rxbuf.c. 0.2 KB of flash.
#define LWIP_ICMP_ECHO_CHECK_INPUT_PBUF_LEN 0

// UDP
#define MEMP_NUM_UDP_PCB 2 // the echo and one for a product

// TCP
#define TCP_MSS 536 // every host accepts it (RFC 9293 section 3.7.1)
// The window is a little more than 536, or Linux would not halve its segments: of two segments it
// acknowledges the second's echo at once, with a single one it waits for 40 ms each window.
#define TCP_WND 544                  // what one receive buffer holds
#define TCP_SND_BUF (2 * TCP_MSS)    // lwIP wants two; echoed data never exceeds the window
#define TCP_SND_QUEUELEN 4           // a connection's pbufs in flight: two segments
#define TCP_SNDQUEUELOWAT 2          // unused; lwIP's default would exceed the queue
#define TCP_CALCULATE_EFF_SEND_MSS 0 // 536 fits every link
#define TCP_QUEUE_OOSEQ 0            // with a window of one segment nothing is out of order
#define ISN_HASH halfsip             // 0.3 KB of flash less than siphash; a key of 64 bits
#define ACKS_MERGED 0                // a window of one segment gets few bare ones
#define TCP_DEMUX_SLOTS 0            // a short list is as good
#define MEMP_NUM_TCP_PCB 6           // 4 served; what is free and these 2 take handshakes
#define MEMP_NUM_TCP_SEG 10          // 2 a connection, and SYN or FIN of each other PCB
#define MEMP_NUM_PBUF 12             // 3 references to data a connection

// Heap: headers of all these segments, and little besides.
#define HEAP_HOLDS_FRAMES 0    // they leave in the pieces that they are made of
#define MEM_CUSTOM_ALLOCATOR 1 // port/heap_blocks.c: 0.6 KB of flash and of RAM less than lwIP's
#define MEM_CUSTOM_MALLOC(octets) heap_block_take(octets)
#define MEM_CUSTOM_FREE(block) heap_block_give(block)
#define MEM_CUSTOM_CALLOC(n, octets) NULL // nobody calls it
#define MEM_STATS 0                       // it counts itself

#endif
