// SPDX-License-Identifier: BSD-3-Clause
// Joins a netdev to an lwIP netif.
#include "ethif.h"

#include <string.h>

#include "acks.h"
#include "demux.h"
#include "guard.h"
#include "large.h"
#include "lwip/etharp.h"
#include "neighbor.h"
#include "rxbuf.h"

enum {
    BATCH_FRAMES_MAX = 64,     // then timers get their turn
    SEGS_MAX = ETHIF_SEGS_MAX, // pieces of one frame; more are gathered first
    VERIFY_SHIFT = 8,          // from lwIP's bits for computing to those for verifying
};

struct ethif_counters ethif_counters;
COUNTERS_DEFINE(ethif_counters_info, "ethif", ETHIF_COUNTERS, ethif_counters);

static struct netdev *netdev_of(const struct netif *netif)
{
    return netif->state;
}

/// Returns whether the device cuts large segments, and puts them together.
static bool cuts_segments(const struct netdev *dev)
{
    return ETHIF_LARGE && dev->ops->offload != NULL && dev->ops->offload->tx_large != NULL;
}

/// Returns how long a received frame may be.
static size_t rx_octets_max(const struct netdev *dev)
{
    return cuts_segments(dev) ? NETDEV_LARGE_OCTETS_MAX : NETDEV_FRAME_OCTETS_MAX;
}

/// Leaves to lwIP the checksums that the device does not compute, and those of the frame at hand,
/// if there is one, that it has not verified.
static void sums_share(struct netif *netif, bool has_frame)
{
#if LWIP_CHECKSUM_CTRL_PER_NETIF
    static_assert(NETIF_CHECKSUM_GEN_IP == NETDEV_SUM_IP4 &&
                      NETIF_CHECKSUM_GEN_UDP == NETDEV_SUM_UDP &&
                      NETIF_CHECKSUM_GEN_TCP == NETDEV_SUM_TCP &&
                      NETIF_CHECKSUM_GEN_ICMP == NETDEV_SUM_ICMP4 &&
                      NETIF_CHECKSUM_GEN_ICMP6 == NETDEV_SUM_ICMP6 &&
                      NETIF_CHECKSUM_CHECK_IP == NETDEV_SUM_IP4 << VERIFY_SHIFT,
                  "lwIP names checksums by the same bits");
    struct netdev *dev = netdev_of(netif);
    const struct netdev_offload *offload = dev->ops->offload;
    if (offload == NULL) {
        return;
    }
    unsigned computed = offload->tx_sums;
    if (IP_FRAG ||
        (LWIP_IPV6 && LWIP_IPV6_FRAG)) { // no device sees all of what lwIP cuts into fragments
        computed &= NETDEV_SUM_IP4 | NETDEV_SUM_TCP;
    }
    unsigned verified = has_frame && offload->rx_sums != NULL ? offload->rx_sums(dev) : 0;
    NETIF_SET_CHECKSUM_CTRL(netif, (u16_t) ~(computed | verified << VERIFY_SHIFT));
#else
    LWIP_UNUSED_ARG(netif);
    LWIP_UNUSED_ARG(has_frame);
#endif
}

/// Fills `segs` with the pieces of `p`, without the padding in front of the first.
/// Returns how many; 0 when there are more than SEGS_MAX.
static size_t segs_of(const struct pbuf *p, struct netdev_seg segs[SEGS_MAX])
{
    size_t n = 0;
    size_t skip = ETH_PAD_SIZE;
    for (; p != NULL; p = p->next) {
        if (n == SEGS_MAX) {
            return 0;
        }
        segs[n].data = (u8_t *)p->payload + skip;
        segs[n].octets = p->len - skip;
        n++;
        skip = 0;
    }
    return n;
}

static bool frame_give(struct netdev *dev, const struct pbuf *p, const struct netdev_seg *segs,
                       size_t n)
{
    if (ETHIF_LARGE) {
        size_t mss = cuts_segments(dev) ? large_cut(p) : 0;
        if (mss > 0) {
            bool taken = dev->ops->offload->tx_large(dev, segs, n, mss);
            COUNT_BY(large_counters.tx_frames, taken);
            return taken;
        }
    }
    return dev->ops->tx(dev, segs, n);
}

static err_t frame_send(struct netdev *dev, const struct pbuf *p, const struct netdev_seg *segs,
                        size_t n)
{
    if (!frame_give(dev, p, segs, n)) {
        COUNT(ethif_counters.tx_drop_refused);
        return ERR_IF;
    }
    COUNT(ethif_counters.tx_frames);
    COUNT_BY(ethif_counters.tx_octets, p->tot_len - ETH_PAD_SIZE);
    return ERR_OK;
}

static err_t pieces_send(struct netdev *dev, struct pbuf *p)
{
    struct netdev_seg segs[SEGS_MAX];
    size_t n = segs_of(p, segs);
    if (n > 0) {
        return frame_send(dev, p, segs, n);
    }
    struct pbuf *gathered = HEAP_HOLDS_FRAMES ? pbuf_clone(PBUF_RAW, PBUF_RAM, p) : NULL;
    if (gathered == NULL) {
        COUNT(ethif_counters.tx_drop_no_memory);
        return ERR_MEM;
    }
    err_t err = frame_send(dev, gathered, segs, segs_of(gathered, segs));
    pbuf_free(gathered);
    return err;
}

/// Sends a frame that was kept until now, if there is one.
static void kept_send(struct netdev *dev, struct pbuf *p)
{
    if (p != NULL) {
        pieces_send(dev, p);
        pbuf_free(p);
    }
}

