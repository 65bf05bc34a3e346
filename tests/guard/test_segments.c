// SPDX-License-Identifier: BSD-3-Clause
// What the hook does with segments, in each state of their connection.
#include <string.h>

#include "bench.h"
#include "lwip/priv/tcp_priv.h"

enum {
    RCV_NXT = 1000,
    RCV_WND = 500,
    UNACKED = 0xfffffff0, // our numbers wrap
    SENT = 0x100,         // octets under way
    WINDOW_MAX = 600,     // the largest that the peer announced
};

static struct tcp_pcb *pcb;
static size_t acks;
static u16_t data_octets; // behind the header

static err_t on_output(struct netif *netif, struct pbuf *p, const ip4_addr_t *ip)
{
    (void)netif;
    (void)p;
    (void)ip;
    acks++;
    return ERR_OK;
}

static int setup(void **state)
{
    bench_setup(state);
    acks = 0;
    bench.netif.output = on_output;
    netif_default = &bench.netif;
#if !LWIP_SINGLE_NETIF
    netif_list = &bench.netif;
#endif
    pcb = tcp_new();
    assert_non_null(pcb);
    ip_addr_t device = IPADDR4_INIT_BYTES(198, 51, 100, 2);
    ip_addr_t peer = IPADDR4_INIT_BYTES(198, 51, 100, 1);
    pcb->local_ip = device;
    pcb->remote_ip = peer;
    pcb->local_port = 7;
    pcb->remote_port = 40000;
    pcb->state = ESTABLISHED;
    pcb->rcv_nxt = RCV_NXT;
    pcb->rcv_wnd = RCV_WND;
    pcb->lastack = UNACKED;
    pcb->snd_nxt = UNACKED + SENT;
    pcb->snd_lbb = UNACKED + SENT;
    pcb->snd_wnd_max = WINDOW_MAX;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    pcb->state = CLOSED;
    memp_free(MEMP_TCP_PCB, pcb);
    netif_default = NULL;
    return 0;
}

/// A segment as lwIP shows it: the header in host byte order, options behind it.
struct segment {
    struct tcp_hdr hdr;
    u8_t options[40];
    u16_t octets;
};

static struct segment segment(u8_t flags, u32_t seqno, u32_t ackno)
{
    struct segment segment = {.octets = 0};
    segment.hdr.seqno = seqno;
    segment.hdr.ackno = ackno;
    segment.hdr.wnd = 4000;
    TCPH_HDRLEN_FLAGS_SET(&segment.hdr, 5, flags);
    return segment;
}

static struct segment with_options(struct segment segment, const u8_t *options, u16_t octets)
{
    memcpy(segment.options, options, octets);
    segment.octets = octets;
    return segment;
}

static bool passes(struct segment *segment)
{
    struct pbuf p = {.payload = segment->options, .tot_len = data_octets};
    return hooks_segment(pcb, &segment->hdr, segment->octets, segment->octets, NULL, &p) == ERR_OK;
}

/// Fails the case unless the hook drops the segment for this reason, with an acknowledgement or
/// without, and lets it pass with this one defence switched off.
static void refuses(struct segment segment, const COUNTER_T *counter, bool is_challenged)
{
    COUNTER_T before = *counter;
    size_t acks_before = acks;
    struct segment again = segment;
    assert_false(passes(&segment));
    assert_int_equal(*counter, before + 1);
    assert_int_equal(acks, acks_before + is_challenged);
    defence_off = counter;
    assert_true(passes(&again));
    assert_int_equal(*counter, before + 1);
    defence_off = NULL;
}

static void accepts(struct segment segment)
{
    size_t acks_before = acks;
    assert_true(passes(&segment));
    assert_int_equal(acks, acks_before);
}

static void a_reset_must_hit_the_next_number(void **state)
{
    (void)state;
    accepts(segment(TCP_RST, RCV_NXT, 0));
    accepts(segment(TCP_RST | TCP_ACK, RCV_NXT, 99));
    const COUNTER_T *counter = &hooks_counters.drop_reset;
    refuses(segment(TCP_RST, RCV_NXT + 1, 0), counter, true);
    refuses(segment(TCP_RST, RCV_NXT + RCV_WND, 0), counter, true);
    refuses(segment(TCP_RST, RCV_NXT + RCV_WND + 1, 0), counter, false);
    refuses(segment(TCP_RST, RCV_NXT - 1, 0), counter, false);
    pcb->state = SYN_RCVD;
    accepts(segment(TCP_RST, RCV_NXT, 0));
    refuses(segment(TCP_RST, RCV_NXT + 1, 0), counter, true);
}

