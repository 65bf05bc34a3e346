// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of a profile with IPv6.
#ifndef LWECHO_PORT_OPTS_IP6_H
#define LWECHO_PORT_OPTS_IP6_H

#define LWIP_IPV6 1
#define LWIP_IPV6_SCOPES 1              // link-local addresses carry their zone
#define LWIP_IPV6_DUP_DETECT_ATTEMPTS 1 // RFC 4862 section 5.1, DupAddrDetectTransmits
#define LWIP_IPV6_AUTOCONFIG 1          // SLAAC; the application decides per interface
#define LWIP_IPV6_SEND_ROUTER_SOLICIT 1 // do not wait minutes for a router to speak
#define LWIP_IPV6_NUM_ADDRESSES 4       // link-local, static, two prefixes of routers
#define LWIP_IPV6_MLD 1                 // switches that snoop must know our groups
#define LWIP_IPV6_FRAG 1                // large answers
#define LWIP_IPV6_REASS 1               // large datagrams
#define IPV6_FRAG_COPYHEADER                                                                       \
    (__SIZEOF_POINTER__ > 4)              // lwIP's bookkeeping fits over a fragment               \
                                          // header only with 32-bit pointers
#define LWIP_IPV6_DHCP6 0                 // SLAAC and static addresses serve
#define LWIP_ND6_QUEUEING 0               // one waiting packet a neighbour bounds their memory
#define LWIP_ND6_TCP_REACHABILITY_HINTS 1 // progress of TCP spares neighbour probes
#define LWIP_ND6_RDNSS_MAX_DNS_SERVERS 0  // no resolver

#endif
