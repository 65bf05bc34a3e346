// SPDX-License-Identifier: BSD-3-Clause
// The frame checker's part for TCP: each segment against what its connection's peer sent.
#include <inttypes.h>
#include <string.h>

#include "check.h"
#include "check_parts.h"
#include "clock.h"
#include "octets.h"
#include "pattern.h"
#include "world.h"

enum {
    FLOWS_MAX = 1 << 17,
    BUCKETS = 1 << 10,
    MSS_DEFAULT = 536, // RFC 9293 section 3.7.1
    OPTION_END = 0,
    OPTION_NOP = 1,
    OPTION_MSS = 2,
    OPTION_SCALE = 3,
    OPTION_SACK_PERMITTED = 4,
    OPTION_SACK = 5,
    FLAGS_UNUSED = 0xc0 | TCP_FLAG_URG,
};

struct options {
    bool has_mss;
    bool has_scale;
    bool has_sack_permitted;
    bool has_sack;
    uint16_t mss;
    uint8_t scale;
};

/// A connection as a host opened it. Places are octets of its stream: 0 is the first.
struct flow {
    struct flow *older; // in the bucket
    unsigned host;
    bool is_ip6;
    uint16_t port;
    uint32_t iss;
    struct options options; // of its SYN
    uint32_t in_end;        // behind the last octet that the device was given
    bool has_fin;           // so was the FIN
    uint32_t fin_at;
    bool is_answered;
    uint32_t irs;
    uint32_t irs_before; // when the device gave an attempt up and began anew
    bool is_scaled;
    uint32_t out_end; // behind the last octet that the device sent
    uint32_t acked;   // of these
    uint32_t edge;    // behind the last octet that it may send
    uint32_t window_max;
    bool is_disordered; // segments came otherwise than in order
    uint64_t repeats_since_us;
    unsigned repeats; // of the last acknowledgement, since then
    uint32_t last_ack;
    uint16_t last_window;
};

static struct flow flows[FLOWS_MAX];
static unsigned flows_n;
static struct flow *buckets[BUCKETS];

/// A segment's fields.
struct segment {
    uint16_t from;
    uint16_t to;
    uint32_t seq;
    uint32_t ack;
    uint8_t flags;
    uint16_t window;
    struct options options;
    const uint8_t *data;
    size_t octets;
};

static bool option_take(struct options *options, const uint8_t *at)
{
    switch (at[0]) {
    case OPTION_MSS:
        options->has_mss = true;
        options->mss = get16(at + 2);
        return at[1] == 4;
    case OPTION_SCALE:
        options->has_scale = true;
        options->scale = at[2] < 14 ? at[2] : 14;
        return at[1] == 3;
    case OPTION_SACK_PERMITTED:
        options->has_sack_permitted = true;
        return at[1] == 2;
    case OPTION_SACK:
        options->has_sack = true;
        return at[1] % 8 == 2 && at[1] > 2;
    default:
        return false;
    }
}

/// Returns false when an option is malformed or none that is known.
static bool options_parse(struct options *options, const uint8_t *at, size_t octets)
{
    bool are_known = true;
    while (octets > 0 && at[0] != OPTION_END) {
        size_t n = at[0] == OPTION_NOP ? 1 : octets < 2 ? 0 : at[1];
        if (n == 0 || n > octets || (at[0] != OPTION_NOP && n < 2)) {
            return false;
        }
        if (n > 1) {
            are_known = option_take(options, at) && are_known;
        }
        at += n;
        octets -= n;
    }
    return are_known;
}

/// Returns what is wrong with a segment; NULL: nothing.
static const char *parse(struct segment *segment, const struct packet *packet)
{
    const uint8_t *at = packet->at;
    memset(segment, 0, sizeof *segment);
    if (packet->octets < TCP_OCTETS) {
        return "TCP: cut";
    }
    size_t header = 4u * (at[12] >> 4);
    if (header < TCP_OCTETS || header > packet->octets) {
        return "TCP: data offset";
    }
    segment->from = get16(at);
    segment->to = get16(at + 2);
    segment->seq = get32(at + 4);
    segment->ack = get32(at + 8);
    segment->flags = at[13];
    segment->window = get16(at + 14);
    segment->data = at + header;
    segment->octets = packet->octets - header;
    bool are_known = options_parse(&segment->options, at + TCP_OCTETS, header - TCP_OCTETS);
    if (packet_checksum(packet) != 0) {
        return "TCP: checksum";
    }
    return are_known ? NULL : "TCP: options";
}

static struct flow **bucket_of(unsigned host, uint16_t port, bool is_ip6)
{
    return &buckets[(port * 31u + host * 2u + is_ip6) % BUCKETS];
}

static bool is_of(const struct flow *flow, const struct packet *packet, uint16_t port)
{
    return flow->host == packet->host && flow->port == port &&
           flow->is_ip6 == (packet->address_octets != 4);
}

