// SPDX-License-Identifier: BSD-3-Clause
// Of the bare acknowledgements of a burst only the last leaves; nothing else is kept back.
#include "acks.h"

#include <string.h>

#include "heap.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/tcp.h"
#include "lwip/stats.h"
#include "unit.h"

enum {
    TCP_OCTETS = 20,
    DATA_OCTETS_MAX = 100,
    BURST = 8,
};

/// A frame of the device.
struct frame {
    unsigned peer; // its last octet, and port
    bool is_ip6;
    u8_t flags;
    u32_t ack;
    size_t more; // octets of data
};

static struct pbuf *make(struct frame what)
{
    struct route route = {
        .src = address_ip4(198, 51, 100, 2),
        .dst = address_ip4(198, 51, 100, (u8_t)what.peer),
    };
    if (what.is_ip6) {
        route.src = address_ip6((uint16_t[8]){0x2001, [7] = 2});
        route.dst = address_ip6((uint16_t[8]){0x2001, [7] = (uint16_t)what.peer});
    }
    static const u8_t data[DATA_OCTETS_MAX];
    const struct segment segment = {
        .src_port = 7,
        .dst_port = (u16_t)what.peer,
        .ack = what.ack,
        .flags = what.flags,
        .scale = -1,
        .data = data,
        .data_octets = what.more,
    };
    static const struct fragment whole;
    u8_t tcp[TCP_OCTETS + DATA_OCTETS_MAX];
    struct packet_frame frame;
    size_t octets = packet_build_tcp(tcp, &route, &segment);
    assert_true(packet_build(&frame, &route, PROTOCOL_TCP, &whole, tcp, octets));
    return rig_pbuf(&frame);
}

enum outcome {
    LEAVES,
    KEPT,
    OTHER_LEAVES, // the one that was kept, and this one
    OTHER_FIRST,  // the one that was kept leaves, and this one is kept
};

static enum outcome give(struct frame frame)
{
    struct pbuf *p = make(frame);
    struct pbuf *before;
    bool is_kept = acks_keep(p, &before);
    assert_int_equal(p->ref, is_kept ? 2 : 1);
    pbuf_free(p);
    if (before == NULL) {
        return is_kept ? KEPT : LEAVES;
    }
    pbuf_free(before);
    return is_kept ? OTHER_FIRST : OTHER_LEAVES;
}

/// Returns whether a frame was still kept.
static bool settle(void)
{
    struct pbuf *p = acks_settle();
    if (p != NULL) {
        assert_int_equal(p->ref, 1);
        pbuf_free(p);
    }
    return p != NULL;
}

static const struct frame bare = {.peer = 1, .flags = TCP_ACK, .ack = 1000};

static struct frame bare_of(unsigned peer, u32_t ack)
{
    return (struct frame){.peer = peer, .flags = TCP_ACK, .ack = ack};
}

static void outside_a_burst_nothing_is_kept(void **state)
{
    (void)state;
    assert_int_equal(give(bare), LEAVES);
    acks_gather();
    assert_false(settle());
    assert_int_equal(give(bare), LEAVES);
}

static void the_last_one_leaves_when_the_burst_ends(void **state)
{
    (void)state;
    for (int is_ip6 = 0; is_ip6 <= LWIP_IPV6; is_ip6++) {
        COUNTER_T merged = acks_counters.merged;
        acks_gather();
        for (u32_t i = 0; i < BURST; i++) {
            struct frame frame = bare_of(1, 0xfffffffcu + i); // sequence numbers wrap
            frame.is_ip6 = is_ip6 != 0;
            assert_int_equal(give(frame), KEPT);
        }
        assert_int_equal(acks_counters.merged - merged, BURST - 1);
        assert_true(settle());
        assert_false(settle());
    }
    assert_int_equal(heap_stats()->used, 0);
}

static void data_of_the_same_connection_carries_it(void **state)
{
    (void)state;
    acks_gather();
    assert_int_equal(give(bare), KEPT);
    struct frame data = bare_of(1, 1001);
    data.more = 100;
    assert_int_equal(give(data), LEAVES);
    assert_false(settle());
}

