// SPDX-License-Identifier: BSD-3-Clause
// The TCP echo's receive window and the buffers behind it. That the window never shrinks, nor
// promises more than TCP_WND octets that are not yet acknowledged, is checked by the peer.
#include "lwip/priv/tcp_priv.h"
#include "unit.h"

enum {
    WINDOW = TCP_WND,
    FIRST_WINDOW = LWIP_MIN(TCP_WND, 65535), // in a SYN, which is never scaled
};

/// A peer that acknowledges nothing by itself.
static struct peer *connect_slow(struct host *host)
{
    struct peer *peer = peer_new(host);
    peer->acks_at_once = false;
    assert_true(peer_connect(peer));
    return peer;
}

static void expect_buffers_kept(void)
{
    assert_true(rxbuf_stats.used <= ECHO_TCP_CONNECTION_BUFFERS);
    assert_int_equal(echo_tcp_counters.aborted_buffers, 0);
}

/// Has the device say again what its window is.
static void learn_window(struct peer *peer)
{
    peer_segment(peer, FLAG_ACK, peer->sent - 1, 1);
    rig_settle();
}

/// Sends in segments of `octets` until the window is full.
static void fill(struct peer *peer, size_t octets)
{
    while (peer_room(peer) > 0) {
        peer_send(peer, LWIP_MIN(octets, peer_room(peer)));
        expect_buffers_kept();
    }
    assert_int_equal(echo_tcp_counters.aborted_buffers, 0);
}

/// Acknowledges `octets` at a time as they come back, until all is acknowledged.
static void acknowledge_all(struct peer *peer, size_t octets)
{
    for (int i = 0; peer->acked < peer->sent; i++) {
        assert_true(i < 1000000);
        if (peer->acked == peer->received) {
            rig_advance(250);
        }
        peer_ack(peer, LWIP_MIN(peer->received, peer->acked + octets));
        rig_settle();
        expect_buffers_kept();
    }
}

static void segments_of_one_octet_share_buffers(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = connect_slow(rig_host(1));
    for (int i = 0; i < 3; i++) {
        fill(peer, 1);
        assert_true(rxbuf_stats.used <= WINDOW / ECHO_TCP_BUFFER_OCTETS + 1);
        acknowledge_all(peer, WINDOW);
        learn_window(peer);
    }
    assert_true(peer->sent >= 2 * (size_t)WINDOW);
}

static void segments_of_one_octet_acknowledged_in_odd_portions_share_buffers(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = connect_slow(rig_host(1));
    for (size_t i = 0; i < 5 * 3001; i++) {
        if (peer_room(peer) > 0) {
            peer_send(peer, 1);
        } else {
            peer_ack(peer, LWIP_MIN(peer->received, peer->acked + 777));
            learn_window(peer);
        }
        if (i % 501 == 500) {
            peer_ack(peer, LWIP_MIN(peer->received, peer->acked + 333));
            rig_settle();
        }
        expect_buffers_kept();
    }
    acknowledge_all(peer, WINDOW);
}

/// Segments a little larger than half a buffer: no two of them share one.
static void expect_worst_segments_kept(struct host *host, size_t tcp_option_octets)
{
    struct peer *peer = peer_new(host);
    peer->acks_at_once = false;
    peer->option_octets = tcp_option_octets;
    assert_true(peer_connect(peer));
    size_t headers = 2 + 14 + (host->address.is_ip6 ? 40u : 20u) + 20 + tcp_option_octets;
    size_t octets = (RX_BUFFER_OCTETS - headers) / 2 + 1;
    for (int i = 0; i < 3; i++) {
        fill(peer, octets);
        acknowledge_all(peer, 997);
        learn_window(peer);
    }
    peer_rst(peer);
}

static void the_worst_segment_size_keeps_within_the_buffers(void **state)
{
    (void)state;
    rig_serve();
    expect_worst_segments_kept(rig_host(1), 0);
#if LWIP_IPV6
    expect_worst_segments_kept(rig_host_ip6(1), 0);
#endif
#if LWIP_TCP_SACK_OUT
    expect_worst_segments_kept(rig_host(1), 40);
    expect_worst_segments_kept(rig_host_ip6(1), 40);
#endif
}

static void any_mixture_of_segments_keeps_within_the_buffers(void **state)
{
    (void)state;
    rig_serve();
    for (int round = 0; round < 20; round++) {
        struct peer *peer = connect_slow(rig_host(1));
        for (int i = 0; i < 2000; i++) {
            uint32_t r = target_random();
            peer->segment_octets = 1 + r % TCP_MSS;
            if (r >> 16 & 1) {
                peer_send(peer, LWIP_MIN(peer->segment_octets, peer_room(peer)));
            } else {
                size_t unacked = peer->received - peer->acked;
                peer_ack(peer, peer->acked + (unacked > 0 ? (r >> 17) % (unacked + 1) : 0));
                rig_settle();
            }
            expect_buffers_kept();
        }
        acknowledge_all(peer, WINDOW);
        assert_int_equal(tcp_active_pcbs->rcv_wnd, WINDOW); // open again to the last octet
        peer_finish(peer);
    }
}

