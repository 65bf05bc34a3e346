// SPDX-License-Identifier: BSD-3-Clause
// Peers that made lwIP panic, or took its heap, with some segments of theirs. What a defence keeps
// off is seen in a process of its own, which dies without it.
#include "child.h"
#include "guard.h"
#include "heap.h"
#include "hooks.h"
#include "opts/budget.h"
#include "unit.h"

enum {
    SMALL_MSS = 10,
    ASKERS = LWIP_MIN(ECHO_TCP_PEER_CONNECTIONS_MAX, 32),
    DATA_OCTETS = 100,
    LARGEST_OF_IP6 = 65487, // what a packet can carry behind its headers
};

static void (*scenario)(void);
static const COUNTER_T *scenario_defence;

static void scenario_run(void)
{
    rig_serve();
    defence_off = scenario_defence;
    scenario();
}

/// Returns whether the device panics in the scenario with one defence switched off.
static bool panics_without(const COUNTER_T *defence, void (*wanted)(void))
{
    scenario = wanted;
    scenario_defence = defence;
    return child_aborts(scenario_run);
}

/// A peer that offers no window from the start.
static struct peer *connect_with_closed_window(struct host *host)
{
    struct peer *peer = peer_new(host);
    peer->window = 0;
    assert_true(peer_connect(peer));
    return peer;
}

/// A peer that has let the device send `window` octets, and has no room any more.
static struct peer *connect_and_close_window(struct host *host, uint32_t window)
{
    struct peer *peer = peer_new(host);
    peer->scale = -1;
    peer->window = window;
    assert_true(peer_connect(peer));
    peer_exchange(peer, 1);
    peer->window = 0;
    peer_exchange(peer, peer->window_end - peer->received);
    return peer;
}

/// Sends the peer's next octet with an option for the maximum segment size.
static void send_with_mss(struct peer *peer, uint16_t mss)
{
    uint8_t upper[60 + 1];
    const struct route route = host_route(peer->host);
    peer_prepare(peer, 1);
    const struct segment segment = {
        .src_port = peer->port,
        .dst_port = peer->device_port,
        .seq = peer->iss + 1 + (uint32_t)peer->sent,
        .ack = peer->irs + 1 + (uint32_t)peer->acked,
        .flags = FLAG_ACK | FLAG_PSH,
        .mss = mss,
        .scale = -1,
        .data = peer->stream + peer->sent,
        .data_octets = 1,
    };
    peer->sent++;
    host_send(peer->host, PROTOCOL_TCP, upper, packet_build_tcp(upper, &route, &segment));
    rig_settle();
}

static void shrink_segments(void)
{
    struct peer *peer = connect_and_close_window(rig_host(1), 200);
    peer_send(peer, DATA_OCTETS);
    send_with_mss(peer, SMALL_MSS);
    rig_advance(5000);
    peer->window = 65535;
    peer_ack_all(peer);
    peer_exchange(peer, DATA_OCTETS);
    peer_finish(peer);
}

static void segments_that_shrink_while_others_wait(void **state)
{
    (void)state;
    rig_serve();
    shrink_segments();
}

static void but_lwip_panics_if_it_sees_the_option(void **state)
{
    (void)state;
    assert_true(panics_without(&hooks_counters.options_hidden, shrink_segments));
}

/// Fills the window but for its first octets, with a last segment that reaches beyond it.
static void overhang(void)
{
    struct peer *peer = peer_new(rig_host(1));
    peer->scale = -1; // or there would be more room than is announced at first
    peer->window = 0;
    assert_true(peer_connect(peer));
    size_t end = peer->device_window_end;
    peer_prepare(peer, end + 1000);
    peer_segment(peer, FLAG_ACK, end - 1, 1000);
    rig_settle();
    peer->sent = 0;
    while (peer->sent + 1 < end) {
        size_t octets = LWIP_MIN(end - 1 - peer->sent, peer->device_mss);
        peer_segment(peer, FLAG_ACK, peer->sent, octets);
        rig_settle();
    }
    rig_advance(1000);
    peer_rst(peer);
}

static void octets_out_of_order_that_reach_beyond_the_window(void **state)
{
    (void)state;
    rig_serve();
    overhang();
    struct peer *other = rig_connect();
    peer_exchange(other, DATA_OCTETS);
    if (TCP_QUEUE_OOSEQ) {
        assert_true(hooks_counters.drop_overhang > 0);
    }
}

static void but_lwip_panics_if_it_keeps_them(void **state)
{
    (void)state;
    assert_int_equal(panics_without(&hooks_counters.drop_overhang, overhang), TCP_QUEUE_OOSEQ);
}

