// SPDX-License-Identifier: BSD-3-Clause
// What lwIP's example application asks its user for: addresses, and which services it starts.
#ifndef LWECHO_TESTS_BENCH_HOST_CONTRIB_LWIPCFG_H
#define LWECHO_TESTS_BENCH_HOST_CONTRIB_LWIPCFG_H

#include "apps/udpecho_raw/udpecho_raw.h"

#define USE_DHCP 0
#define USE_AUTOIP 0
#define LWIP_PORT_INIT_IPADDR(addr) IP4_ADDR((addr), 198, 51, 100, 2)
#define LWIP_PORT_INIT_GW(addr) IP4_ADDR((addr), 198, 51, 100, 1)
#define LWIP_PORT_INIT_NETMASK(addr) IP4_ADDR((addr), 255, 255, 255, 0)
#define LWIP_TCPECHO_APP 1
#define LWIP_APP_INIT udpecho_raw_init

#endif
