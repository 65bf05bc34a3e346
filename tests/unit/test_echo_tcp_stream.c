// SPDX-License-Identifier: BSD-3-Clause
// The TCP echo as a stream: whatever the segments, every octet comes back once and in order. That
// the octets are the right ones, each segment's checksums and the order of FIN are checked by the
// peer.
#include "unit.h"

static struct peer *serve_and_connect(void)
{
    rig_serve();
    return rig_connect();
}

/// Octets [0, `octets`) are to be sent by the case itself.
static struct peer *serve_and_prepare(size_t octets)
{
    struct peer *peer = serve_and_connect();
    peer_prepare(peer, octets);
    return peer;
}

static void every_octet_comes_back_whatever_the_amount(void **state)
{
    (void)state;
    static const size_t amounts[] = {1, 2,           3,       TCP_MSS - 1,     TCP_MSS, TCP_MSS + 1,
                                     5, TCP_WND - 1, TCP_WND, 3 * TCP_WND + 7, 1};
    struct peer *peer = serve_and_connect();
    for (size_t i = 0; i < LWIP_ARRAYSIZE(amounts); i++) {
        peer_exchange(peer, amounts[i]);
    }
    peer_finish(peer);
    assert_int_equal(echo_tcp_counters.closed, 1);
    assert_int_equal(echo_tcp_counters.octets_in, peer->sent);
    assert_int_equal(echo_tcp_counters.octets_out, peer->sent);
}

static void echoes_while_it_receives(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect();
    for (size_t i = 1; i <= 100; i++) {
        peer_send(peer, 3);
        assert_int_equal(peer->received, 3 * i);
    }
}

#if LWIP_IPV6
static void echoes_over_ip6(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = peer_new(rig_host_ip6(1));
    assert_true(peer_connect(peer));
    peer_exchange(peer, 3 * TCP_WND + 7);
    peer_finish(peer);
    assert_true(log_has("tcp: open peer=[2001:db8:7::1:1]:"));
}
#endif

static void a_peer_without_window_scaling_is_served(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_peer();
    peer->scale = -1;
    assert_true(peer_connect(peer));
    peer_exchange(peer, 3 * TCP_WND + 7);
    peer_finish(peer);
}

static void segments_out_of_order_come_back_in_order(void **state)
{
    (void)state;
    struct peer *peer = serve_and_prepare(300);
    peer_segment(peer, FLAG_ACK, 200, 100);
    peer_segment(peer, FLAG_ACK, 100, 100);
    rig_settle();
    assert_int_equal(peer->received, 0);
    peer_segment(peer, FLAG_ACK, 0, 100);
    rig_settle();
    assert_int_equal(peer->received, TCP_QUEUE_OOSEQ ? 300 : 100);
    peer_exchange(peer, 0);
    assert_int_equal(peer->received, 300);
}

static void repeated_and_overlapping_segments_are_echoed_once(void **state)
{
    (void)state;
    struct peer *peer = serve_and_prepare(300);
    peer_segment(peer, FLAG_ACK, 0, 100);
    peer_segment(peer, FLAG_ACK, 0, 100);
    peer_segment(peer, FLAG_ACK, 50, 100);
    peer_segment(peer, FLAG_ACK, 149, 151);
    peer_segment(peer, FLAG_ACK, 0, 300);
    rig_settle();
    assert_int_equal(peer->received, 300);
    assert_int_equal(echo_tcp_counters.octets_in, 300);
}

static void fin_in_the_last_segment_of_data_is_answered(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect();
    peer_send_fin(peer, 500);
    assert_int_equal(peer->received, 500);
    assert_true(peer->fin_received);
}

static void fin_in_the_segment_that_opens_the_connection_is_answered(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_peer();
    peer->is_half_open = true;
    assert_true(peer_connect(peer));
    peer->is_half_open = false;
    peer_send_fin(peer, 200);
    assert_int_equal(peer->received, 200);
    assert_true(peer->fin_received);
}

static void fin_sent_twice_is_answered_once(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect();
    peer->acks_at_once = false;
    peer_send_fin(peer, 100);
    peer_segment(peer, FLAG_ACK | FLAG_FIN, 100, 0);
    rig_settle();
    assert_false(peer->fin_received);
    peer_ack(peer, 100);
    rig_settle();
    assert_true(peer->fin_received);
    peer_segment(peer, FLAG_ACK | FLAG_FIN, 100, 0);
    rig_settle();
    assert_int_equal(echo_tcp_counters.closed, 1);
}

static void octets_behind_fin_are_not_echoed(void **state)
{
    (void)state;
    struct peer *peer = serve_and_prepare(200);
    peer->acks_at_once = false;
    peer_send_fin(peer, 100);
    peer_prepare(peer, 100);
    peer_segment(peer, FLAG_ACK, 101, 50);
    peer->sent = 100; // so that an echo of more is seen
    rig_settle();
    peer_finish(peer);
    assert_int_equal(echo_tcp_counters.octets_in, 100);
}

static void the_devices_fin_is_sent_again_when_it_is_lost(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect();
    rig.wire.lose_sent = 1;
    peer_fin(peer);
    assert_false(peer->fin_received);
    peer_finish(peer);
    assert_int_equal(echo_tcp_counters.closed, 1);
}