void check_tcp_host(const struct packet *packet)
{
    struct segment segment;
    parse(&segment, packet);
    if ((segment.flags & TCP_FLAG_SYN) == 0 || segment.to != ECHO_PORT) {
        return;
    }
    bool is_ip6 = packet->address_octets != 4;
    struct flow **bucket = bucket_of(packet->host, segment.from, is_ip6);
    for (struct flow *flow = *bucket; flow != NULL; flow = flow->older) {
        if (is_of(flow, packet, segment.from) && flow->iss == segment.seq) {
            return;
        }
    }
    if (flows_n == FLOWS_MAX) {
        world_fail("the world: too many connections");
    }
    struct flow *flow = &flows[flows_n++];
    *flow = (struct flow){
        .older = *bucket,
        .host = packet->host,
        .is_ip6 = is_ip6,
        .port = segment.from,
        .iss = segment.seq,
        .options = segment.options,
    };
    *bucket = flow;
}

static uint32_t scaled(const struct flow *flow, uint16_t window)
{
    return (uint32_t)window << (flow->is_scaled ? flow->options.scale : 0);
}

/// Notes how far the device may send. An acknowledgement of what it never sent tells nothing.
static void window_take(struct flow *flow, const struct segment *segment)
{
    uint32_t acked = segment->ack - (flow->irs + 1);
    if ((segment->flags & TCP_FLAG_ACK) == 0 || !flow->is_answered || acked > flow->out_end + 1) {
        return;
    }
    uint32_t window = scaled(flow, segment->window);
    flow->acked = acked > flow->acked ? acked : flow->acked;
    flow->window_max = window > flow->window_max ? window : flow->window_max;
    uint32_t edge = acked + window;
    // A segment that was sent before others leaves the window as those told it, even where its
    // acknowledgement is new, so that the edge moves on (RFC 9293 section 3.10.7.4).
    if (segment->seq - flow->iss - 1 != flow->in_end) {
        flow->is_disordered = true;
    }
    if (flow->is_disordered) {
        edge = flow->acked + flow->window_max;
    }
    flow->edge = edge > flow->edge ? edge : flow->edge;
}

void check_tcp_delivered(const struct packet *packet)
{
    enum {
        STREAM_OCTETS_MAX = 1 << 19, // more than anybody sends
    };
    struct segment segment;
    parse(&segment, packet);
    struct flow *flow = *bucket_of(packet->host, segment.from, packet->address_octets != 4);
    for (; flow != NULL; flow = flow->older) {
        uint32_t place = segment.seq - flow->iss - 1;
        if (!is_of(flow, packet, segment.from) || place > STREAM_OCTETS_MAX ||
            (segment.flags & TCP_FLAG_SYN) != 0) {
            continue;
        }
        window_take(flow, &segment);
        uint32_t end = place + (uint32_t)segment.octets;
        flow->in_end = end > flow->in_end ? end : flow->in_end;
        if ((segment.flags & TCP_FLAG_FIN) != 0) {
            flow->has_fin = true;
            flow->fin_at = end;
        }
    }
}

void check_device_restarted(void)
{
    for (unsigned i = 0; i < flows_n; i++) {
        flows[i].is_answered = false;
    }
}

#define MUST(holds, what)                                                                          \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            world_fail("frame: TCP: %s (host %u port %u seq +%" PRIu32 " ack +%" PRIu32            \
                       " octets %zu)",                                                             \
                       what, flow->host, flow->port, segment->seq - flow->irs,                     \
                       segment->ack - flow->iss, segment->octets);                                 \
        }                                                                                          \
    } while (false)

static void flow_answer(struct flow *flow, uint32_t irs, bool is_scaled)
{
    flow->is_answered = true;
    flow->irs_before = flow->irs;
    flow->irs = irs;
    flow->is_scaled = is_scaled;
    flow->out_end = 0;
    flow->acked = 0;
    flow->window_max = 0;
    flow->edge = 0; // the SYN's window may be one of lwIP's, which the peer then makes smaller
}

/// The device's SYN: it may forget a connection that came to nothing, and begin anew.
static void check_syn(struct flow *flow, const struct segment *segment)
{
    MUST((segment->flags & TCP_FLAG_ACK) != 0, "a SYN without ACK: the device opens nothing");
    MUST(segment->ack == flow->iss + 1, "a SYN that acknowledges more than a SYN");
    MUST(segment->octets == 0, "a SYN with data");
    MUST(segment->options.has_mss && segment->options.mss >= 64, "a SYN without a sensible MSS");
    MUST(!segment->options.has_scale || flow->options.has_scale, "scales without being asked");
    // The SYN of the attempt before may have waited for the neighbour's address.
    if (flow->is_answered && (flow->irs == segment->seq || flow->irs_before == segment->seq)) {
        return;
    }
    flow_answer(flow, segment->seq, segment->options.has_scale);
}

