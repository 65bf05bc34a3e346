// SPDX-License-Identifier: BSD-3-Clause
// The TCP echo when memory runs out or the link fails: octets may come late, but none is lost,
// doubled or left over, whichever allocation fails. All of this runs on lwIP as it is.
#include <string.h>

#include "heap.h"
#include "lwip/stats.h"
#include "unit.h"

enum {
    ROUNDS_MAX = 20000,
    LOOKUP_EXPIRES_MS = 301 * 1000, // lwIP forgets an ARP entry after 300 s
};

/// Sends octets of all sizes, loses nothing, and closes. The connection is opened by whoever calls.
static void exchange_all_sizes(struct peer *peer)
{
    static const size_t amounts[] = {TCP_MSS, 1, 7, 2 * TCP_MSS + 100, 3};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(amounts); i++) {
        peer_exchange(peer, amounts[i]);
    }
    peer_finish(peer);
    assert_int_equal(peer->received, peer->sent);
}

/// Connects however often it takes, as the SYN may meet a device without memory.
static struct peer *connect_patiently(struct host *host)
{
    struct peer *peer = peer_new(host);
    peer_connect(peer);
    for (int i = 0; i < 100 && !peer->open && !peer->reset; i++) {
        rig_advance(1000);
        if (!peer->open) {
            peer_retransmit(peer);
        }
    }
    assert_true(peer->open && !peer->reset);
    return peer;
}

/// The whole life of a connection during which the `nth` allocation and `more` after it fail.
/// Returns whether there were so many.
static bool live_with_fault(struct host *host, size_t nth, size_t more)
{
    size_t closed = (size_t)echo_tcp_counters.closed;
    fault_clear();
    fault_fail(nth, more);
    exchange_all_sizes(connect_patiently(host));
    bool reached = fault_failures() > 0;
    fault_clear();
    rig_advance(5000);
    assert_int_equal(echo_tcp_counters.closed, closed + 1);
    assert_int_equal(echo_tcp_octets_held(), 0);
    assert_int_equal(rxbuf_stats.used, 0);
    assert_int_equal(heap_stats()->used, 0);
    assert_int_equal(lwip_stats.memp[MEMP_TCP_PCB]->used, 0);
    assert_int_equal(lwip_stats.memp[MEMP_TCP_SEG]->used, 0);
    assert_int_equal(lwip_stats.memp[MEMP_PBUF]->used, 0);
    peer_free(host->peers);
    return reached;
}

static void expect_sweep_survived(struct host *host, size_t more)
{
    size_t nth = 1;
    while (live_with_fault(host, nth, more)) {
        nth++;
        assert_true(nth < ROUNDS_MAX);
    }
    assert_true(nth > 20); // there was something to fail
}

static void any_single_allocation_may_fail(void **state)
{
    (void)state;
    rig_serve();
    expect_sweep_survived(rig_host(1), 0);
#if LWIP_IPV6
    expect_sweep_survived(rig_host_ip6(1), 0);
#endif
}

static void any_two_allocations_in_a_row_may_fail(void **state)
{
    (void)state;
    rig_serve();
    expect_sweep_survived(rig_host(1), 1);
}

static void any_dozen_allocations_in_a_row_may_fail(void **state)
{
    (void)state;
    rig_serve();
    expect_sweep_survived(rig_host(1), 11);
}

static void any_single_allocation_may_fail_while_it_holds(void **state)
{
    (void)state;
    rig_serve_hold(TCP_MSS / 2);
    expect_sweep_survived(rig_host(1), 0);
}

static void every_kind_of_memory_may_be_gone_for_a_while(void **state)
{
    (void)state;
    rig_serve();
    for (int kind = 0; kind < FAULT_KINDS; kind++) {
        struct peer *peer = rig_connect();
        peer_exchange(peer, 2 * TCP_MSS);
        fault_refuse(kind, true);
        peer_send(peer, LWIP_MIN(TCP_MSS, peer_room(peer)));
        rig_advance(20 * 1000);
        fault_refuse(kind, false);
        peer_exchange(peer, 2 * TCP_MSS);
        peer_finish(peer);
    }
    assert_true(echo_tcp_counters.write_retries > 0);
}

static void a_reset_while_memory_is_gone_leaves_nothing_held(void **state)
{
    (void)state;
    rig_serve();
    for (int kind = 0; kind < FAULT_KINDS; kind++) {
        struct peer *peer = rig_connect();
        peer->acks_at_once = false;
        peer_send(peer, 100);
        fault_refuse(kind, true);
        peer_send(peer, 100);
        rig_advance(3000);
        fault_refuse(FAULT_RX_BUFFERS, false); // or the reset is not heard
        peer_retransmit(peer);
        peer_rst(peer);
        fault_refuse(kind, false);
        assert_int_equal(echo_tcp_open(), 0);
        assert_int_equal(rxbuf_stats.used, 0);
    }
}

/// Serves, and brings a connection to where the device has forgotten its host, which doesn't
/// answer. What the device sends then waits, as whatever it doesn't send as an answer.
static struct peer *connect_and_be_forgotten(void)
{
    defence_off = &ethif_counters.tx_direct;
    struct app_config config = app_config_default();
    config.tcp.idle_timeout_s = 0;
    rig_start(&config);
    struct peer *peer = rig_connect();
    peer->host->is_mute = true;
    rig_advance(LOOKUP_EXPIRES_MS);
    return peer;
}

static void octets_wait_for_a_host_that_was_forgotten(void **state)
{
    (void)state;
    struct peer *peer = connect_and_be_forgotten();
    struct host *host = peer->host;
    size_t requests = host->arp_requests;
    peer_send(peer, 300);
    assert_int_equal(peer->received, 0);
    assert_true(host->arp_requests > requests);
    host->is_mute = false;
    rig_advance(2000);
    peer_exchange(peer, 10);
    assert_int_equal(peer->received, 310);
}

