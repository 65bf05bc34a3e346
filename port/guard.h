// SPDX-License-Identifier: BSD-3-Clause
// Judges each received frame before lwIP sees it, and what lwIP answers to strangers.
//
// It drops what a host may drop by the RFCs and what harms lwIP 2.2.1, and nothing else; each
// reason has a counter. It is stateless but for the limits on answers. What concerns TCP stands in
// hooks.h: lwIP has put fragments together by then.
#ifndef LWECHO_PORT_GUARD_H
#define LWECHO_PORT_GUARD_H

#include <stdbool.h>

#include "arch/counters.h"
#include "lwip/netif.h"
#include "lwip/pbuf.h"

// ethif's rx_drop_guard = the sum of every drop_* of the guard's modules.
// Each reason is a defence, which a test's image can switch off by its counter: DEFENCE_IS_ON().

// Ethernet and ARP, and what is sent
#define GUARD_COUNTERS(X)                                                                          \
    X(drop_destination) /* a frame for another host */                                             \
    X(drop_source)      /* a frame from a group, or from our own address */                        \
    X(drop_vlan)        /* a frame of a virtual LAN; priority tags pass (IEEE 802.1Q) */           \
    X(drop_arp_length)  /* an ARP packet that ends early */                                        \
    X(drop_arp_sender)  /* from a group, from nobody, or from our own MAC address */               \
    X(limit_icmp)       /* not sent: too many ICMP errors in a short time */                       \
    X(limit_icmp_group) /* not sent: an ICMP error about what was sent to a group */               \
    X(limit_reset)      /* not sent: too many resets for unknown connections in a short time */    \
    X(limit_dhcp)       /* not sent: too many DHCP messages, to a server that keeps refusing */

struct guard_counters {
    GUARD_COUNTERS(COUNTERS_MEMBER)
};

// IPv4, and what both versions share
#define GUARD_IP_COUNTERS(X)                                                                       \
    X(drop_header)         /* contradicts itself or the frame, or is cut */                        \
    X(drop_source)         /* from our own address, a loopback address or none */                  \
    X(drop_destination)    /* for a host, in a frame for a group */                                \
    X(drop_options)        /* IPv4 options that contradict each other */                           \
    X(drop_source_route)   /* an IPv4 source route */                                              \
    X(drop_fragment_shape) /* fragment without octets, not of eights, or beyond 64 KB */           \
    X(drop_fragment_short) /* fragment that ends where the transport's header is looked for */     \
    X(drop_fragment_dhcp)  /* DHCP in fragments: lwIP reads past those that an option spans */     \
    X(drop_udp_length)     /* a UDP length that can't be */                                        \
    X(drop_udp_checksum)   /* UDP over IPv6 without a checksum */                                  \
    X(udp_surplus_cut)     /* octets behind UDP's own length, which lwIP takes for data (no drop) */

struct guard_ip_counters {
    GUARD_IP_COUNTERS(COUNTERS_MEMBER)
};

// IPv6
#define GUARD_IP6_COUNTERS(X)                                                                      \
    X(drop_extension)       /* extension headers that are cut, malformed or too long */            \
    X(drop_routing)         /* a routing header that lwIP would take for handled */                \
    X(drop_fragment_header) /* a fragment of a fragment, or of what must not be fragmented */      \
    X(drop_nd_header)       /* ND: from beyond the link, cut, or flags that can't be */            \
    X(drop_nd_option)       /* ND: malformed options, or not those that lwIP takes them for */     \
    X(drop_nd_target)       /* ND: another host advertises an address that is ours */              \
    X(drop_nd_redirect)     /* ND: a redirect, whoever sent it */                                  \
    X(drop_mld)             /* MLD: from beyond the link */                                        \
    X(drop_ptb_mtu)         /* Packet Too Big: below 1280 or above the link's own MTU */           \
    X(drop_ptb_quote)       /* Packet Too Big: about nothing that we can have sent */              \
    X(fragments_kept_apart) /* fragments of different kinds can't be put together (no drop) */

struct guard_ip6_counters {
    GUARD_IP6_COUNTERS(COUNTERS_MEMBER)
};

extern struct guard_counters guard_counters;
extern struct guard_ip_counters guard_ip_counters;
extern struct guard_ip6_counters guard_ip6_counters; ///< in a profile with IPv6
extern const struct counters guard_counters_info;
extern const struct counters guard_ip_counters_info;
extern const struct counters guard_ip6_counters_info; ///< in a profile with IPv6

enum {
    GUARD_EXTENSION_OCTETS_MAX = 128, ///< IPv6 extension headers of a packet (RFC 8504 section 5.3)
    GUARD_ANSWERS_PER_S = 100,        ///< ICMP errors, and as many resets; the same number at once
    GUARD_DHCP_AT_ONCE = 8,           ///< DHCP messages; then one a second
};

/// Judges a received frame. Its headers must lie in its first pbuf, as lwIP wants it.
/// `p` has ETH_PAD_SIZE octets in front of the frame. Of an IPv6 fragment the identification is
/// changed: its first three bits then say what is fragmented, so that no other fragment fits it. Of
/// a neighbour's message the link-layer address is put in front of other options. A packet ends
/// where its UDP datagram does.
/// Ownership: `p` stays with the caller.
/// Returns true: lwIP may have it; the caller says guard_done() once it has. False: the caller
/// drops it, it is counted.
/// Source: RFC 791, 826, 1122, 1858, 4443, 4861, 4862, 5722, 6274, 6946, 6980, 7112, 8200, 8201,
/// 8504.
bool guard_accepts(struct pbuf *p, const struct netif *netif);

/// Says that the frame being handled belongs to a connection: resetting that is no answer to a
/// stranger.
void guard_connection_found(void);

/// Says that lwIP has handled the accepted frame.
void guard_done(void);

/// Judges a frame that lwIP sends. ICMP errors, and resets for unknown connections, are answers
/// that a stranger with a forged address can ask for: there are GUARD_ANSWERS_PER_S of each.
/// Returns false: the caller drops it as the wire might; it is counted.
/// Source: RFC 4443 section 2.4 (f), RFC 1122 section 3.2.2, RFC 1812 section 4.3.2.8.
bool guard_permits(const struct pbuf *p, const struct netif *netif);

#endif