static err_t on_linkoutput(struct netif *netif, struct pbuf *p)
{
    struct netdev *dev = netdev_of(netif);
    if (!guard_permits(p, netif)) {
        COUNT(ethif_counters.tx_drop_guard);
        return ERR_OK; // as if the wire had lost it
    }
    if (ACKS_MERGED) {
        struct pbuf *before;
        bool is_kept = acks_keep(p, &before);
        kept_send(dev, before);
        if (is_kept) {
            return ERR_OK;
        }
    }
    return pieces_send(dev, p);
}

/// Gives `p` to lwIP, unless the guard or lwIP refuses it.
/// Returns true: lwIP has taken it.
static bool frame_input(struct netif *netif, struct pbuf *p)
{
    if (!guard_accepts(p, netif)) {
        COUNT(ethif_counters.rx_drop_guard);
        return false;
    }
    sums_share(netif, true);
    if (TCP_DEMUX_SLOTS > 0) {
        demux_frame(p);
    }
    neighbor_heard(p);
    err_t err = netif->input(p, netif);
    neighbor_heard(NULL);
    guard_done();
    if (err != ERR_OK) {
        COUNT(ethif_counters.rx_drop_refused);
        return false;
    }
    COUNT(ethif_counters.rx_delivered);
    return true;
}

/// Gives a frame of `octets`, received into `p`, to lwIP, or drops it. `p` is consumed.
static void frame_deliver(struct netif *netif, struct pbuf *p, size_t octets)
{
    if (octets < SIZEOF_ETH_HDR - ETH_PAD_SIZE || octets > rx_octets_max(netdev_of(netif))) {
        COUNT(ethif_counters.rx_drop_length);
    } else if (p == NULL || octets + ETH_PAD_SIZE > p->tot_len) {
        COUNT(ethif_counters.rx_drop_no_buffer);
    } else {
        pbuf_realloc(p, (u16_t)(octets + ETH_PAD_SIZE));
        if (frame_input(netif, p)) {
            return;
        }
    }
    if (p != NULL) {
        pbuf_free(p);
    }
}

/// Takes one frame from the device. Returns false when none waited.
static bool frame_receive(struct netif *netif)
{
    struct netdev *dev = netdev_of(netif);
    size_t pending = dev->ops->rx_pending(dev);
    if (pending == 0) {
        return false;
    }
    pending = LWIP_MIN(pending, rx_octets_max(dev) + 1); // one too long is dropped all the same
    struct pbuf *p = rxbuf_alloc((u16_t)(pending + ETH_PAD_SIZE));
    struct netdev_seg segs[SEGS_MAX];
    size_t octets = dev->ops->rx(dev, segs, segs_of(p, segs));
    if (octets == 0) {
        if (p != NULL) {
            pbuf_free(p);
        }
        return false;
    }
    COUNT(ethif_counters.rx_frames);
    COUNT_BY(ethif_counters.rx_octets, octets);
    if (ETHIF_LARGE) {
        large_settle();
        COUNT_BY(large_counters.rx_frames, octets > NETDEV_FRAME_OCTETS_MAX);
    }
    frame_deliver(netif, p, octets);
    return true;
}

static void link_follow(struct netif *netif)
{
    struct netdev *dev = netdev_of(netif);
    bool up = dev->ops->link_up(dev);
    if (up == (netif_is_link_up(netif) != 0)) {
        return;
    }
    COUNT(ethif_counters.link_changes);
    LWIP_PLATFORM_DIAG(("ethif: link state=%s", up ? "up" : "down"));
    if (up) {
        netif_set_link_up(netif);
    } else {
        netif_set_link_down(netif);
    }
}

static err_t on_init(struct netif *netif)
{
    netif->name[0] = 'e';
    netif->name[1] = 'n';
    netif->mtu = 1500;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->output = neighbor_output_ip4;
    netif->linkoutput = on_linkoutput;
#if LWIP_IPV6
    netif->output_ip6 = neighbor_output_ip6;
    netif->flags |= NETIF_FLAG_MLD6;
#endif
    return ERR_OK;
}

err_t ethif_add(struct netif *netif, struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    static_assert(NETDEV_MAC_OCTETS == ETH_HWADDR_LEN, "lwIP's MAC addresses have the same length");
    if (!dev->ops->start(dev, mac)) {
        return ERR_IF;
    }
    // lwIP refuses a netif only when on_init does.
    netif_add_noaddr(netif, dev, on_init, neighbor_input);
    netif->hwaddr_len = NETDEV_MAC_OCTETS;
    memcpy(netif->hwaddr, mac, NETDEV_MAC_OCTETS);
    sums_share(netif, false);
    if (ETHIF_LARGE) {
        large_set(cuts_segments(dev) ? netif : NULL);
    }
    netif_set_default(netif);
    netif_set_up(netif);
    return ERR_OK;
}

void ethif_remove(struct netif *netif)
{
    struct netdev *dev = netdev_of(netif);
    netif_remove(netif);
    dev->ops->stop(dev);
}

static bool burst_receive(struct netif *netif)
{
    for (int i = 0; i < BATCH_FRAMES_MAX; i++) {
        if (!frame_receive(netif)) {
            return false;
        }
    }
    return true;
}

bool ethif_poll(struct netif *netif)
{
    link_follow(netif);
    neighbor_poll(netif);
    if (ACKS_MERGED) {
        acks_gather();
    }
    bool more = burst_receive(netif);
    if (ACKS_MERGED) {
        kept_send(netdev_of(netif), acks_settle());
    }
    return more;
}
