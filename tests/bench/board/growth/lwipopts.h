// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of an MPS2 that takes a thousand connections, of one segment each.
#ifndef LWECHO_BENCH_GROWTH_LWIPOPTS_H
#define LWECHO_BENCH_GROWTH_LWIPOPTS_H

#include "cortex_m/checksum.h"
#include "opts/profile_small.h"

#define CONSOLE_OCTETS 16384 // the statistics at once

#undef ECHO_TCP_CONNECTIONS_MAX
#define ECHO_TCP_CONNECTIONS_MAX 1008
#undef ECHO_TCP_PEER_CONNECTIONS_MAX
#define ECHO_TCP_PEER_CONNECTIONS_MAX 1000
#undef RX_BUFFERS
#define RX_BUFFERS 1024
#undef MEMP_NUM_TCP_PCB
#define MEMP_NUM_TCP_PCB 2020 // and all half-open ones there may be
#undef MEMP_NUM_TCP_SEG
#define MEMP_NUM_TCP_SEG 4040
#undef MEMP_NUM_PBUF
#define MEMP_NUM_PBUF 3030
#undef MEM_SIZE
#define MEM_SIZE 600000

#endif
