// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of all MPS2 boards: the small profile with windows that suit 4 MB of RAM.
#ifndef LWECHO_BOARDS_MPS2_OPTIONS_H
#define LWECHO_BOARDS_MPS2_OPTIONS_H

#include "cortex_m/checksum.h"
#include "opts/profile_small.h"

#define CONSOLE_OCTETS 16384 // the statistics at once

// With a window of one segment a peer waits each time for the window to reopen: two frames more.
#undef TCP_WND
#define TCP_WND (4 * TCP_MSS) // a burst of it fits the receive FIFO
#undef TCP_SND_BUF
#define TCP_SND_BUF (4 * TCP_MSS) // all of what is received
#undef TCP_SND_QUEUELEN
#define TCP_SND_QUEUELEN 8 // a connection's pbufs in flight: four segments
#undef TCP_QUEUE_OOSEQ
#define TCP_QUEUE_OOSEQ 1     // a lost segment costs one, not the window behind it
#define TCP_OOSEQ_MAX_PBUFS 3 // of the four in a window
#undef RX_BUFFERS
// 16 connections of 7, 4 fragments of each IP version, 1 free; beginnings of requests
#define RX_BUFFERS (121 + PAGE_CONNECTIONS_MAX)
#undef MEMP_NUM_TCP_SEG
// 4 a connection, SYN or FIN of each PCB, 3 out of order of each; a block of the page
#define MEMP_NUM_TCP_SEG (152 + PAGE_CONNECTIONS_MAX * 5)
#undef MEMP_NUM_PBUF
#define MEMP_NUM_PBUF 112 // 7 references to data a connection
#undef MEM_SIZE
// Headers of all these segments, and a packet that waits; the page's blocks
#define MEM_SIZE (14000 + PAGE_CONNECTIONS_MAX * 1400)

#endif