static void what_is_out_of_order_must_end_within_the_window(void **state)
{
    (void)state;
    data_octets = RCV_WND;
    accepts(segment(TCP_ACK, RCV_NXT, UNACKED));
    accepts(segment(TCP_ACK | TCP_FIN, RCV_NXT, UNACKED)); // in order: lwIP trims it
    refuses(segment(TCP_ACK, RCV_NXT + 1, UNACKED), &hooks_counters.drop_overhang, true);
    data_octets = RCV_WND - 1;
    accepts(segment(TCP_ACK, RCV_NXT + 1, UNACKED));
    refuses(segment(TCP_ACK | TCP_FIN, RCV_NXT + 1, UNACKED), &hooks_counters.drop_overhang, true);
    data_octets = 0;
}

static u16_t window_seen(u32_t ackno, u16_t window)
{
    struct segment small = segment(TCP_ACK, RCV_NXT, ackno);
    small.hdr.wnd = window;
    assert_true(passes(&small));
    return small.hdr.wnd;
}

static void a_window_too_small_for_a_segment_is_closed(void **state)
{
    (void)state;
    pcb->mss = 536;
    pcb->snd_lbb = UNACKED + 536;
    static const u16_t windows[][2] = {{0, 0}, {1, 0}, {299, 0}, {300, 300}, {4000, 4000}};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(windows); i++) {
        assert_int_equal(window_seen(UNACKED, windows[i][0]), windows[i][1]);
    }
    assert_int_equal(hooks_counters.window_closed, 2);
    defence_off = &hooks_counters.window_closed;
    assert_int_equal(window_seen(UNACKED, 1), 1);
    defence_off = NULL;
}

static void a_small_window_takes_what_fits(void **state)
{
    (void)state;
    pcb->mss = 536;
    assert_int_equal(window_seen(UNACKED, SENT - 1), 0);
    assert_int_equal(window_seen(UNACKED, SENT), SENT);
    assert_int_equal(window_seen(UNACKED + SENT, 1), 1);
    data_octets = 2; // to be echoed
    assert_int_equal(window_seen(UNACKED + SENT, 1), 0);
    assert_int_equal(window_seen(UNACKED + SENT, 2), 2);
    data_octets = 0;
}

static void a_syn_within_a_connection_is_challenged(void **state)
{
    (void)state;
    const COUNTER_T *counter = &hooks_counters.drop_syn;
    refuses(segment(TCP_SYN, RCV_NXT, 0), counter, true);
    refuses(segment(TCP_SYN | TCP_ACK, RCV_NXT - 1, UNACKED), counter, true);
    refuses(segment(TCP_SYN, RCV_NXT + 1000000, 0), counter, true);
    pcb->state = LAST_ACK;
    refuses(segment(TCP_SYN, RCV_NXT, 0), counter, true);
}

static void a_syn_sent_again_passes(void **state)
{
    (void)state;
    pcb->state = SYN_RCVD;
    accepts(segment(TCP_SYN, RCV_NXT - 1, 0));
    refuses(segment(TCP_SYN, RCV_NXT + 77, 0), &hooks_counters.drop_syn, true);
}

static void a_segment_without_ack(void **state)
{
    (void)state;
    const COUNTER_T *counter = &hooks_counters.drop_no_ack;
    refuses(segment(0, RCV_NXT, 0), counter, false);
    refuses(segment(TCP_PSH | TCP_FIN, RCV_NXT, 0), counter, false);
    pcb->state = SYN_RCVD;
    refuses(segment(TCP_PSH, RCV_NXT, 0), counter, false);
}

static void a_segment_beyond_the_window(void **state)
{
    (void)state;
    const COUNTER_T *counter = &hooks_counters.drop_sequence;
    accepts(segment(TCP_ACK, RCV_NXT, UNACKED));
    accepts(segment(TCP_ACK, RCV_NXT + RCV_WND, UNACKED)); // all sent, the first of it lost
    accepts(segment(TCP_ACK, RCV_NXT - 1, UNACKED));       // a probe
    accepts(segment(TCP_ACK, RCV_NXT - 900, UNACKED));     // sent again
    refuses(segment(TCP_ACK, RCV_NXT + RCV_WND + 1, UNACKED), counter, true);
    refuses(segment(TCP_ACK, RCV_NXT + 0x70000000, UNACKED), counter, true);
}

static void a_handshake_ends_within_the_window(void **state)
{
    (void)state;
    pcb->state = SYN_RCVD;
    accepts(segment(TCP_ACK, RCV_NXT, UNACKED + 1));
    refuses(segment(TCP_ACK, RCV_NXT - 1, UNACKED + 1), &hooks_counters.drop_sequence, true);
    refuses(segment(TCP_ACK, RCV_NXT + RCV_WND + 1, UNACKED + 1), &hooks_counters.drop_sequence,
            true);
}