static void check_data(struct flow *flow, const struct segment *segment)
{
    uint32_t place = segment->seq - flow->irs - 1;
    uint32_t end = place + (uint32_t)segment->octets;
    uint16_t mss = flow->options.has_mss ? flow->options.mss : MSS_DEFAULT;
    MUST(segment->octets <= mss, "more octets than the peer's MSS");
    MUST(end <= flow->in_end, "octets that did not come yet");
    MUST(end <= flow->edge || (segment->octets == 1 && place <= flow->edge),
         "octets beyond the peer's window");
    MUST(pattern_match(flow->iss, place, segment->data, segment->octets) == segment->octets,
         "octets that are not those that came");
    flow->out_end = end > flow->out_end ? end : flow->out_end;
}

/// An acknowledgement may be sent again for each segment that comes twice or out of order, but two
/// hosts must not answer each other's.
static void check_repeats(struct flow *flow, const struct segment *segment)
{
    enum {
        REPEATS_PER_S = 1000,
    };
    bool is_new = segment->octets > 0 || segment->ack != flow->last_ack ||
                  segment->window != flow->last_window ||
                  clock_us() - flow->repeats_since_us > US_PER_S;
    flow->last_ack = segment->ack;
    flow->last_window = segment->window;
    if (is_new) {
        flow->repeats = 0;
        flow->repeats_since_us = clock_us();
    }
    flow->repeats++;
    MUST(flow->repeats <= REPEATS_PER_S, "the same acknowledgement again and again");
}

static void check_synchronized(struct flow *flow, const struct segment *segment)
{
    const struct options *options = &segment->options;
    uint32_t place = segment->seq - flow->irs - 1;
    MUST(!options->has_mss && !options->has_scale && !options->has_sack_permitted,
         "options of a SYN");
    MUST(!options->has_sack || flow->options.has_sack_permitted, "SACK that nobody permitted");
    MUST(place <= flow->in_end + 1, "a sequence number in the future");
    MUST(segment->ack - flow->iss - 1 <= flow->in_end + flow->has_fin,
         "acknowledges what never came");
    check_repeats(flow, segment);
    if (segment->octets > 0) {
        check_data(flow, segment);
    }
    if ((segment->flags & TCP_FLAG_FIN) != 0) {
        MUST(flow->has_fin, "a FIN before the peer's");
        MUST(place + segment->octets == flow->fin_at, "a FIN before the last octet");
    }
}

/// Returns whether a flow is the one that a segment belongs to.
static bool fits(const struct flow *flow, const struct segment *segment)
{
    if ((segment->flags & TCP_FLAG_SYN) != 0) {
        return segment->ack == flow->iss + 1;
    }
    return flow->is_answered && segment->ack - flow->iss - 1 <= flow->in_end + 1 &&
           segment->seq - flow->irs <= flow->in_end + 2; // what it sent may not have left it
}

/// Finds the connection whose SYN never left the device, though it has one: a challenge.
static struct flow *unanswered(const struct packet *packet, const struct segment *segment)
{
    struct flow *flow = *bucket_of(packet->host, segment->to, packet->address_octets != 4);
    while (flow != NULL && !(is_of(flow, packet, segment->to) && segment->ack == flow->iss + 1)) {
        flow = flow->older;
    }
    if (flow != NULL) {
        flow_answer(flow, segment->seq - 1, flow->options.has_scale);
    }
    return flow;
}

void check_tcp(const struct packet *packet)
{
    struct segment segment;
    const char *problem = parse(&segment, packet);
    if (problem != NULL) {
        world_fail("frame: %s", problem);
    }
    if ((segment.flags & FLAGS_UNUSED) != 0 || (packet->at[12] & 15) != 0) {
        world_fail("frame: TCP: flags that the device does not use");
    }
    if ((segment.flags & TCP_FLAG_RST) != 0) {
        return; // it may be about anything that a host sent
    }
    if (segment.from != ECHO_PORT || (segment.flags & TCP_FLAG_ACK) == 0) {
        world_fail("frame: TCP: from port %u, flags %02x", segment.from, segment.flags);
    }
    bool is_ip6 = packet->address_octets != 4;
    struct flow *flow = *bucket_of(packet->host, segment.to, is_ip6);
    while (flow != NULL && !(is_of(flow, packet, segment.to) && fits(flow, &segment))) {
        flow = flow->older;
    }
    if (flow == NULL && segment.octets == 0) {
        flow = unanswered(packet, &segment);
    }
    if (flow == NULL) {
        world_fail("frame: TCP: a segment of no connection (host %u port %u seq %" PRIu32
                   " ack %" PRIu32 " flags %02x)",
                   packet->host, segment.to, segment.seq, segment.ack, segment.flags);
    }
    if ((segment.flags & TCP_FLAG_SYN) != 0) {
        check_syn(flow, &segment);
    } else {
        check_synchronized(flow, &segment);
    }
}
