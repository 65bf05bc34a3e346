// SPDX-License-Identifier: BSD-3-Clause
// lwIP options that every image shares: protocols and safety. A profile adds sizes, an image
// memory.
#ifndef LWECHO_PORT_OPTS_COMMON_H
#define LWECHO_PORT_OPTS_COMMON_H

#include <assert.h>
#include <inttypes.h>

#include "httpd.h"

// System: one thread of control, all memory static.
#define NO_SYS 1                         // raw API, main loop, no operating system
#define SYS_LIGHTWEIGHT_PROT 0           // interrupt handlers never call lwIP: nothing to protect
#define LWIP_NETCONN 0                   // needs threads
#define LWIP_SOCKET 0                    // needs threads
#define LWIP_TIMERS_CUSTOM 1             // port/timers.c: a timer with nothing to do wakes nobody
#define ONE_SHOTS_MAX 4                  // sys_timeout(): a product's
#define MEM_ALIGNMENT __SIZEOF_POINTER__ // pools hold structures with pointers

// Buffers: port/rxbuf.c owns what frames are received into.
#define PBUF_POOL_SIZE 0           // nobody allocates from lwIP's own pool
#define LWIP_SUPPORT_CUSTOM_PBUF 1 // receive buffers are custom pbufs
struct pbuf;
unsigned char *rxbuf_end(struct pbuf *p); // port/rxbuf.h
#define PBUF_END(p) rxbuf_end(p) // the first octet behind the memory of payload; NULL: unknown
#define PBUF_NEEDS_COPY(p)                                                                         \
    1                  // what waits for an address is copied: the buffers it refers               \
                       // to belong to a connection that may end before it is sent
#define ETH_PAD_SIZE 2 // the IP header behind 14 octets is then aligned

// The most receive buffers that one connection's data can take. A segment that fits behind the data
// already there is put there, so any two neighbouring buffers hold more than one buffer's worth,
// and the window reopens by whole buffers only.
#define ECHO_TCP_BUFFER_OCTETS (RX_BUFFER_OCTETS - RX_BUFFER_HEADERS_OCTETS)
#define ECHO_TCP_CONNECTION_BUFFERS                                                                \
    (2 * ((TCP_WND + ECHO_TCP_BUFFER_OCTETS - 1) / ECHO_TCP_BUFFER_OCTETS) - 1)

// Link and network
#define LWIP_SINGLE_NETIF 1              // one interface
#define LWIP_NETIF_EXT_STATUS_CALLBACK 1 // address changes are logged
#define LWIP_HAVE_LOOPIF 0               // no one to talk to
#define ARP_QUEUEING 0                   // one waiting packet an entry bounds the memory they hold
#define ETHARP_SUPPORT_VLAN 1            // frames with a priority tag; the guard drops other tags
#define IP_FORWARD 0                     // a host, not a router
#define LWIP_RAW 0                       // nothing uses raw PCBs
#define LWIP_BROADCAST_PING 0            // no smurf amplifier
#define LWIP_MULTICAST_PING 0            // the same

// UDP and TCP
#define LWIP_UDP 1
#define LWIP_TCP 1
#define MEMP_NUM_TCP_PCB_LISTEN (2 + LWECHO_PAGE) // the echo and one for a product
#define SO_REUSE 1            // the service can start again while old connections end
#define TCP_LISTEN_BACKLOG 0  // port/hooks.c bounds half-open connections by the PCBs there are
#define TCP_OVERSIZE 0        // never used: all data is sent by reference
#define LWIP_TCP_TIMESTAMPS 0 // 12 octets a segment, and lwIP has no PAWS

// Safety on a hostile network: port/guard.h and port/hooks.h
#define LWIP_HOOK_FILENAME "hooks.h" // initial sequence numbers, and each segment on its way in
#ifndef DEFENCE_IS_ON
#define DEFENCE_IS_ON(counter) 1 // each; a test's image switches one off to show what it does
#endif

// What is not served (yet): each has a module of its own when it comes.
#define LWIP_DNS 0
#define LWIP_IGMP 0

// Statistics: drops and pools must be visible.
#define LWIP_STATS 1
#define LWIP_STATS_LARGE 1   // 32-bit counters
#define LWIP_STATS_DISPLAY 0 // shown by our own writers
#define LOG_LINES 1          // what lwIP and the application tell of their lives
#define COUNTERS_KEPT 1      // ours, of every module

#endif