/// lwIP would go on probing when there is nothing left to probe with.
static void a_probe_that_is_acknowledged_and_was_the_last_octet(void **state)
{
    (void)state;
    static const uint32_t windows[] = {0, 1, 1000};
    rig_serve();
    for (size_t i = 0; i < LWIP_ARRAYSIZE(windows); i++) {
        struct peer *peer = connect_with_closed_window(rig_host(1));
        peer_send(peer, 1);
        for (int s = 0; s < 60 && peer->segments == 0; s++) {
            rig_advance(1000);
        }
        assert_int_equal(peer->segments, 1);
        peer->received = 1; // the peer takes what the probe brought
        peer->window = windows[i];
        peer_ack_all(peer);
        rig_advance(60 * 1000);
        peer->window = 65535;
        peer_ack_all(peer);
        peer_exchange(peer, DATA_OCTETS);
        peer_finish(peer);
    }
}

/// Peers keep a segment each waiting, and ask for two octets of it.
/// Returns the heap that it takes.
static size_t heap_of_tiny_windows(void)
{
    rig_serve();
    for (unsigned i = 0; i < ASKERS; i++) {
        struct peer *peer = connect_and_close_window(rig_host(1), 2 * TCP_MSS);
        peer_send(peer, LWIP_MIN(peer->device_mss, peer_room(peer)));
        peer->window = 2;
        peer_ack_all(peer);
        peer->acks_at_once = false;
    }
    rig_advance(5000);
    return heap_stats()->used;
}

static void windows_of_two_octets_take_no_copies(void **state)
{
    (void)state;
    assert_in_range(heap_of_tiny_windows(), 0, ASKERS * 2 * TCP_HEADER_OCTETS);
    assert_true(hooks_counters.window_closed > 0);
    struct peer *other = peer_new(rig_host(2));
    assert_true(peer_connect(other));
    peer_exchange(other, DATA_OCTETS);
}

static void but_lwip_cuts_what_waits_to_size_in_the_heap(void **state)
{
    (void)state;
    defence_off = &hooks_counters.window_closed;
    bool takes_copies = heap_of_tiny_windows() > ASKERS * 2 * TCP_HEADER_OCTETS;
    assert_int_equal(takes_copies, HEAP_HOLDS_FRAMES);
}

#if LWIP_IPV6
static void send_what_no_packet_of_ip6_can_carry(void)
{
    static const uint8_t data[LARGEST_OF_IP6 + 40];
    struct host *host = rig_host_ip6(1);
    for (size_t octets = LARGEST_OF_IP6 - 7; octets <= sizeof data; octets++) {
        host_send_udp(host, 5000, 7, data, octets);
        rig_settle();
    }
}

static void fragments_that_are_too_many_for_their_headers(void **state)
{
    (void)state;
    rig_serve();
    send_what_no_packet_of_ip6_can_carry();
    struct host *host = rig_host_ip6(1);
    size_t datagrams = host->datagrams;
    host_send_udp(host, 5000, 7, "x", 1);
    rig_settle();
    assert_int_equal(host->datagrams, datagrams + 1);
}

static void but_lwip_panics_if_it_puts_them_together(void **state)
{
    (void)state;
    bool can_hold_them = ECHO_UDP_OCTETS_MAX >= LARGEST_OF_IP6;
    assert_int_equal(panics_without(&guard_ip_counters.drop_fragment_shape,
                                    send_what_no_packet_of_ip6_can_carry),
                     can_hold_them);
}
#endif

static void the_service_starts_again_beside_a_connection_that_never_ends(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_connect();
    peer->acks_at_once = false;
    peer_fin(peer);
    assert_true(peer->fin_received);
    echo_tcp_stop();
    const struct echo_tcp_config config = app_config_default().tcp;
    assert_int_equal(echo_tcp_start(&config), ERR_OK);
    peer_exchange(rig_connect(), DATA_OCTETS);
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(segments_that_shrink_while_others_wait),
        CLAIM(but_lwip_panics_if_it_sees_the_option),
        CLAIM(octets_out_of_order_that_reach_beyond_the_window),
        CLAIM(but_lwip_panics_if_it_keeps_them),
        CLAIM(a_probe_that_is_acknowledged_and_was_the_last_octet),
        CLAIM(windows_of_two_octets_take_no_copies),
        CLAIM(but_lwip_cuts_what_waits_to_size_in_the_heap),
#if LWIP_IPV6
        CLAIM(fragments_that_are_too_many_for_their_headers),
        CLAIM(but_lwip_panics_if_it_puts_them_together),
#endif
        CLAIM(the_service_starts_again_beside_a_connection_that_never_ends),
    };
    return cmocka_run_group_tests_name("panics", claims, NULL, NULL);
}
