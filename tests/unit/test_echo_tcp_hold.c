// SPDX-License-Identifier: BSD-3-Clause
// The TCP echo's `hold`: octets are kept until the peer's FIN or until there are too many of them.
// No peer may end up waiting for the device while the device waits for the peer.
#include "unit.h"

static struct peer *serve_and_connect(u32_t hold_octets)
{
    rig_serve_hold(hold_octets);
    return rig_connect();
}

static void nothing_comes_back_before_fin(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect(500);
    for (int i = 0; i < 5; i++) {
        peer_send(peer, 100);
        rig_advance(10000);
    }
    assert_int_equal(peer->received, 0);
    assert_int_equal(echo_tcp_octets_held(), 500);
    peer_finish(peer);
    assert_int_equal(peer->received, 500);
}

static void fin_with_the_only_octets_brings_them_back(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect(500);
    peer_send_fin(peer, 10);
    assert_int_equal(peer->received, 10);
    assert_true(peer->fin_received);
}

static void fin_without_octets_is_answered(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect(500);
    peer_fin(peer);
    assert_true(peer->fin_received);
}

static void the_octet_above_hold_starts_the_echo(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect(1);
    peer_send(peer, 1);
    assert_int_equal(peer->received, 0);
    peer_send(peer, 1);
    assert_int_equal(peer->received, 2);
}

static void each_connection_holds_for_itself(void **state)
{
    (void)state;
    struct peer *first = serve_and_connect(300);
    struct peer *second = rig_connect();
    peer_send(first, 300);
    peer_send(second, 300);
    assert_int_equal(first->received + second->received, 0);
    peer_send(first, 1);
    assert_int_equal(first->received, 301);
    assert_int_equal(second->received, 0);
}

/// A peer that sends whenever the window lets it gets everything back, without sending FIN.
static void expect_no_deadlock(u32_t hold_octets, struct peer *peer)
{
    assert_true(peer_connect(peer));
    peer_exchange(peer, hold_octets + 1 + 2 * TCP_MSS);
    peer_finish(peer);
}

static void the_largest_hold_does_not_deadlock(void **state)
{
    (void)state;
    rig_serve_hold(ECHO_TCP_HOLD_MAX);
    expect_no_deadlock(ECHO_TCP_HOLD_MAX, rig_peer());
}

static void the_largest_hold_does_not_deadlock_without_window_scaling(void **state)
{
    (void)state;
    rig_serve_hold(ECHO_TCP_HOLD_MAX);
    struct peer *peer = rig_peer();
    peer->scale = -1;
    expect_no_deadlock(ECHO_TCP_HOLD_MAX, peer);
}

static void the_largest_hold_does_not_deadlock_with_small_segments(void **state)
{
    (void)state;
    rig_serve_hold(ECHO_TCP_HOLD_MAX);
    struct peer *peer = rig_peer();
    peer->segment_octets = 7;
    expect_no_deadlock(ECHO_TCP_HOLD_MAX, peer);
}

#if LWIP_IPV6
static void the_largest_hold_does_not_deadlock_over_ip6(void **state)
{
    (void)state;
    rig_serve_hold(ECHO_TCP_HOLD_MAX);
    expect_no_deadlock(ECHO_TCP_HOLD_MAX, peer_new(rig_host_ip6(1)));
}
#endif

/// As Linux does: it sends only full segments, but a shorter one when nothing has moved for a
/// while.
static void a_window_filled_by_full_segments_but_for_a_rest_does_not_deadlock(void **state)
{
    (void)state;
    struct peer *peer = serve_and_connect(ECHO_TCP_HOLD_MAX);
    while (peer->received == 0 && peer_room(peer) >= peer->device_mss) {
        peer_send(peer, peer->device_mss);
    }
    peer_exchange(peer, 2 * (size_t)peer->device_mss);
    peer_finish(peer);
}

static void a_full_hold_with_unread_echo_waits_for_its_peer(void **state)
{
    (void)state;
    rig_serve_hold(400);
    struct peer *peer = rig_peer();
    peer->window = 0;
    peer->scale = -1;
    assert_true(peer_connect(peer));
    peer_send(peer, 400);
    peer_fin(peer);
    rig_advance(30000);
    assert_int_equal(peer->received, 0);
    peer->window = 1000;
    rig_advance(60000);
    assert_int_equal(peer->received, 400);
    assert_true(peer->fin_received);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(nothing_comes_back_before_fin),
        CLAIM(fin_with_the_only_octets_brings_them_back),
        CLAIM(fin_without_octets_is_answered),
        CLAIM(the_octet_above_hold_starts_the_echo),
        CLAIM(each_connection_holds_for_itself),
        CLAIM(the_largest_hold_does_not_deadlock),
        CLAIM(the_largest_hold_does_not_deadlock_without_window_scaling),
        CLAIM(the_largest_hold_does_not_deadlock_with_small_segments),
#if LWIP_IPV6
        CLAIM(the_largest_hold_does_not_deadlock_over_ip6),
#endif
        CLAIM(a_window_filled_by_full_segments_but_for_a_rest_does_not_deadlock),
        CLAIM(a_full_hold_with_unread_echo_waits_for_its_peer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
