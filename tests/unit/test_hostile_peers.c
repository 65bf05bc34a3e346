// SPDX-License-Identifier: BSD-3-Clause
// Peers that would make the device answer for ever, or hold its memory for ever. Each claim is
// followed by what happens with that one defence switched off.
#include "lwip/timeouts.h"
#include "unit.h"

enum {
    STORM_MAX = 1000, // datagrams, after which the test ends it
    IDLE_S = 5,
    PAST_IDLE_MS = 7000,
    SHARE = 3,
    REFUSALS = 1000,
    REFUSALS_S = 10,
};

static size_t storm;

/// The other echo of a pair, which answers whatever comes.
static bool echo_back(const struct packet *packet)
{
    if (packet->protocol == PROTOCOL_UDP && packet->dst_port == 7 && storm < STORM_MAX) {
        storm++;
        host_send_udp(rig_host(1), 7, 7, packet->data, packet->data_octets);
    }
    return false;
}

/// Forges one datagram to the device in the other echo's name. Returns how many answers follow.
static size_t storm_begin(void)
{
    rig_serve();
    storm = 0;
    struct host *host = rig_host(1);
    rig.on_frame = echo_back;
    host_send_udp(host, 7, 7, "x", 1);
    rig_settle();
    return storm;
}

static void one_datagram_starts_no_storm_between_two_echoes(void **state)
{
    (void)state;
    assert_int_equal(storm_begin(), 0);
    assert_int_equal(echo_udp_counters.drop_source_port, 1);
}

static void but_one_that_never_ends_if_any_port_is_answered(void **state)
{
    (void)state;
    defence_off = &echo_udp_counters.drop_source_port;
    assert_int_equal(storm_begin(), STORM_MAX);
}

/// Sends a datagram in a neighbour's name to all of the network. Returns what the device sends.
static size_t answers_to_broadcast(void)
{
    rig_serve();
    struct host *host = rig_host(1);
    host->device = address_ip4(198, 51, 100, 255);
    size_t frames = rig.frames;
    host_send_udp(host, 5000, 7, "x", 1);
    rig_settle();
    return rig.frames - frames;
}

static void a_broadcast_is_not_answered(void **state)
{
    (void)state;
    assert_int_equal(answers_to_broadcast(), 0);
    assert_int_equal(echo_udp_counters.drop_not_unicast, 1);
}

static void but_by_every_device_if_any_destination_is_answered(void **state)
{
    (void)state;
    defence_off = &echo_udp_counters.drop_not_unicast;
    assert_int_equal(answers_to_broadcast(), 1);
}

/// Serves with a short idle timeout.
static void serve_impatiently(void)
{
    struct app_config config = app_config_default();
    config.tcp.idle_timeout_s = IDLE_S;
    rig_start(&config);
}

/// Lets peers whose cable is pulled take every connection. Returns whether another one is served
/// after the idle timeout.
static bool is_served_after_silence(void)
{
    serve_impatiently();
    for (unsigned i = 0; i < ECHO_TCP_CONNECTIONS_MAX; i++) {
        struct peer *peer = peer_new(rig_host(1 + i / ECHO_TCP_PEER_CONNECTIONS_MAX));
        assert_true(peer_connect(peer));
        peer->is_deaf = true;
    }
    assert_false(peer_connect(peer_new(rig_host(3))));
    rig_advance(PAST_IDLE_MS);
    return peer_connect(peer_new(rig_host(3)));
}

static void peers_that_fell_silent_make_room(void **state)
{
    (void)state;
    assert_true(is_served_after_silence());
}

static void but_never_without_the_idle_timeout(void **state)
{
    (void)state;
    defence_off = &echo_tcp_counters.aborted_idle;
    assert_false(is_served_after_silence());
}

/// A peer that sends and never takes its echo: its window is closed, and it says so again and
/// again. Returns whether the device gives it up.
static bool is_given_up_behind_a_closed_window(void)
{
    serve_impatiently();
    struct peer *peer = rig_peer();
    peer->window = 0;
    assert_true(peer_connect(peer));
    peer_send(peer, 100);
    assert_true(echo_tcp_octets_held() > 0);
    for (int i = 0; i < 2 * IDLE_S; i++) {
        rig_advance(1000);
        peer_ack(peer, peer->acked);
        rig_settle();
    }
    return peer->reset && echo_tcp_octets_held() == 0;
}

static void a_peer_that_never_opens_its_window_is_given_up(void **state)
{
    (void)state;
    assert_true(is_given_up_behind_a_closed_window());
}

static void but_holds_buffers_for_ever_without_the_idle_timeout(void **state)
{
    (void)state;
    defence_off = &echo_tcp_counters.aborted_idle;
    assert_false(is_given_up_behind_a_closed_window());
}

#if LWIP_IPV6
/// One host connects from one address after the other, of its network of 64 bits.
/// Returns how many connections it gets.
static unsigned connections_of_one_network(void)
{
    struct app_config config = app_config_default();
    config.tcp.peer_connections = SHARE;
    rig_start(&config);
    unsigned n = 0;
    for (unsigned i = 1; i <= SHARE + 1; i++) {
        n += peer_connect(peer_new(rig_host_ip6(i)));
    }
    return n;
}

