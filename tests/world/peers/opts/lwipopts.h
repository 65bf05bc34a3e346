// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the peers: the host profile with one interface for each host.
#ifndef LWECHO_TESTS_WORLD_PEERS_OPTS_LWIPOPTS_H
#define LWECHO_TESTS_WORLD_PEERS_OPTS_LWIPOPTS_H

#include "opts/profile_host.h"

// Memory is the host's: the peers' is not to be tried.
#undef MEM_ALIGNMENT
#undef MEM_SIZE
#define MEM_ALIGNMENT 8
#define MEM_SIZE 1000000
#define MEM_LIBC_MALLOC 1
#define MEMP_MEM_MALLOC 1
#undef IP_REASS_MAX_PBUFS
#define IP_REASS_MAX_PBUFS 2000
#undef MEMP_NUM_REASSDATA
#define MEMP_NUM_REASSDATA 64

// All that waits for an address leaves once it is known: with room for one packet, the last of a
// retransmission would always take the first one's place.
#undef ARP_QUEUEING
#define ARP_QUEUEING 1
#undef LWIP_ND6_QUEUEING
#define LWIP_ND6_QUEUEING 1

// Many hosts
#undef LWIP_SINGLE_NETIF
#define LWIP_SINGLE_NETIF 0
#undef LWIP_NETIF_EXT_STATUS_CALLBACK
#define LWIP_NETIF_EXT_STATUS_CALLBACK 0

// Their addresses are theirs from the beginning.
#undef LWIP_IPV6_DUP_DETECT_ATTEMPTS
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS 0
#undef LWIP_IPV6_AUTOCONFIG
#define LWIP_IPV6_AUTOCONFIG 0
#undef LWIP_IPV6_SEND_ROUTER_SOLICIT
#define LWIP_IPV6_SEND_ROUTER_SOLICIT 0
#undef LWIP_IPV6_MLD
#define LWIP_IPV6_MLD 0

// Their own timers and sequence numbers
#undef LWIP_TIMERS_CUSTOM
#define LWIP_TIMERS_CUSTOM 0
#undef LWIP_HOOK_FILENAME
#define LWIP_HOOK_FILENAME "../actors_hooks.h" // a packet leaves by the host that it is from
#define LWIP_HOOK_IP4_ROUTE_SRC(src, dest) actors_route_ip4(src)
#define LWIP_HOOK_IP6_ROUTE(src, dest) actors_route_ip6(src)
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, hdr, optlen, opt1len, opt2, p)                             \
    actors_segment(pcb, hdr, p) // lwIP asserts on some
#define LWIP_HOOK_TCP_ISN(local_ip, local_port, remote_ip, remote_port)                            \
    (LWIP_UNUSED_ARG(local_ip), LWIP_UNUSED_ARG(local_port), LWIP_UNUSED_ARG(remote_ip),           \
     LWIP_UNUSED_ARG(remote_port), LWIP_RAND())

#undef TCP_OVERSIZE
#define TCP_OVERSIZE TCP_MSS // octets written one by one share a segment

#undef LWIP_STATS
#define LWIP_STATS 0

#endif