static void an_acknowledgement_of_what_was_never_sent_or_long_ago(void **state)
{
    (void)state;
    const COUNTER_T *counter = &hooks_counters.drop_ack;
    accepts(segment(TCP_ACK, RCV_NXT, UNACKED + SENT));
    accepts(segment(TCP_ACK, RCV_NXT, UNACKED - WINDOW_MAX));
    refuses(segment(TCP_ACK, RCV_NXT, UNACKED + SENT + 1), counter, true);
    refuses(segment(TCP_ACK, RCV_NXT, UNACKED - WINDOW_MAX - 1), counter, true);
}

static void challenges_are_limited(void **state)
{
    (void)state;
    enum {
        MANY = 5 * HOOKS_CHALLENGES_PER_S,
    };
    struct segment syn = segment(TCP_SYN, RCV_NXT, 0);
    for (int i = 0; i < MANY; i++) {
        assert_false(passes(&syn));
    }
    assert_in_range(acks, HOOKS_CHALLENGES_PER_S / 2, 2 * HOOKS_CHALLENGES_PER_S);
    assert_int_equal(hooks_counters.challenges, acks);
    assert_int_equal(hooks_counters.limit_challenges, MANY - acks);
    size_t first = acks;
    clock_advance(1000);
    for (int i = 0; i < MANY; i++) {
        assert_false(passes(&syn));
    }
    assert_in_range(acks - first, HOOKS_CHALLENGES_PER_S / 2, 2 * HOOKS_CHALLENGES_PER_S);
    assert_int_not_equal(acks - first, first); // nor can it be told from outside
    defence_off = &hooks_counters.limit_challenges;
    size_t before = acks;
    for (int i = 0; i < MANY; i++) {
        assert_false(passes(&syn));
    }
    assert_int_equal(acks, before + MANY);
}

static void options_of_a_connection_are_hidden(void **state)
{
    (void)state;
    static const u8_t mss_1[4] = {2, 4, 0, 1};
    struct segment data = with_options(segment(TCP_ACK, RCV_NXT, UNACKED), mss_1, 4);
    struct segment again = data;
    assert_true(passes(&data));
    assert_int_equal(data.options[0], LWIP_TCP_OPT_EOL);
    assert_int_equal(hooks_counters.options_hidden, 1);
    defence_off = &hooks_counters.options_hidden;
    assert_true(passes(&again));
    assert_memory_equal(again.options, mss_1, 4);
}

static void options_in_a_second_piece_are_hidden(void **state)
{
    (void)state;
    u8_t rest[4] = {2, 4, 0, 1};
    struct segment data = segment(TCP_ACK, RCV_NXT, UNACKED);
    struct pbuf p = {.payload = rest};
    assert_int_equal(hooks_segment(pcb, &data.hdr, 4, 0, rest, &p), ERR_OK);
    assert_int_equal(rest[0], LWIP_TCP_OPT_EOL);
}

static void a_syn_with_malformed_options(void **state)
{
    (void)state;
    static const u8_t malformed[][4] = {
        {1, 1, 1, 2},    // the kind is the last octet
        {1, 1, 1, 8},    // the same, of another
        {2, 0, 5, 0xb4}, // of no octets
        {2, 3, 5, 0xb4}, // of a length that it never has
        {8, 10, 0, 0},   // longer than the header
        {4, 1, 0, 0},    // shorter than itself
    };
    pcb->state = LISTEN;
    for (size_t i = 0; i < LWIP_ARRAYSIZE(malformed); i++) {
        refuses(with_options(segment(TCP_SYN, 1, 0), malformed[i], 4), &hooks_counters.drop_options,
                false);
    }
}

static void a_syn_whose_segments_would_be_tiny(void **state)
{
    (void)state;
    pcb->state = LISTEN;
    for (int mss = 0; mss < HOOKS_MSS_MIN; mss++) {
        const u8_t options[8] = {3, 3, 7, 1, 2, 4, 0, (u8_t)mss};
        refuses(with_options(segment(TCP_SYN, 1, 0), options, 8), &hooks_counters.drop_mss, false);
    }
    const u8_t options[8] = {3, 3, 7, 1, 2, 4, 0, HOOKS_MSS_MIN};
    accepts(with_options(segment(TCP_SYN, 1, 0), options, 8));
    const u8_t ended[8] = {1, 0, 0, 0, 2, 4, 0, 1};
    accepts(with_options(segment(TCP_SYN, 1, 0), ended, 8));
}

static void a_syn_whose_options_lie_in_two_pieces(void **state)
{
    (void)state;
    pcb->state = LISTEN;
    struct segment syn = with_options(segment(TCP_SYN, 1, 0), (u8_t[]){1, 2}, 2);
    u8_t rest[2 + 4] = {4, 0, 63, 1, 1, 1};
    struct pbuf p = {.payload = rest};
    assert_int_equal(hooks_segment(pcb, &syn.hdr, 8, 2, rest, &p), ERR_VAL);
    assert_int_equal(hooks_counters.drop_mss, 1);
}

