// SPDX-License-Identifier: BSD-3-Clause
// lwIP's hooks: initial sequence numbers, and each TCP segment before its connection sees it.
//
// Segments come here with their checksum verified and put together from fragments.
#ifndef LWECHO_PORT_HOOKS_H
#define LWECHO_PORT_HOOKS_H

#include "arch/counters.h"
#include "large.h"
#include "lwip/err.h"
#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"
#include "lwip/prot/tcp.h"
#include "mend.h"

struct tcp_pcb;

// Each is a defence, which a test's image can switch off by its counter: DEFENCE_IS_ON().
#define HOOKS_COUNTERS(X)                                                                          \
    X(isn_chosen)       /* initial sequence numbers */                                             \
    X(options_hidden)   /* segments whose options lwIP must not see */                             \
    X(drop_options)     /* a SYN with malformed options */                                         \
    X(drop_mss)         /* a SYN whose maximum segment size is too small */                        \
    X(half_open_ended)  /* oldest half-open connections, given up for a new one */                 \
    X(drop_reset)       /* a reset that does not hit the next sequence number */                   \
    X(drop_syn)         /* a SYN within a connection */                                            \
    X(drop_no_ack)      /* a segment without ACK */                                                \
    X(drop_sequence)    /* a segment beyond the window */                                          \
    X(drop_overhang)    /* a segment out of order that reaches beyond the window */                \
    X(window_closed)    /* segments whose window, too small to send into, counted as closed */     \
    X(drop_ack)         /* an acknowledgement of what was never sent, or long ago */               \
    X(drop_nothing_new) /* an acknowledgement that says nothing new to a closed window */          \
    X(challenges)       /* acknowledgements that asked such peers to prove themselves */           \
    X(limit_challenges) /* not sent: too many of them in a short time */

struct hooks_counters {
    HOOKS_COUNTERS(COUNTERS_MEMBER)
};

extern struct hooks_counters hooks_counters;
extern const struct counters hooks_counters_info;

enum {
    HOOKS_MSS_MIN = 64, ///< below, headers are most of what is sent
    HOOKS_CHALLENGES_PER_S = 100,
};

#define LWIP_HOOK_TCP_ISN(local_ip, local_port, remote_ip, remote_port)                            \
    hooks_isn(local_ip, local_port, remote_ip, remote_port)
#define LWIP_HOOK_TCP_INPACKET_PCB(pcb, hdr, optlen, opt1len, opt2, p)                             \
    hooks_segment(pcb, hdr, optlen, opt1len, opt2, p)
#if ETHIF_LARGE
#define LWIP_HOOK_TCP_OUT_ADD_TCPOPTS(p, hdr, pcb, options) large_segment(p, pcb, options)
#endif
#define LWIP_HOOK_DHCP_APPEND_OPTIONS(netif, dhcp, state, msg, msg_type, octets)                   \
    mend_dhcp_message(netif, dhcp, msg, msg_type, octets)

/// Returns the initial sequence number of a connection: a hash of its addresses and ports that
/// nobody can foretell, which grows by 1 each 4 microseconds. The hash's key is drawn from
/// target_random() on the first call.
/// Ports are in host byte order.
/// Source: RFC 6528 section 3, RFC 9293 section 3.4.1.
u32_t hooks_isn(const ip_addr_t *local_ip, u16_t local_port, const ip_addr_t *remote_ip,
                u16_t remote_port);

/// Judges a segment that belongs to `pcb`, and hides its options from lwIP where they have no
/// meaning. Over IPv6 the connection's segments stay within 1280 octets, which every path carries.
/// What is dropped may be answered by an acknowledgement, HOOKS_CHALLENGES_PER_S of them.
/// `hdr` is in host byte order but for its flags; its `octets` of options lie behind it, as many as
/// `first` says, and from `rest` on, which is NULL when they all do.
/// Ownership: `p`, the segment's data, stays with lwIP.
/// Returns ERR_OK: lwIP goes on; ERR_VAL: it drops the segment, which is counted.
/// Source: RFC 9293 sections 3.2, 3.7.1 and 3.10.7; RFC 5961 sections 3 to 5 and 7.
err_t hooks_segment(struct tcp_pcb *pcb, struct tcp_hdr *hdr, u16_t octets, u16_t first, u8_t *rest,
                    const struct pbuf *p);

#endif
