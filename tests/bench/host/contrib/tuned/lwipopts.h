// SPDX-License-Identifier: BSD-3-Clause
// lwIP's own example with the window, segment size and pools of the host profile, and no threads.
#ifndef LWECHO_TESTS_BENCH_HOST_CONTRIB_LWIPOPTS_H
#define LWECHO_TESTS_BENCH_HOST_CONTRIB_LWIPOPTS_H

#define NO_SYS 1 // the raw API needs no threads
#define SYS_LIGHTWEIGHT_PROT 0
#define LWIP_NETCONN 0
#define LWIP_SOCKET 0
#define MEM_ALIGNMENT 8 // pools hold structures with pointers

#define LWIP_IPV6 1            // the host profile has it, too
#define IPV6_FRAG_COPYHEADER 1 // pointers are wider than the header
#define ARP_TABLE_SIZE 127

// As port/opts/profile_host.h has them, which sizes them for 1280 connections.
#define TCP_MSS 1460
#define LWIP_WND_SCALE 1
#define TCP_RCV_SCALE 2
#define TCP_WND (128 * 1024)
#define TCP_SND_BUF (26 * TCP_MSS)
#define TCP_SND_QUEUELEN 52
#define LWIP_TCP_SACK_OUT 1
#define MEMP_NUM_TCP_PCB 1536
#define MEMP_NUM_TCP_SEG 60000
#define MEMP_NUM_PBUF 60000
#define PBUF_POOL_SIZE 60000 // a pool's most is 65,535
#define PBUF_POOL_BUFSIZE 1536
#define MEM_SIZE (128 * 1024 * 1024) // it copies all that it sends

#endif