static void segments_that_are_odd_and_valid(void **state)
{
    (void)state;
    static const u8_t all[20] = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 14};
    accepts(segment(TCP_ACK | TCP_URG | TCP_PSH, RCV_NXT, UNACKED));
    accepts(segment(TCP_ACK | TCP_ECE | TCP_CWR, RCV_NXT, UNACKED));
    pcb->state = LISTEN;
    struct segment syn = with_options(segment(TCP_SYN | TCP_ECE | TCP_CWR, 1, 0), all, sizeof all);
    assert_true(passes(&syn));
    assert_memory_equal(syn.options, all, sizeof all); // window scale, SACK, timestamps
    pcb->state = SYN_SENT;
    accepts(segment(TCP_SYN, 1, 0)); // both sides open at once
    accepts(segment(TCP_SYN | TCP_ACK, 1, UNACKED + 1));
    pcb->state = SYN_RCVD;
    accepts(segment(TCP_SYN | TCP_ACK, RCV_NXT - 1, UNACKED + 1));
}

static void strangers_of_a_listener_are_lwips_to_answer(void **state)
{
    (void)state;
    pcb->state = LISTEN;
    accepts(segment(TCP_ACK, 1, 1));
    accepts(segment(TCP_RST, 1, 1));
    accepts(segment(0, 1, 1));
    pcb->state = TIME_WAIT;
    accepts(segment(TCP_SYN, 1, 1));
}

#define SEGMENT_CLAIM(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/// lwIP would answer; so would a peer's lwIP, without end.
static void a_closed_window_does_not_answer_what_says_nothing_new(void **state)
{
    (void)state;
    const COUNTER_T *counter = &hooks_counters.drop_nothing_new;
    pcb->rcv_wnd = 0;
    pcb->snd_wnd = 4000;
    refuses(segment(TCP_ACK, RCV_NXT, UNACKED), counter, false);
    refuses(segment(TCP_ACK | TCP_PSH, RCV_NXT, UNACKED), counter, false);
    accepts(segment(TCP_ACK, RCV_NXT, UNACKED + 1));
    accepts(segment(TCP_ACK, RCV_NXT - 1, UNACKED)); // a keep-alive or a probe
    accepts(segment(TCP_ACK | TCP_FIN, RCV_NXT, UNACKED));
    pcb->snd_wnd = 3000;
    accepts(segment(TCP_ACK, RCV_NXT, UNACKED)); // opens the window
    pcb->snd_wnd = 4000;
    struct tcp_seg under_way = {.next = NULL};
    pcb->unacked = &under_way;
    accepts(segment(TCP_ACK, RCV_NXT, UNACKED)); // tells of a loss
    pcb->snd_wnd = 0;
    struct segment closed = segment(TCP_ACK, RCV_NXT, UNACKED);
    closed.hdr.wnd = 0;
    refuses(closed, counter, false);
    pcb->unacked = NULL;
    pcb->snd_wnd = 4000;
    pcb->rcv_wnd = 1;
    accepts(segment(TCP_ACK, RCV_NXT, UNACKED));
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        SEGMENT_CLAIM(a_reset_must_hit_the_next_number),
        SEGMENT_CLAIM(a_syn_within_a_connection_is_challenged),
        SEGMENT_CLAIM(a_syn_sent_again_passes),
        SEGMENT_CLAIM(a_segment_without_ack),
        SEGMENT_CLAIM(a_segment_beyond_the_window),
        SEGMENT_CLAIM(what_is_out_of_order_must_end_within_the_window),
        SEGMENT_CLAIM(a_window_too_small_for_a_segment_is_closed),
        SEGMENT_CLAIM(a_small_window_takes_what_fits),
        SEGMENT_CLAIM(a_closed_window_does_not_answer_what_says_nothing_new),
        SEGMENT_CLAIM(a_handshake_ends_within_the_window),
        SEGMENT_CLAIM(an_acknowledgement_of_what_was_never_sent_or_long_ago),
        SEGMENT_CLAIM(challenges_are_limited),
        SEGMENT_CLAIM(options_of_a_connection_are_hidden),
        SEGMENT_CLAIM(options_in_a_second_piece_are_hidden),
        SEGMENT_CLAIM(a_syn_with_malformed_options),
        SEGMENT_CLAIM(a_syn_whose_segments_would_be_tiny),
        SEGMENT_CLAIM(a_syn_whose_options_lie_in_two_pieces),
        SEGMENT_CLAIM(segments_that_are_odd_and_valid),
        SEGMENT_CLAIM(strangers_of_a_listener_are_lwips_to_answer),
    };
    return cmocka_run_group_tests_name("segments", claims, NULL, NULL);
}
