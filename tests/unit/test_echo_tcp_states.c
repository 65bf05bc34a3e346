// SPDX-License-Identifier: BSD-3-Clause
// The TCP echo's state table: a case a row, and for rows of any state a case a state.
#include "guard.h"
#include "unit.h"

enum {
    OCTETS = 100,
    HOLD = 300,
    LONG_MS = 60 * 1000,
};

static_assert((int)HOLD <= (int)ECHO_TCP_HOLD_MAX, "every profile can hold what is sent here");

/// Serves and brings a connection to HOLDING with octets that nobody echoes.
static struct peer *bring_to_holding(const struct app_config *config)
{
    struct app_config holding = *config;
    holding.tcp.hold_octets = HOLD;
    rig_start(&holding);
    struct peer *peer = rig_connect();
    peer_send(peer, OCTETS);
    assert_int_equal(peer->received, 0);
    return peer;
}

/// The same for ECHOING: the octets came back, but the peer does not acknowledge them.
static struct peer *bring_to_echoing(const struct app_config *config)
{
    rig_start(config);
    struct peer *peer = rig_connect();
    peer->acks_at_once = false;
    peer_send(peer, OCTETS);
    assert_int_equal(peer->received, OCTETS);
    return peer;
}

/// The same for DRAINING: the peer has sent FIN besides.
static struct peer *bring_to_draining(const struct app_config *config)
{
    struct peer *peer = bring_to_echoing(config);
    peer_fin(peer);
    assert_false(peer->fin_received);
    return peer;
}

typedef struct peer *bring_to(const struct app_config *config);

static void expect_open(u32_t octets_held)
{
    assert_int_equal(echo_tcp_open(), 1);
    assert_int_equal(echo_tcp_octets_held(), octets_held);
}

/// The connection was reset by the device, which holds nothing of it any more.
static void expect_abort(const struct peer *peer, const char *reason, COUNTER_T counter)
{
    assert_true(peer->reset);
    assert_int_equal(counter, 1);
    assert_int_equal(echo_tcp_open(), 0);
    assert_int_equal(echo_tcp_counters.octets_discarded, OCTETS);
    assert_int_equal(rxbuf_stats.used, 0);
    assert_true(log_has(reason));
}

// Row 1
static void accepted_with_hold_it_holds(void **state)
{
    (void)state;
    rig_serve_hold(HOLD);
    struct peer *peer = rig_connect();
    expect_open(0);
    peer_send(peer, HOLD);
    rig_advance(LONG_MS);
    assert_int_equal(peer->received, 0);
    expect_open(HOLD);
}

// Row 2
static void accepted_without_hold_it_echoes(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_connect();
    expect_open(0);
    peer_send(peer, 1);
    assert_int_equal(peer->received, 1);
    expect_open(0);
}

// Row 3
static void holding_echoes_once_more_than_hold_is_held(void **state)
{
    (void)state;
    rig_serve_hold(HOLD);
    struct peer *peer = rig_connect();
    peer_send(peer, HOLD);
    assert_int_equal(peer->received, 0);
    peer_send(peer, 1);
    assert_int_equal(peer->received, HOLD + 1);
    peer_send(peer, 1);
    assert_int_equal(peer->received, HOLD + 2);
}

// Row 4
static void holding_drains_at_the_peers_fin(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    struct peer *peer = bring_to_holding(&config);
    peer_fin(peer);
    assert_int_equal(peer->received, OCTETS);
    assert_true(peer->fin_received);
    assert_int_equal(echo_tcp_counters.closed, 1);
}

// Rows 5 and 7
static void writes_what_lwip_takes_and_the_rest_later(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_connect();
    fault_refuse(MEMP_TCP_SEG, true);
    peer_send(peer, OCTETS);
    rig_advance(3000);
    assert_int_equal(peer->received, 0);
    assert_true(echo_tcp_counters.write_retries > 0);
    expect_open(OCTETS);
    fault_refuse(MEMP_TCP_SEG, false);
    rig_advance(1000);
    assert_int_equal(peer->received, OCTETS);
    expect_open(0);
}

static void draining_writes_what_lwip_takes_and_the_rest_later(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    struct peer *peer = bring_to_holding(&config);
    fault_refuse(MEMP_TCP_SEG, true);
    peer_fin(peer);
    rig_advance(3000);
    assert_int_equal(peer->received, 0);
    assert_false(peer->fin_received);
    expect_open(OCTETS);
    fault_refuse(MEMP_TCP_SEG, false);
    rig_advance(1000);
    assert_int_equal(peer->received, OCTETS);
    assert_true(peer->fin_received);
    assert_int_equal(echo_tcp_counters.closed, 1);
}

