// SPDX-License-Identifier: BSD-3-Clause
// The TCP echo's limits: connections, time, and what it refuses to start with.
#include "lwip/priv/tcp_priv.h"
#include "unit.h"

enum {
    CONNECTIONS = ECHO_TCP_CONNECTIONS_MAX,
    SHARE = ECHO_TCP_PEER_CONNECTIONS_MAX,
};

static_assert(CONNECTIONS <= 2 * SHARE, "two hosts can take every connection");

/// Opens `n` connections, as many as possible from host 1 and the rest from host 2.
static void connect_many(unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        assert_true(peer_connect(peer_new(rig_host(1 + i / SHARE))));
    }
    assert_int_equal(echo_tcp_open(), n);
}

static void one_connection_too_many_is_reset_and_counted(void **state)
{
    (void)state;
    rig_serve();
    connect_many(CONNECTIONS);
    struct peer *peer = peer_new(rig_host(2));
    assert_false(peer_connect(peer));
    assert_true(peer->reset);
    assert_int_equal(echo_tcp_counters.refused_full, 1);
    assert_int_equal(echo_tcp_counters.accepted, CONNECTIONS);
    assert_int_equal(log_count("tcp: refuse peer=198.51.100.12:"), 1);
    assert_int_equal(log_count(" reason=full open="), 1);
}

static void a_connection_that_ends_makes_room_for_another(void **state)
{
    (void)state;
    rig_serve();
    connect_many(CONNECTIONS);
    struct peer *last = rig_host(2)->peers;
    peer_exchange(last, 100);
    peer_finish(last);
    struct peer *next = peer_new(rig_host(2));
    assert_true(peer_connect(next));
    peer_exchange(next, 100);
    assert_int_equal(echo_tcp_open(), CONNECTIONS);
    assert_int_equal(echo_tcp_counters.refused_full, 0);
}

static void a_peer_gets_no_more_than_its_share(void **state)
{
    (void)state;
    rig_serve();
    connect_many(SHARE);
    struct peer *greedy = rig_peer();
    assert_false(peer_connect(greedy));
    assert_true(greedy->reset);
    assert_int_equal(echo_tcp_counters.refused_peer, 1);
    assert_int_equal(log_count(" reason=peer open="), 1);
    struct peer *other = peer_new(rig_host(2));
    assert_true(peer_connect(other));
    peer_exchange(other, 100);
    peer_rst(rig_host(1)->peers->next); // one of the greedy peer's, which it may replace
    assert_true(peer_connect(rig_peer()));
}

static void the_share_is_configured(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    config.tcp.peer_connections = 1;
    rig_start(&config);
    rig_connect();
    assert_false(peer_connect(rig_peer()));
    assert_true(peer_connect(peer_new(rig_host(2))));
    assert_int_equal(echo_tcp_counters.refused_peer, 1);
}

static void without_memory_a_connection_is_not_opened_and_counted(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_peer();
    fault_refuse(MEMP_TCP_PCB, true);
    assert_false(peer_connect(peer));
    assert_int_equal(echo_tcp_counters.refused_memory, 1);
    fault_refuse(MEMP_TCP_PCB, false);
    peer_retransmit(peer);
    assert_true(peer->open);
    peer_exchange(peer, 100);
}

static struct peer *connect_with_idle_timeout(u32_t idle_timeout_s)
{
    struct app_config config = app_config_default();
    config.tcp.idle_timeout_s = idle_timeout_s;
    rig_start(&config);
    return rig_connect();
}

// All of these cross the wrap of the clock, 2.5 s after the start of a case.

static void a_connection_without_progress_ends_after_the_idle_timeout(void **state)
{
    (void)state;
    struct peer *peer = connect_with_idle_timeout(5);
    rig_advance(4900);
    assert_false(peer->reset);
    rig_advance(1600); // the resolution is a second, and lwIP's timer half of one
    assert_true(peer->reset);
    assert_int_equal(echo_tcp_counters.aborted_idle, 1);
}

