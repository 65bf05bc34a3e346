// SPDX-License-Identifier: BSD-3-Clause
// Finds the connection of a TCP segment however many there are.
#include "demux.h"

#include <stdbool.h>
#include <string.h>

#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"

enum {
    PROBES = 8, // slots that are looked at for one connection
};

static_assert((TCP_DEMUX_SLOTS & (TCP_DEMUX_SLOTS - 1)) == 0 && TCP_DEMUX_SLOTS > MEMP_NUM_TCP_PCB,
              "slots: a power of two, more than connections");

/// Where a segment comes from and where it goes, as far as it matters here: lwIP compares the rest.
struct flow {
    u32_t remote_ip[4]; // only the first word with IPv4; network byte order, as in lwIP
    u16_t remote_port;
    u16_t local_port;
};

/// What is known of a connection until lwIP says that it frees its PCB. `before` may be out of
/// date: each use of it looks whether it still holds.
struct record {
    struct tcp_pcb *pcb; // NULL: free
    struct flow flow;
    struct record *before; // whose PCB stands in front of this one in lwIP's list; free: the next
};

static struct record records[MEMP_NUM_TCP_PCB];
static struct record *records_free;
static struct record *slots[TCP_DEMUX_SLOTS];
static u8_t argument; // of each PCB: its record
static bool has_started;

static void start(void)
{
    argument = tcp_ext_arg_alloc_id();
    for (size_t i = 0; i < LWIP_ARRAYSIZE(records); i++) {
        records[i].before = records_free;
        records_free = &records[i];
    }
    has_started = true;
}

/// Returns NULL when nothing is known of `pcb` yet.
static struct record *record_of(const struct tcp_pcb *pcb)
{
    return tcp_ext_arg_get(pcb, argument);
}

static bool is_active(const struct tcp_pcb *pcb)
{
    return pcb->state > LISTEN && pcb->state < TIME_WAIT;
}

static struct flow flow_of(const struct tcp_pcb *pcb)
{
    struct flow flow = {.remote_port = pcb->remote_port, .local_port = pcb->local_port};
    if (IP_IS_V6_VAL(pcb->remote_ip)) {
        memcpy(flow.remote_ip, ip_2_ip6(&pcb->remote_ip)->addr, sizeof flow.remote_ip);
    } else {
        flow.remote_ip[0] = ip4_addr_get_u32(ip_2_ip4(&pcb->remote_ip));
    }
    return flow;
}