static void a_host_that_was_forgotten_is_answered_where_it_sent_from(void **state)
{
    (void)state;
    struct peer *peer = connect_and_be_forgotten();
    defence_off = NULL;
    peer_exchange(peer, 300);
    assert_true(ethif_counters.tx_direct > 0);
}

#if LWIP_IPV6
static bool is_lost(const struct packet *packet)
{
    return packet->protocol == PROTOCOL_TCP;
}

/// Its segments take the memory in which one of them could wait for the address.
static void octets_under_way_outlive_a_neighbour_that_is_away_for_a_while(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = peer_new(rig_host_ip6(1));
    assert_true(peer_connect(peer));
    peer->acks_at_once = false;
    rig.on_frame = is_lost;
    peer_send(peer, LWIP_MIN(1220, TCP_MSS / 2));
    peer_send(peer, LWIP_MIN(1220, TCP_MSS / 2));
    peer->host->is_mute = true;
    rig_advance(120 * 1000); // the neighbour is probed, and forgotten
    peer->host->is_mute = false;
    peer->acks_at_once = true;
    rig.on_frame = NULL;
    rig_advance(120 * 1000);
    assert_int_equal(peer->received, peer->sent);
    peer_finish(peer);
}
#endif

/// The last data that a reset connection left behind.
static size_t left_octets;
static uint8_t left_data[PACKET_MTU];

static bool keep_left_octets(const struct packet *packet)
{
    if (packet->protocol == PROTOCOL_TCP && packet->data_octets > 0) {
        left_octets = packet->data_octets;
        memcpy(left_data, packet->data, packet->data_octets);
    }
    return false;
}

static void octets_that_wait_for_a_host_outlive_their_connection(void **state)
{
    (void)state;
    struct peer *peer = connect_and_be_forgotten();
    struct host *host = peer->host;
    peer_send(peer, 300);
    peer_rst(peer);
    assert_int_equal(echo_tcp_open(), 0);
    assert_int_equal(rxbuf_stats.used, 0); // and what was in them is gone
    left_octets = 0;
    rig.on_frame = keep_left_octets;
    host->is_mute = false;
    host_announce(host);
    rig_advance(2000);
    if (left_octets == 0) {
        assert_true(ethif_counters.tx_drop_unresolved > 0); // there was no room to wait in
        return;
    }
    assert_int_equal(left_octets, 300);
    assert_memory_equal(left_data, peer->stream, 300);
}

static void a_device_that_can_not_send_loses_nothing(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_connect();
    rig.wire.refuses_tx = true;
    peer_send(peer, LWIP_MIN(TCP_MSS, 500));
    rig_advance(10 * 1000);
    assert_int_equal(peer->received, 0);
    rig.wire.refuses_tx = false;
    peer_exchange(peer, 5 * TCP_MSS);
    peer_finish(peer);
    assert_true(ethif_counters.tx_drop_refused > 0);
}

static void a_link_that_is_down_for_a_while_loses_nothing(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_connect();
    peer_exchange(peer, 100);
    rig.wire.link_is_down = true;
    rig_advance(30 * 1000);
    rig.wire.link_is_down = false;
    peer_exchange(peer, 5 * TCP_MSS);
    peer_finish(peer);
}

/// lwIP sends a segment again when it was asked for three times, and would put what comes next
/// behind it, though other segments are under way.
static void a_segment_that_waits_to_be_sent_again_stays_as_it_was(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_connect();
    peer->acks_at_once = false;
    peer_send(peer, 1);
    peer_send(peer, 1);
    assert_int_equal(peer->received, 2);
    rig.wire.refuses_tx = true;
    for (int i = 0; i < 3; i++) {
        peer_ack(peer, 0);
    }
    peer_send(peer, 1);
    assert_true(ethif_counters.tx_drop_refused > 0);
    rig.wire.refuses_tx = false;
    rig_advance(2000);
    peer->acks_at_once = true;
    peer_ack_all(peer);
    rig_advance(2000);
    assert_int_equal(peer->received, 3);
    peer_finish(peer);
}

static bool is_chosen(const struct packet *packet)
{
    (void)packet;
    return target_random() % 4 == 0;
}

static void a_quarter_of_all_frames_may_be_lost(void **state)
{
    (void)state;
    rig_serve();
    for (int i = 0; i < 20; i++) {
        struct peer *peer = connect_patiently(rig_host(1));
        rig.on_frame = is_chosen;
        exchange_all_sizes(peer);
        rig.on_frame = NULL;
        rig_advance(1000);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(any_single_allocation_may_fail),
        CLAIM(any_two_allocations_in_a_row_may_fail),
        CLAIM(any_dozen_allocations_in_a_row_may_fail),
        CLAIM(any_single_allocation_may_fail_while_it_holds),
        CLAIM(every_kind_of_memory_may_be_gone_for_a_while),
        CLAIM(a_reset_while_memory_is_gone_leaves_nothing_held),
        CLAIM(octets_wait_for_a_host_that_was_forgotten),
        CLAIM(a_host_that_was_forgotten_is_answered_where_it_sent_from),
#if LWIP_IPV6
        CLAIM(octets_under_way_outlive_a_neighbour_that_is_away_for_a_while),
#endif
        CLAIM(octets_that_wait_for_a_host_outlive_their_connection),
        CLAIM(a_device_that_can_not_send_loses_nothing),
        CLAIM(a_link_that_is_down_for_a_while_loses_nothing),
        CLAIM(a_segment_that_waits_to_be_sent_again_stays_as_it_was),
        CLAIM(a_quarter_of_all_frames_may_be_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