// Row 6
static void echoing_drains_at_the_peers_fin(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    struct peer *peer = bring_to_echoing(&config);
    peer_fin(peer);
    rig_advance(LONG_MS);
    assert_false(peer->fin_received);
    expect_open(OCTETS);
    peer_ack(peer, OCTETS - 1);
    rig_settle();
    assert_false(peer->fin_received);
    peer_ack(peer, OCTETS);
    rig_settle();
    assert_true(peer->fin_received);
}

// Row 8
static void draining_closes_once_nothing_is_held(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_connect();
    peer_fin(peer);
    assert_true(peer->fin_received);
    assert_int_equal(echo_tcp_open(), 0);
    assert_int_equal(echo_tcp_counters.closed, 1);
    assert_true(log_has("reason=finished octets_in=0 octets_out=0 open=0"));
}

static void draining_closes_later_when_there_is_no_memory_for_fin(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_connect();
    fault_refuse(MEMP_TCP_SEG, true);
    peer_fin(peer);
    rig_advance(3000);
    assert_false(peer->fin_received);
    fault_refuse(MEMP_TCP_SEG, false);
    rig_advance(1000);
    assert_true(peer->fin_received);
    assert_int_equal(echo_tcp_counters.closed, 1);
}

// Row 9
static void expect_idle_abort(bring_to *bring)
{
    struct app_config config = app_config_default();
    config.tcp.idle_timeout_s = 10;
    struct peer *peer = bring(&config);
    rig_advance(9900);
    expect_open(OCTETS);
    rig_advance(1600);
    expect_abort(peer, "reason=idle octets_in=100 octets_out=0 open=0",
                 echo_tcp_counters.aborted_idle);
}

static void holding_is_aborted_when_idle(void **state)
{
    (void)state;
    expect_idle_abort(bring_to_holding);
}

static void echoing_is_aborted_when_idle(void **state)
{
    (void)state;
    expect_idle_abort(bring_to_echoing);
}

static void draining_is_aborted_when_idle(void **state)
{
    (void)state;
    expect_idle_abort(bring_to_draining);
}

// Row 10; a peer that wastes buffers: each segment has more headers than any honest one. Octets of
// the last segment, which makes it too many, are discarded with the rest.
static void expect_buffers_abort(u32_t hold_octets)
{
    rig_serve_hold(hold_octets);
    struct host *host = LWIP_IPV6 ? rig_host_ip6(1) : rig_host(1);
    struct peer *peer = peer_new(host);
    assert_true(peer_connect(peer));
    peer->acks_at_once = false;
    peer->option_octets = 40;
    host->option_octets = LWIP_IPV6 ? GUARD_EXTENSION_OCTETS_MAX : 40;
    size_t octets = LWIP_IPV6 ? 650 : 250;
    while (!peer->reset && peer_room(peer) > 0) {
        size_t part = LWIP_MIN(octets, peer_room(peer));
        peer_prepare(peer, part);
        peer_segment(peer, FLAG_ACK, peer->sent, part);
        rig_settle();
        assert_true(rxbuf_stats.used <= ECHO_TCP_CONNECTION_BUFFERS);
    }
    assert_true(peer->reset);
    assert_int_equal(echo_tcp_counters.aborted_buffers, 1);
    assert_int_equal(echo_tcp_counters.octets_discarded, peer->sent);
    assert_int_equal(rxbuf_stats.used, 0);
    assert_true(log_has("reason=buffers"));
}

static void holding_is_aborted_when_it_takes_too_many_buffers(void **state)
{
    (void)state;
    expect_buffers_abort(ECHO_TCP_HOLD_MAX);
}

static void echoing_is_aborted_when_it_takes_too_many_buffers(void **state)
{
    (void)state;
    expect_buffers_abort(0);
}

// Row 11
static void expect_stop_abort(bring_to *bring)
{
    struct app_config config = app_config_default();
    struct peer *peer = bring(&config);
    echo_tcp_stop();
    rig_settle();
    expect_abort(peer, "reason=stopped octets_in=100 octets_out=0 open=0",
                 echo_tcp_counters.aborted_stop);
}

static void holding_is_aborted_when_the_service_stops(void **state)
{
    (void)state;
    expect_stop_abort(bring_to_holding);
}

static void echoing_is_aborted_when_the_service_stops(void **state)
{
    (void)state;
    expect_stop_abort(bring_to_echoing);
}

static void draining_is_aborted_when_the_service_stops(void **state)
{
    (void)state;
    expect_stop_abort(bring_to_draining);
}