static bool is_same(const struct flow *a, const struct flow *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

/// Returns the first slot of a flow. Who picks addresses that meet in a few slots gets lwIP's own
/// search, as before.
static size_t slot_of(const struct flow *flow)
{
    u32_t sum = flow->remote_ip[0] ^ flow->remote_ip[1] ^ flow->remote_ip[2] ^ flow->remote_ip[3] ^
                (u32_t)flow->remote_port << 16 ^ flow->local_port;
    sum *= 0x9e3779b1u; // 2^32 by the golden ratio: spreads neighbours (Knuth, volume 3, 6.4)
    return sum >> 16 & (TCP_DEMUX_SLOTS - 1);
}

/// Returns where among the slots of a flow `wanted` is, a record or NULL: a free one.
/// Returns NULL when it is in none.
static struct record **place_of(const struct flow *flow, const struct record *wanted)
{
    size_t slot = slot_of(flow);
    for (size_t i = 0; i < PROBES; i++) {
        struct record **place = &slots[(slot + i) & (TCP_DEMUX_SLOTS - 1)];
        if (*place == wanted) {
            return place;
        }
    }
    return NULL;
}

static void on_free(u8_t id, void *data)
{
    LWIP_UNUSED_ARG(id);
    struct record *record = data;
    struct record **place = place_of(&record->flow, record);
    if (place != NULL) {
        *place = NULL;
    }
    record->pcb = NULL;
    record->before = records_free;
    records_free = record;
}

static void record_new(struct tcp_pcb *pcb)
{
    static const struct tcp_ext_arg_callbacks callbacks = {.destroy = on_free};
    struct record *record = records_free;
    records_free = record->before;
    *record = (struct record){.pcb = pcb, .flow = flow_of(pcb)};
    tcp_ext_arg_set(pcb, argument, record);
    tcp_ext_arg_set_callbacks(pcb, argument, &callbacks);
    struct record **place = place_of(&record->flow, NULL);
    if (place != NULL) {
        *place = record;
    }
}

static void note_before(const struct tcp_pcb *pcb, const struct tcp_pcb *previous)
{
    struct record *record = pcb != NULL ? record_of(pcb) : NULL;
    if (record != NULL) {
        record->before = record_of(previous);
    }
}

void demux_found(struct tcp_pcb *pcb)
{
    if (!has_started) {
        start();
    }
    if (record_of(pcb) == NULL) {
        record_new(pcb);
    }
    note_before(pcb->next, pcb);
}

static struct tcp_pcb *find(const struct flow *flow)
{
    size_t slot = slot_of(flow);
    for (size_t i = 0; i < PROBES; i++) {
        const struct record *record = slots[(slot + i) & (TCP_DEMUX_SLOTS - 1)];
        if (record != NULL && is_same(&record->flow, flow) && is_active(record->pcb)) {
            return record->pcb;
        }
    }
    return NULL;
}

/// Returns the connection that stands in front of `pcb` in the list of active ones; NULL: `pcb` is
/// not in it.
static struct tcp_pcb *find_before(const struct tcp_pcb *pcb)
{
    const struct record *known = record_of(pcb)->before;
    if (known != NULL && known->pcb != NULL && known->pcb->next == pcb) {
        return known->pcb;
    }
    struct tcp_pcb *at = tcp_active_pcbs;
    while (at != NULL && at->next != pcb) {
        at = at->next;
    }
    return at;
}

static void move_to_head(struct tcp_pcb *pcb)
{
    struct tcp_pcb *previous = pcb != tcp_active_pcbs ? find_before(pcb) : NULL;
    if (previous == NULL) {
        return;
    }
    note_before(pcb->next, previous);
    note_before(tcp_active_pcbs, pcb);
    previous->next = pcb->next;
    pcb->next = tcp_active_pcbs;
    tcp_active_pcbs = pcb;
}

/// Reads the flow of a TCP segment out of its IP packet, of which `octets` are at `at`.
/// Returns false when it is something else, or fragmented, or has more headers than most.
static bool flow_read(const u8_t *at, size_t octets, bool is_ip6, struct flow *flow)
{
    size_t head = is_ip6 ? IP6_HLEN : (at[0] & 0x0fu) * 4u;
    if (octets < head + TCP_HLEN) {
        return false;
    }
    *flow = (struct flow){.remote_port = 0};
    if (is_ip6) {
        struct ip6_hdr ip6;
        memcpy(&ip6, at, sizeof ip6);
        if (IP6H_NEXTH(&ip6) != IP6_NEXTH_TCP) {
            return false;
        }
        memcpy(flow->remote_ip, &ip6.src, sizeof flow->remote_ip);
    } else {
        struct ip_hdr ip4;
        memcpy(&ip4, at, sizeof ip4);
        if (IPH_PROTO(&ip4) != IP_PROTO_TCP ||
            (IPH_OFFSET(&ip4) & PP_HTONS(IP_OFFMASK | IP_MF)) != 0) {
            return false;
        }
        flow->remote_ip[0] = ip4.src.addr;
    }
    flow->remote_port = (u16_t)(at[head] << 8 | at[head + 1]);
    flow->local_port = (u16_t)(at[head + 2] << 8 | at[head + 3]);
    return true;
}

void demux_frame(const struct pbuf *p)
{
    size_t head = SIZEOF_ETH_HDR;
    if (p->len < head + IP_HLEN) {
        return;
    }
    struct eth_hdr eth;
    memcpy(&eth, p->payload, sizeof eth);
    bool is_ip6 = eth.type == PP_HTONS(ETHTYPE_IPV6);
    struct flow flow;
    if ((is_ip6 || eth.type == PP_HTONS(ETHTYPE_IP)) &&
        flow_read((const u8_t *)p->payload + head, p->len - head, is_ip6, &flow)) {
        struct tcp_pcb *pcb = find(&flow);
        if (pcb != NULL) {
            move_to_head(pcb);
        }
    }
}