static void octets_that_come_in_are_progress(void **state)
{
    (void)state;
    struct peer *peer = connect_with_idle_timeout(5);
    for (int i = 0; i < 5; i++) {
        rig_advance(4900);
        peer_exchange(peer, 1);
    }
    assert_false(peer->reset);
    rig_advance(6500);
    assert_true(peer->reset);
}

static void octets_that_are_acknowledged_are_progress(void **state)
{
    (void)state;
    struct peer *peer = connect_with_idle_timeout(5);
    peer->acks_at_once = false;
    for (size_t i = 1; i <= 3; i++) {
        peer_send(peer, 1); // lwIP counts whole segments
    }
    for (size_t i = 1; i <= 3; i++) {
        rig_advance(4900);
        peer_ack(peer, i);
        rig_settle();
    }
    assert_false(peer->reset);
    rig_advance(6500);
    assert_true(peer->reset);
}

static void segments_without_octets_are_no_progress(void **state)
{
    (void)state;
    struct peer *peer = connect_with_idle_timeout(5);
    for (int i = 0; i < 7; i++) {
        rig_advance(1000);
        peer_ack_all(peer);
        rig_settle();
    }
    assert_true(peer->reset);
}

static void a_closed_window_of_the_peer_is_no_progress(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    config.tcp.idle_timeout_s = 60;
    rig_start(&config);
    struct peer *peer = rig_peer();
    peer->window = 0;
    assert_true(peer_connect(peer));
    peer_send(peer, 100);
    rig_advance(62 * 1000); // probes, which the peer answers
    assert_true(peer->reset);
    assert_int_equal(echo_tcp_counters.aborted_idle, 1);
    assert_int_equal(rxbuf_stats.used, 0);
}

static void an_idle_timeout_of_0_is_never(void **state)
{
    (void)state;
    struct peer *peer = connect_with_idle_timeout(0);
    rig_advance(30u * 3600 * 1000);
    assert_false(peer->reset);
    peer_exchange(peer, 1);
}

static void the_longest_idle_timeout_is_kept(void **state)
{
    (void)state;
    struct peer *peer = connect_with_idle_timeout(ECHO_TCP_IDLE_TIMEOUT_S_MAX);
    rig_advance(1999999u * 1000);
    assert_int_equal(echo_tcp_open(), 1);
    rig_advance(3000);
    assert_int_equal(echo_tcp_counters.aborted_idle, 1);
    assert_false(peer->fin_received);
}

/// Tries to start with `config`, after which nothing may be held.
static void expect_start(const struct echo_tcp_config *config, err_t expected)
{
    size_t pcbs = lwip_stats.memp[MEMP_TCP_PCB]->used;
    size_t listeners = lwip_stats.memp[MEMP_TCP_PCB_LISTEN]->used;
    assert_int_equal(echo_tcp_start(config), expected);
    assert_int_equal(lwip_stats.memp[MEMP_TCP_PCB]->used, pcbs);
    assert_int_equal(lwip_stats.memp[MEMP_TCP_PCB_LISTEN]->used, listeners);
    assert_null(tcp_bound_pcbs);
    assert_false(log_has("tcp: serving"));
}

static void values_out_of_limits_are_refused(void **state)
{
    (void)state;
    rig_start_device();
    const struct echo_tcp_config good = app_config_default().tcp;
    struct echo_tcp_config bad = good;
    bad.port = 0;
    expect_start(&bad, ERR_VAL);
    bad = good;
    bad.hold_octets = ECHO_TCP_HOLD_MAX + 1;
    expect_start(&bad, ERR_VAL);
    bad = good;
    bad.idle_timeout_s = ECHO_TCP_IDLE_TIMEOUT_S_MAX + 1;
    expect_start(&bad, ERR_VAL);
    bad = good;
    bad.peer_connections = 0;
    expect_start(&bad, ERR_VAL);
}