static void a_small_mss_of_the_peer_is_kept(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_peer();
    peer->mss = 64;
    assert_true(peer_connect(peer));
    peer_exchange(peer, 2 * TCP_WND + 1);
    assert_true(peer->segment_octets_max <= 64);
    peer_finish(peer);
}

static void expect_exchange_through(uint32_t window)
{
    struct peer *peer = rig_peer();
    peer->window = window;
    peer->scale = -1; // its units are larger than these windows
    peer->acks_at_once = false;
    assert_true(peer_connect(peer));
    size_t octets = LWIP_MIN(peer_room(peer), 50 * window);
    peer_send(peer, octets);
    for (int i = 0; i < 4000 && peer->acked < octets; i++) {
        rig_advance(250);
        peer_ack_all(peer);
        rig_settle();
    }
    assert_int_equal(peer->received, octets);
    peer->acks_at_once = true;
    peer_finish(peer);
}

static void a_tiny_window_of_the_peer_is_kept(void **state)
{
    (void)state;
    rig_serve();
    static const uint32_t windows[] = {1, 2, 3, 10, 63, 535};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(windows); i++) {
        expect_exchange_through(windows[i]);
    }
}

static void a_closed_window_of_the_peer_is_probed_until_it_opens(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_peer();
    peer->window = 0;
    assert_true(peer_connect(peer));
    peer_send(peer, LWIP_MIN(5000, peer_room(peer)));
    assert_int_equal(peer->received, 0);
    rig_advance(60 * 1000);
    assert_int_equal(peer->received, 0);
    assert_true(peer->segments > 3); // probes
    peer->window = 65535;
    rig_advance(60 * 1000); // the answer to the next probe opens it
    assert_int_equal(peer->received, peer->sent);
    peer_finish(peer);
}

static void a_closed_window_may_open_by_very_little(void **state)
{
    (void)state;
    rig_serve();
    static const uint32_t windows[][2] = {{0, 1}, {0, 2}, {0, 100}, {1, 2}, {1, 100}};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(windows); i++) {
        struct peer *peer = rig_peer();
        peer->scale = -1;
        peer->window = windows[i][0];
        assert_true(peer_connect(peer));
        peer_send(peer, 300); // which lwIP keeps in one segment
        peer->window = windows[i][1];
        peer_ack_all(peer);
        peer_send(peer, 100);
        rig_advance(10 * 1000);
        peer->window = 65535;
        peer_ack_all(peer);
        peer_exchange(peer, 100);
        peer_finish(peer);
    }
}

static void a_window_that_closes_in_mid_stream_and_opens_again_loses_nothing(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect();
    for (uint32_t round = 0; round < 20; round++) {
        peer->window = round % 2 == 0 ? 0 : 700 * round;
        peer_send(peer, LWIP_MIN(100 * round, peer_room(peer)));
        rig_advance(3000);
    }
    peer->window = 65535;
    peer_exchange(peer, 1);
    peer_finish(peer);
}

/// Loses a third of the device's frames: not every third, which may always be the same segment.
static bool lose_third(const struct packet *packet)
{
    return packet->protocol == PROTOCOL_TCP && target_random() % 3 == 0;
}

static void lost_segments_are_sent_again(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect();
    rig.on_frame = lose_third;
    peer_exchange(peer, 10 * TCP_MSS);
    rig.on_frame = NULL;
    peer_finish(peer);
}

static void logs_opening_and_closing_with_octets(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect();
    assert_true(log_has("tcp: open peer=198.51.100.11:"));
    peer_exchange(peer, 12);
    peer_finish(peer);
    assert_true(log_has("reason=finished octets_in=12 octets_out=12 open=0"));
    assert_false(log_has("received"));
}

static void logs_what_it_receives_only_when_verbose(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    config.tcp.verbose = true;
    rig_start(&config);
    struct peer *peer = rig_connect();
    peer_exchange(peer, 1);
    assert_true(log_has("tcp: received peer=198.51.100.11:"));
    assert_true(log_has(" octets=1 data=\"\\x00\""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(every_octet_comes_back_whatever_the_amount),
        CLAIM(echoes_while_it_receives),
#if LWIP_IPV6
        CLAIM(echoes_over_ip6),
#endif
        CLAIM(a_peer_without_window_scaling_is_served),
        CLAIM(segments_out_of_order_come_back_in_order),
        CLAIM(repeated_and_overlapping_segments_are_echoed_once),
        CLAIM(fin_in_the_last_segment_of_data_is_answered),
        CLAIM(fin_in_the_segment_that_opens_the_connection_is_answered),
        CLAIM(fin_sent_twice_is_answered_once),
        CLAIM(octets_behind_fin_are_not_echoed),
        CLAIM(the_devices_fin_is_sent_again_when_it_is_lost),
        CLAIM(a_small_mss_of_the_peer_is_kept),
        CLAIM(a_tiny_window_of_the_peer_is_kept),
        CLAIM(a_closed_window_of_the_peer_is_probed_until_it_opens),
        CLAIM(a_closed_window_may_open_by_very_little),
        CLAIM(a_window_that_closes_in_mid_stream_and_opens_again_loses_nothing),
        CLAIM(lost_segments_are_sent_again),
        CLAIM(logs_opening_and_closing_with_octets),
        CLAIM(logs_what_it_receives_only_when_verbose),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