static void a_host_with_many_addresses_gets_no_more_than_its_share(void **state)
{
    (void)state;
    assert_int_equal(connections_of_one_network(), SHARE);
    assert_int_equal(echo_tcp_counters.refused_peer, 1);
    struct host *other = rig_host_ip6(SHARE + 1);
    other->address = address_ip6((uint16_t[8]){0xfe80, 0, 0, 0, 0, 0, 1, 1});
    other->device = address_ip6((uint16_t[8]){0xfe80, 0, 0, 0, 0, 0xc6ff, 0xfe33, 0x6402});
    host_announce(other);
    assert_true(peer_connect(peer_new(other)));
    assert_true(peer_connect(peer_new(rig_host(1))));
}

static void but_takes_what_it_wants_if_nobody_counts(void **state)
{
    (void)state;
    defence_off = &echo_tcp_counters.refused_peer;
    assert_int_equal(connections_of_one_network(), SHARE + 1);
}
#endif

/// Lets memory for segments be gone for a while. Returns the octets that came back afterwards.
static size_t octets_back_after_a_shortage(void)
{
    serve_impatiently();
    struct peer *peer = rig_connect();
    fault_refuse(MEMP_TCP_SEG, true);
    peer_send(peer, 100);
    rig_advance(1000);
    fault_refuse(MEMP_TCP_SEG, false);
    rig_advance(2000);
    return peer->received;
}

static void what_memory_did_not_suffice_for_comes_later(void **state)
{
    (void)state;
    assert_int_equal(octets_back_after_a_shortage(), 100);
}

static void but_never_if_a_write_that_failed_counts_as_done(void **state)
{
    (void)state;
    defence_off = &echo_tcp_counters.write_retries;
    assert_int_equal(octets_back_after_a_shortage(), 0);
}

/// Takes all connections and asks for more. Returns how many lines the log gets of it.
static size_t lines_about_refusals(void)
{
    rig_serve();
    for (unsigned i = 0; i < ECHO_TCP_CONNECTIONS_MAX; i++) {
        assert_true(peer_connect(peer_new(rig_host(1 + i / ECHO_TCP_PEER_CONNECTIONS_MAX))));
    }
    for (int i = 0; i < REFUSALS; i++) {
        assert_false(peer_connect(peer_new(rig_host(3))));
        rig_advance(REFUSALS_S * 1000 / REFUSALS);
    }
    assert_int_equal(echo_tcp_counters.refused_full, REFUSALS);
    return log_count("tcp: refuse ");
}

static void refusals_do_not_fill_the_log(void **state)
{
    (void)state;
    assert_int_equal(lines_about_refusals(), REFUSALS_S);
}

static void but_each_is_a_line_without_a_limit(void **state)
{
    (void)state;
    defence_off = &echo_tcp_counters.refused_full;
    assert_int_equal(lines_about_refusals(), REFUSALS);
}

static bool has_run;

static void on_time(void *arg)
{
    (void)arg;
    has_run = true;
}

/// Starts a timer that is due behind the wrap of the clock. Returns whether it runs at once.
static bool runs_before_the_wrap(const void *off)
{
    rig_start_device();
    defence_off = off;
    has_run = false;
    sys_timeout(CLOCK_BEFORE_WRAP_MS + 500, on_time, NULL);
    sys_check_timeouts();
    defence_off = NULL;
    sys_timeouts_init(); // of the device's own timers, none may have been put off for weeks
    return has_run;
}

static void a_timer_waits_for_the_wrap_of_the_clock(void **state)
{
    (void)state;
    assert_false(runs_before_the_wrap(NULL));
}

static void but_not_if_times_are_compared_as_numbers(void **state)
{
    (void)state;
    assert_true(runs_before_the_wrap(lwip_cyclic_timers));
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(one_datagram_starts_no_storm_between_two_echoes),
        CLAIM(but_one_that_never_ends_if_any_port_is_answered),
        CLAIM(a_broadcast_is_not_answered),
        CLAIM(but_by_every_device_if_any_destination_is_answered),
        CLAIM(peers_that_fell_silent_make_room),
        CLAIM(but_never_without_the_idle_timeout),
        CLAIM(a_peer_that_never_opens_its_window_is_given_up),
        CLAIM(but_holds_buffers_for_ever_without_the_idle_timeout),
#if LWIP_IPV6
        CLAIM(a_host_with_many_addresses_gets_no_more_than_its_share),
        CLAIM(but_takes_what_it_wants_if_nobody_counts),
#endif
        CLAIM(what_memory_did_not_suffice_for_comes_later),
        CLAIM(but_never_if_a_write_that_failed_counts_as_done),
        CLAIM(refusals_do_not_fill_the_log),
        CLAIM(but_each_is_a_line_without_a_limit),
        CLAIM(a_timer_waits_for_the_wrap_of_the_clock),
        CLAIM(but_not_if_times_are_compared_as_numbers),
    };
    return cmocka_run_group_tests_name("peers", claims, NULL, NULL);
}