static void the_window_opens_by_whole_buffers(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = connect_slow(rig_host(1));
    fill(peer, peer->device_mss);
    learn_window(peer);
    assert_int_equal(peer_room(peer), 0);
    // One segment a buffer, as their size leaves no room for another.
    size_t buffers = WINDOW > TCP_MSS * 2 ? 2 : 1;
    size_t octets = buffers > 1 ? buffers * TCP_MSS : (size_t)WINDOW;
    assert_true(peer->received >= octets);
    peer_ack(peer, octets - 1);
    learn_window(peer);
    assert_int_equal(peer_room(peer), buffers > 1 ? octets - TCP_MSS : 0);
    peer_ack(peer, octets);
    learn_window(peer);
    assert_int_equal(peer_room(peer), octets);
}

static void the_window_opens_fully_again(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_connect();
    assert_int_equal(peer_room(peer), FIRST_WINDOW);
    static const size_t amounts[] = {1, 100, TCP_MSS, 3 * WINDOW + 11, 2};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(amounts); i++) {
        peer_exchange(peer, amounts[i]);
        learn_window(peer);
        assert_int_equal(tcp_active_pcbs->rcv_wnd, WINDOW);
        // lwIP does not announce what is not worth a segment.
        assert_in_range(peer_room(peer), WINDOW - LWIP_MIN(WINDOW / 2, TCP_MSS), WINDOW);
    }
}

static void octets_beyond_the_window_are_not_taken(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = connect_slow(rig_host(1));
    fill(peer, peer->device_mss);
    assert_int_equal(echo_tcp_counters.octets_in, peer->sent);
    assert_in_range(peer->sent, WINDOW - 3, WINDOW);
    size_t sent = peer->sent;
    peer_prepare(peer, 2000);
    peer_segment(peer, FLAG_ACK, sent, 100);
    peer_segment(peer, FLAG_ACK, sent + 100, 100);
    peer->sent = sent; // so that an echo of more is seen
    rig_advance(5000);
    assert_in_range(echo_tcp_counters.octets_in, sent, WINDOW);
    expect_buffers_kept();
}

static void a_peer_that_never_reads_stalls_only_itself(void **state)
{
    (void)state;
    rig_serve();
    struct peer *stalled = connect_slow(rig_host(1));
    stalled->is_deaf = false;
    fill(stalled, stalled->device_mss);
    struct peer *other = peer_new(rig_host(2));
    assert_true(peer_connect(other));
    peer_exchange(other, 5 * WINDOW);
    peer_finish(other);
    assert_int_equal(echo_tcp_open(), 1);
    acknowledge_all(stalled, WINDOW);
    peer_finish(stalled);
}

/// A peer that has read on, but says so only when it is asked. What fits is sent, or, where there
/// is no memory to divide a segment, an octet to ask.
static void a_peer_whose_window_is_smaller_than_what_waits_is_asked_for_it(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = peer_new(rig_host(1));
    peer->acks_at_once = false;
    peer->window = 265 + 200;
    assert_true(peer_connect(peer));
    peer_send(peer, 265);
    peer->window = 200;
    peer_ack_all(peer);
    rig_settle();
    peer_send(peer, 245);
    assert_int_equal(peer->received, 265);
    peer->window = 4000;
    peer->acks_at_once = true;
    rig_advance(10 * 1000);
    assert_int_equal(peer->received, 265 + 245);
    peer_finish(peer);
}

static void all_others_stalled_one_is_still_served(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    config.tcp.idle_timeout_s = 0;
    rig_start(&config);
    for (unsigned n = 0; n + 1 < ECHO_TCP_CONNECTIONS_MAX; n++) {
        struct peer *peer = connect_slow(rig_host(1 + n / ECHO_TCP_PEER_CONNECTIONS_MAX));
        peer->segment_octets = (RX_BUFFER_OCTETS - 56) / 2 + 1; // no two in a buffer
        peer_send(peer, peer_room(peer));
    }
    assert_int_equal(echo_tcp_counters.aborted_buffers, 0);
    struct host *host = rig_host(3);
    struct peer *other = peer_new(host);
    assert_true(peer_connect(other));
    for (struct peer *peer = host->next->peers; peer != NULL; peer = peer->next) {
        peer->is_deaf = true; // whatever is sent again; it would be checked for ever
    }
    peer_exchange(other, 5 * WINDOW);
    peer_finish(other);
    host_send_udp(host, 5000, 7, "still there", 11);
    rig_settle();
    assert_int_equal(host->datagrams, 1);
    assert_int_equal(ethif_counters.rx_drop_no_buffer, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(segments_of_one_octet_share_buffers),
        CLAIM(segments_of_one_octet_acknowledged_in_odd_portions_share_buffers),
        CLAIM(the_worst_segment_size_keeps_within_the_buffers),
        CLAIM(any_mixture_of_segments_keeps_within_the_buffers),
        CLAIM(the_window_opens_by_whole_buffers),
        CLAIM(the_window_opens_fully_again),
        CLAIM(octets_beyond_the_window_are_not_taken),
        CLAIM(a_peer_that_never_reads_stalls_only_itself),
        CLAIM(a_peer_whose_window_is_smaller_than_what_waits_is_asked_for_it),
        CLAIM(all_others_stalled_one_is_still_served),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