static void a_port_in_use_is_refused(void **state)
{
    (void)state;
    rig_start_device();
    struct tcp_pcb *other = tcp_new();
    assert_int_equal(tcp_bind(other, IP_ANY_TYPE, 7), ERR_OK);
    struct tcp_pcb *listener = tcp_listen(other);
    const struct echo_tcp_config config = app_config_default().tcp;
    expect_start(&config, ERR_USE);
    tcp_close(listener);
}

static void without_memory_it_does_not_start(void **state)
{
    (void)state;
    rig_start_device();
    const struct echo_tcp_config config = app_config_default().tcp;
    fault_refuse(MEMP_TCP_PCB, true);
    expect_start(&config, ERR_MEM);
    fault_refuse(MEMP_TCP_PCB, false);
    fault_refuse(MEMP_TCP_PCB_LISTEN, true);
    expect_start(&config, ERR_MEM);
    fault_refuse(MEMP_TCP_PCB_LISTEN, false);
    assert_int_equal(echo_tcp_start(&config), ERR_OK);
    echo_tcp_stop();
}

static void it_does_not_start_twice(void **state)
{
    (void)state;
    rig_serve();
    log_clear();
    const struct echo_tcp_config config = app_config_default().tcp;
    expect_start(&config, ERR_VAL);
    peer_exchange(rig_connect(), 100);
}

static void it_serves_again_after_a_stop(void **state)
{
    (void)state;
    rig_serve();
    struct app_config config = app_config_default();
    for (int i = 0; i < 3; i++) {
        peer_exchange(rig_connect(), 100);
        struct peer *open = rig_connect();
        echo_tcp_stop();
        rig_settle();
        assert_true(open->reset);
        assert_int_equal(echo_tcp_open(), 0);
        struct peer *late = rig_peer();
        assert_false(peer_connect(late));
        assert_true(late->reset);
        config.tcp.hold_octets = i == 0 ? 10 : 0;
        assert_int_equal(echo_tcp_start(&config.tcp), ERR_OK);
    }
    assert_int_equal(echo_tcp_counters.aborted_stop, 6);
    peer_exchange(rig_connect(), 100);
}

static void a_stop_without_a_start_does_nothing(void **state)
{
    (void)state;
    rig_start_device();
    echo_tcp_stop();
    echo_tcp_stop();
}

static void half_open_connections_leave_the_served_ones_alone(void **state)
{
    (void)state;
    rig_serve();
    struct peer *served = rig_connect();
    for (unsigned i = 0; i < MEMP_NUM_TCP_PCB + 3; i++) {
        struct peer *peer = rig_peer();
        peer->is_half_open = true;
        peer_connect(peer);
    }
    peer_exchange(served, 3 * TCP_WND);
    assert_int_equal(echo_tcp_open(), 1);
    assert_int_equal(echo_tcp_counters.accepted, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(one_connection_too_many_is_reset_and_counted),
        CLAIM(a_connection_that_ends_makes_room_for_another),
        CLAIM(a_peer_gets_no_more_than_its_share),
        CLAIM(the_share_is_configured),
        CLAIM(without_memory_a_connection_is_not_opened_and_counted),
        CLAIM(a_connection_without_progress_ends_after_the_idle_timeout),
        CLAIM(octets_that_come_in_are_progress),
        CLAIM(octets_that_are_acknowledged_are_progress),
        CLAIM(segments_without_octets_are_no_progress),
        CLAIM(a_closed_window_of_the_peer_is_no_progress),
        CLAIM(an_idle_timeout_of_0_is_never),
        CLAIM(the_longest_idle_timeout_is_kept),
        CLAIM(values_out_of_limits_are_refused),
        CLAIM(a_port_in_use_is_refused),
        CLAIM(without_memory_it_does_not_start),
        CLAIM(it_does_not_start_twice),
        CLAIM(it_serves_again_after_a_stop),
        CLAIM(a_stop_without_a_start_does_nothing),
        CLAIM(half_open_connections_leave_the_served_ones_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
