// SPDX-License-Identifier: BSD-3-Clause
// Acknowledgements that a later one of the same burst makes needless.
#include "acks.h"

#include <string.h>

#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"

enum {
    IP4_ADDRESSES = 12, // where they stand in the header; the ports come behind them
    IP6_ADDRESSES = 8,
    PORTS_OCTETS = 4,
    FLOW_OCTETS_MAX = IP6_HLEN - IP6_ADDRESSES + PORTS_OCTETS,
};

struct acks_counters acks_counters;
COUNTERS_DEFINE(acks_counters_info, "acks", ACKS_COUNTERS, acks_counters);

/// What matters of a TCP segment.
struct segment {
    const u8_t *flow; // addresses and ports
    size_t flow_octets;
    u32_t ack;
    bool is_bare; // it acknowledges, and does nothing else
};

static bool is_burst;
static struct pbuf *kept;
static u8_t kept_flow[FLOW_OCTETS_MAX];
static size_t kept_flow_octets;
static u32_t kept_ack;

/// Returns false when the frame is no TCP segment, or has more headers than lwIP makes.
static bool segment_read(const struct pbuf *p, struct segment *segment)
{
    const u8_t *ip = (const u8_t *)p->payload + SIZEOF_ETH_HDR;
    if (p->len < SIZEOF_ETH_HDR + IP_HLEN + TCP_HLEN) {
        return false;
    }
    bool is_ip6 = (ip[0] >> 4) == 6;
    size_t head = is_ip6 ? IP6_HLEN : IP_HLEN;
    size_t from = is_ip6 ? IP6_ADDRESSES : IP4_ADDRESSES;
    u8_t protocol = is_ip6 ? ip[6] : ip[9];
    if (protocol != IP_PROTO_TCP || p->len < SIZEOF_ETH_HDR + head + TCP_HLEN ||
        (!is_ip6 && ip[0] != 0x45)) {
        return false;
    }
    struct tcp_hdr tcp;
    memcpy(&tcp, ip + head, sizeof tcp);
    segment->flow = ip + from;
    segment->flow_octets = head - from + PORTS_OCTETS;
    segment->ack = lwip_ntohl(tcp.ackno);
    segment->is_bare =
        p->tot_len == SIZEOF_ETH_HDR + head + TCP_HLEN && (TCPH_FLAGS(&tcp) & ~TCP_PSH) == TCP_ACK;
    return true;
}

static struct pbuf *kept_take(void)
{
    struct pbuf *p = kept;
    kept = NULL;
    return p;
}

static bool is_kept_flow(const struct segment *segment)
{
    return kept != NULL && segment->flow_octets == kept_flow_octets &&
           memcmp(segment->flow, kept_flow, kept_flow_octets) == 0;
}

void acks_gather(void)
{
    is_burst = true;
}

bool acks_keep(struct pbuf *p, struct pbuf **before)
{
    struct segment segment;
    *before = NULL;
    if (!is_burst || !segment_read(p, &segment)) {
        return false;
    }
    if (is_kept_flow(&segment)) {
        // One that acknowledges the same may be meant to be counted (RFC 5681 section 3.2).
        if (TCP_SEQ_GT(segment.ack, kept_ack)) {
            COUNT(acks_counters.merged);
            pbuf_free(kept_take());
        } else {
            *before = kept_take();
        }
    }
    if (!segment.is_bare) {
        return false;
    }
    if (kept != NULL) {
        *before = kept_take();
    }
    pbuf_ref(p);
    kept = p;
    kept_ack = segment.ack;
    kept_flow_octets = segment.flow_octets;
    memcpy(kept_flow, segment.flow, segment.flow_octets);
    return true;
}

struct pbuf *acks_settle(void)
{
    is_burst = false;
    return kept_take();
}
