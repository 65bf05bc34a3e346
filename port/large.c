// SPDX-License-Identifier: BSD-3-Clause
// Large TCP segments.
#include "large.h"

#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "netdev.h"
#include "rxbuf.h"

enum {
    /// Segments of the wire that a large one is cut into, whatever their size: so lwIP's maximum
    /// segment size tells that of the wire.
    SEGMENTS =
        (NETDEV_LARGE_OCTETS_MAX + ETH_PAD_SIZE - SIZEOF_ETH_HDR - IP6_HLEN - TCP_HLEN) / TCP_MSS,
};

struct large_counters large_counters;
COUNTERS_DEFINE(large_counters_info, "large", LARGE_COUNTERS, large_counters);

u32_t large_window_more;

static struct netif *large_netif; // NULL: none

/// The segment that is on its way through IP.
static struct {
    u16_t octets; // with its TCP header; 0: there is none
    u16_t cut_octets;
    u16_t mtu; // the link's
    u16_t mtu6;
} passing;

void large_set(struct netif *netif)
{
    large_window_more = netif != NULL ? LARGE_WINDOW_MORE : 0;
    large_netif = netif;
    rxbuf_set_large(netif != NULL);
}

static bool is_large(const struct tcp_pcb *pcb)
{
    return pcb->mss > TCP_MSS;
}

void large_open(struct tcp_pcb *pcb)
{
    if (large_netif != NULL && !is_large(pcb)) {
        pcb->mss = (u16_t)(pcb->mss * SEGMENTS);
        pcb->snd_buf = TCP_WND; // an echo has never more
        pcb->ssthresh = TCP_WND;
    }
}

void large_settle(void)
{
    if (passing.octets > 0) {
        passing.octets = 0;
        large_netif->mtu = passing.mtu;
        large_netif->mtu6 = passing.mtu6;
    }
}

u32_t *large_segment(const struct pbuf *p, const struct tcp_pcb *pcb, u32_t *options)
{
    large_settle();
    if (large_netif == NULL || pcb == NULL || !is_large(pcb) ||
        p->tot_len <= TCP_HLEN + pcb->mss / SEGMENTS) {
        return options;
    }
    passing.octets = p->tot_len;
    passing.cut_octets = pcb->mss / SEGMENTS;
    passing.mtu = large_netif->mtu;
    passing.mtu6 = large_netif->mtu6;
    large_netif->mtu = 0; // any
    large_netif->mtu6 = 0;
    return options;
}

size_t large_cut(const struct pbuf *p)
{
    // A question for the neighbour's address may leave before.
    if (passing.octets == 0 || p->tot_len < SIZEOF_ETH_HDR + IP_HLEN + passing.octets) {
        return 0;
    }
    large_settle();
    return passing.cut_octets;
}

void large_received(struct tcp_pcb *pcb, u16_t octets)
{
    if (octets > TCP_MSS) {
        tcp_ack_now(pcb);
    }
}
