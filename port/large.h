// SPDX-License-Identifier: BSD-3-Clause
// Large TCP segments: lwIP makes them, and a device cuts them into those of the wire.
#ifndef LWECHO_PORT_LARGE_H
#define LWECHO_PORT_LARGE_H

#include <stdbool.h>

#include "arch/counters.h"
#include "lwip/pbuf.h"

#define LARGE_COUNTERS(X)                                                                          \
    X(rx_frames) /* received: longer than those of a wire */                                       \
    X(tx_frames) /* sent to be cut */

struct large_counters {
    LARGE_COUNTERS(COUNTERS_MEMBER)
};

extern struct large_counters large_counters;
extern const struct counters large_counters_info;

struct netif;
struct tcp_hdr;
struct tcp_pcb;

/// By how much the receive window is larger than the ordinary one, in an image whose TCP_WND adds
/// it: 0 or LARGE_WINDOW_MORE.
extern u32_t large_window_more;

// All this is of an image with ETHIF_LARGE, and of no effect without large_set().

/// Lets connections on `netif` have large segments, and receive buffers hold one each; NULL: none
/// have, and a buffer holds a frame of a wire. No receive buffer may be in use when that changes.
void large_set(struct netif *netif);

/// Lets a connection have large segments: so many of its peer's maximum segment size that they fit
/// a frame of 64 KB. To be called before its handshake ends, as often as one likes.
void large_open(struct tcp_pcb *pcb);

/// To be called for each TCP segment that lwIP is about to give to IP, `p` with its TCP header
/// first. A large one must not be cut into fragments instead: until it has left, the link has no
/// MTU.
/// Returns `options`, as lwIP's hook wants it.
u32_t *large_segment(const struct pbuf *p, const struct tcp_pcb *pcb, u32_t *options);

/// Returns into how many octets of data each the frame `p` is to be cut; 0: it leaves as it is.
size_t large_cut(const struct pbuf *p);

/// Gives the link its MTU back after a segment that never left.
void large_settle(void);

/// Has a segment with `octets` of data acknowledged at once, as if it had come in several.
/// Source: RFC 5681 section 4.2.
void large_received(struct tcp_pcb *pcb, u16_t octets);

#endif