static void what_repeats_or_steps_back_follows_it(void **state)
{
    (void)state;
    for (u32_t ack = 999; ack <= 1000; ack++) {
        acks_gather();
        assert_int_equal(give(bare), KEPT);
        assert_int_equal(give(bare_of(1, ack)), OTHER_FIRST);
        assert_true(settle());
        acks_gather();
        assert_int_equal(give(bare), KEPT);
        struct frame data = bare_of(1, ack);
        data.more = 1;
        assert_int_equal(give(data), OTHER_LEAVES);
        assert_false(settle());
    }
}

static void another_connection_lets_it_go(void **state)
{
    (void)state;
    acks_gather();
    assert_int_equal(give(bare), KEPT);
    assert_int_equal(give(bare_of(2, 2000)), OTHER_FIRST);
    struct frame data = bare_of(3, 3000);
    data.more = 1;
    assert_int_equal(give(data), LEAVES);
    struct frame ip6 = bare_of(2, 2001);
    ip6.is_ip6 = true;
    assert_int_equal(give(ip6), OTHER_FIRST);
    assert_true(settle());
}

static void what_does_more_than_acknowledge_leaves_at_once(void **state)
{
    (void)state;
    static const u8_t flags[] = {TCP_ACK | TCP_FIN, TCP_ACK | TCP_SYN, TCP_ACK | TCP_RST,
                                 TCP_RST,           TCP_ACK | TCP_URG, 0};
    acks_gather();
    for (size_t i = 0; i < sizeof flags; i++) {
        struct frame frame = bare;
        frame.flags = flags[i];
        assert_int_equal(give(frame), LEAVES);
    }
    struct frame longer = bare;
    longer.more = 1;
    assert_int_equal(give(longer), LEAVES);
    assert_false(settle());
}

static void what_is_no_segment_leaves_at_once(void **state)
{
    (void)state;
    acks_gather();
    for (int is_ip6 = 0; is_ip6 < 2; is_ip6++) {
        struct frame frame = bare;
        frame.is_ip6 = is_ip6 != 0;
        struct pbuf *p = make(frame);
        struct pbuf *before;
        u8_t *ip = (u8_t *)p->payload + SIZEOF_ETH_HDR;
        u8_t *protocol = is_ip6 ? ip + 6 : ip + 9;
        *protocol = IP_PROTO_UDP;
        assert_false(acks_keep(p, &before));
        *protocol = IP_PROTO_TCP;
        if (!is_ip6) {
            ip[0] = 0x46; // options
            assert_false(acks_keep(p, &before));
            ip[0] = 0x45;
        }
        for (u16_t octets = p->tot_len; octets-- > 1;) {
            pbuf_realloc(p, octets);
            assert_false(acks_keep(p, &before));
        }
        pbuf_free(p);
    }
    assert_false(settle());
}

/// Several segments that come at once, of which nothing is echoed yet.
static void a_burst_gets_one_acknowledgement(void **state)
{
    (void)state;
    rig_serve_hold(ECHO_TCP_HOLD_MAX);
    struct peer *peer = rig_connect();
    peer_prepare(peer, BURST * 1000);
    COUNTER_T merged = acks_counters.merged;
    size_t frames = rig.frames;
    for (size_t i = 0; i < BURST; i++) {
        peer_segment(peer, TCP_ACK, i * 1000, 1000);
    }
    rig_settle();
    assert_int_equal(rig.frames - frames, 1);
    assert_int_equal(acks_counters.merged - merged, BURST / 2 - 1);
    peer->sent = BURST * 1000;
    peer_finish(peer);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CLAIM(outside_a_burst_nothing_is_kept),
        CLAIM(the_last_one_leaves_when_the_burst_ends),
        CLAIM(data_of_the_same_connection_carries_it),
        CLAIM(what_repeats_or_steps_back_follows_it),
        CLAIM(another_connection_lets_it_go),
        CLAIM(what_does_more_than_acknowledge_leaves_at_once),
        CLAIM(what_is_no_segment_leaves_at_once),
        CLAIM(a_burst_gets_one_acknowledgement),
    };
    return cmocka_run_group_tests(cases, NULL, NULL);
}