// Row 12
static void expect_reset(bring_to *bring)
{
    struct app_config config = app_config_default();
    struct peer *peer = bring(&config);
    peer_rst(peer);
    assert_int_equal(echo_tcp_counters.reset, 1);
    assert_int_equal(echo_tcp_open(), 0);
    assert_int_equal(echo_tcp_counters.octets_discarded, OCTETS);
    assert_int_equal(rxbuf_stats.used, 0);
    assert_int_equal(lwip_stats.memp[MEMP_TCP_PCB]->used, 0);
    assert_int_equal(lwip_stats.memp[MEMP_TCP_SEG]->used, 0);
    assert_true(log_has("reason=reset octets_in=100 octets_out=0 open=0"));
}

static void holding_is_released_by_the_peers_rst(void **state)
{
    (void)state;
    expect_reset(bring_to_holding);
}

static void echoing_is_released_by_the_peers_rst(void **state)
{
    (void)state;
    expect_reset(bring_to_echoing);
}

static void draining_is_released_by_the_peers_rst(void **state)
{
    (void)state;
    expect_reset(bring_to_draining);
}

static void echoing_is_released_when_lwip_gives_the_peer_up(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    config.tcp.idle_timeout_s = 0;
    struct peer *peer = bring_to_echoing(&config);
    peer->is_deaf = true;
    rig_advance(40 * 60 * 1000); // twelve retransmissions, further and further apart
    assert_int_equal(echo_tcp_counters.reset, 1);
    assert_int_equal(rxbuf_stats.used, 0);
}

static void expect_tells(const char *name, u32_t octets_out, u32_t octets_held)
{
    enum {
        QUIET_MS = 250,
    };
    rig_advance(QUIET_MS);
    struct echo_tcp_connection connection;
    assert_true(echo_tcp_connection(0, &connection));
    assert_string_equal(ipaddr_ntoa(&connection.peer_ip), "198.51.100.11");
    assert_int_equal(connection.peer_port, rig_host(1)->peers->port);
    assert_string_equal(connection.state, name);
    assert_int_equal(connection.octets_in, OCTETS);
    assert_int_equal(connection.octets_out, octets_out);
    assert_int_equal(connection.octets_held, octets_held);
    assert_int_equal(connection.idle_ms, QUIET_MS);
    for (u16_t i = 1; i < ECHO_TCP_CONNECTIONS_MAX; i++) {
        assert_false(echo_tcp_connection(i, &connection));
    }
}

static void a_connection_that_holds_tells_so(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    struct peer *peer = bring_to_holding(&config);
    expect_tells("holding", 0, OCTETS);
    peer_rst(peer);
    struct echo_tcp_connection connection;
    assert_false(echo_tcp_connection(0, &connection));
}

static void a_connection_that_echoes_tells_so(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    struct peer *peer = bring_to_echoing(&config);
    expect_tells("echoing", 0, OCTETS);
    peer_ack(peer, OCTETS);
    rig_settle();
    expect_tells("echoing", OCTETS, 0);
}

static void a_connection_that_drains_tells_so(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    bring_to_draining(&config);
    expect_tells("draining", 0, OCTETS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(accepted_with_hold_it_holds),
        CLAIM(accepted_without_hold_it_echoes),
        CLAIM(holding_echoes_once_more_than_hold_is_held),
        CLAIM(holding_drains_at_the_peers_fin),
        CLAIM(writes_what_lwip_takes_and_the_rest_later),
        CLAIM(draining_writes_what_lwip_takes_and_the_rest_later),
        CLAIM(echoing_drains_at_the_peers_fin),
        CLAIM(draining_closes_once_nothing_is_held),
        CLAIM(draining_closes_later_when_there_is_no_memory_for_fin),
        CLAIM(holding_is_aborted_when_idle),
        CLAIM(echoing_is_aborted_when_idle),
        CLAIM(draining_is_aborted_when_idle),
        CLAIM(holding_is_aborted_when_it_takes_too_many_buffers),
        CLAIM(echoing_is_aborted_when_it_takes_too_many_buffers),
        CLAIM(holding_is_aborted_when_the_service_stops),
        CLAIM(echoing_is_aborted_when_the_service_stops),
        CLAIM(draining_is_aborted_when_the_service_stops),
        CLAIM(holding_is_released_by_the_peers_rst),
        CLAIM(echoing_is_released_by_the_peers_rst),
        CLAIM(draining_is_released_by_the_peers_rst),
        CLAIM(echoing_is_released_when_lwip_gives_the_peer_up),
        CLAIM(a_connection_that_holds_tells_so),
        CLAIM(a_connection_that_echoes_tells_so),
        CLAIM(a_connection_that_drains_tells_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
