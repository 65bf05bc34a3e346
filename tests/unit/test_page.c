// SPDX-License-Identifier: BSD-3-Clause
// The device's own page: what it answers, and that lwIP's web server stays within its bounds.
#include <string.h>

#include "page.h"
#include "unit.h"

enum {
    PAGE_PORT = 80,
    STATISTICS_PIECES = 40,
};

static char answer[1 << 16];
static bool too_long; // a piece of the statistics that fits no block

/// Statistics that fill a bit more than half of a block with each piece.
static size_t statistics_read(struct page_place *place, char *block, size_t octets)
{
    size_t n = PAGE_BLOCK_OCTETS / 2 + 10;
    if (place->piece == STATISTICS_PIECES || octets < n || too_long) {
        return 0;
    }
    memset(block, 'a' + place->piece++ % 26, n);
    return n;
}

static err_t start(u16_t port)
{
    struct page_config config = {.port = port, .read = statistics_read};
    return page_start(&config);
}

static int page_setup(void **state)
{
    rig_setup(state);
    memset(&page_counters, 0, sizeof(page_counters));
    memset(answer, 0, sizeof(answer));
    too_long = false;
    rig_serve();
    assert_int_equal(start(PAGE_PORT), ERR_OK);
    rig_note_pools();
    return 0;
}

static int page_teardown(void **state)
{
    fault_clear();
    page_stop();
    rig_settle();
    return rig_teardown(state);
}

#define PAGE_CLAIM(name) cmocka_unit_test_setup_teardown(name, page_setup, page_teardown)

static struct peer *browser_at(struct host *host)
{
    struct peer *peer = peer_new(host);
    peer->device_port = PAGE_PORT;
    peer->answer = answer;
    peer->answer_octets = sizeof(answer);
    peer->acks_at_once = true;
    return peer;
}

static struct peer *browser_of(unsigned host)
{
    return browser_at(rig_host(host));
}

static struct peer *browser(void)
{
    return browser_of(1);
}

static struct peer *browser_connect(void)
{
    struct peer *peer = browser();
    assert_true(peer_connect(peer));
    return peer;
}

/// Ends a connection that the device has closed.
static void end(struct peer *peer)
{
    assert_true(peer->fin_received && !peer->reset);
    if (!peer->fin_sent) {
        peer_fin(peer);
    }
    assert_true(peer->device_acked_fin);
}

/// Asks, ends the connection, and returns the answer.
static const char *get(const char *request)
{
    struct peer *peer = browser_connect();
    memset(answer, 0, sizeof(answer));
    peer_say(peer, request, false);
    end(peer);
    return answer;
}

static bool begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static void page_and_statistics_are_served_whole(void **state)
{
    (void)state;
    const char *page = get("GET / HTTP/1.1\r\n\r\n");
    assert_true(begins(page, "HTTP/1.0 200 OK\r\nContent-Type: text/html"));
    assert_non_null(strstr(page, "Content-Encoding: gzip\r\n"));
    const char *statistics = get("GET /stats.json HTTP/1.1\r\n\r\n");
    assert_true(begins(statistics, "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n"));
    const char *body = strstr(statistics, "\r\n\r\n") + 4;
    assert_int_equal(strlen(body), STATISTICS_PIECES * (PAGE_BLOCK_OCTETS / 2 + 10));
    assert_int_equal(page_counters.pages, 1);
    assert_int_equal(page_counters.statistics, 1);
    assert_true(log_has("page: serving port=80"));
}

static void anything_else_is_not_found_or_not_answered(void **state)
{
    (void)state;
    assert_true(begins(get("GET /x HTTP/1.1\r\n\r\n"), "HTTP/1.0 404 "));
    assert_string_equal(get("POST / HTTP/1.1\r\n\r\n"), "");
    assert_int_equal(page_counters.not_found, 1);
}

static void a_peer_that_has_said_all_gets_its_answer(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) { // FIN in the request's segment, or behind it
        struct peer *peer = browser_connect();
        peer->acks_at_once = i == 0;
        peer_say(peer, i == 0 ? "GET /none HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n", i == 0);
        if (i == 1) {
            peer_fin(peer);
            peer->acks_at_once = true;
            peer_ack_all(peer);
            rig_settle();
        }
        end(peer);
    }
    assert_int_equal(page_counters.pages, 1);
    assert_int_equal(page_counters.not_found, 1);
}

static void at_most_one_block_is_under_way(void **state)
{
    (void)state;
    struct peer *peer = browser_connect();
    peer->acks_at_once = false;
    peer_say(peer, "GET /stats.json HTTP/1.1\r\n\r\n", false);
    size_t received = 0;
    for (int i = 0; i < 5; i++) {
        rig_advance(500);
        assert_in_range(peer->received - received, 1, PAGE_BLOCK_OCTETS);
        peer_ack(peer, received + 1); // an octet is no reason to send more
        rig_settle();
        received = peer->received;
        peer_ack_all(peer);
        rig_settle();
    }
}

/// lwIP loses the buffer of data whose segment also lets the connection be closed.
static void data_with_the_last_acknowledgement_costs_no_buffer(void **state)
{
    (void)state;
    struct peer *peer = browser_connect();
    peer->acks_at_once = false;
    peer_say(peer, "GET /none HTTP/1.1\r\n\r\n", false);
    assert_true(begins(answer, "HTTP/1.0 404 "));
    peer->acked = peer->received;
    peer_say(peer, "and more", false); // acknowledges all
    assert_true(peer->fin_received && !peer->reset);
    assert_int_equal(rxbuf_stats.used, 0);
    peer_ack_all(peer);
    rig_settle();
    end(peer);
}

static void what_follows_a_request_is_not_kept(void **state)
{
    (void)state;
    struct peer *peer = browser_connect();
    peer->acks_at_once = false;
    peer_say(peer, "GET /stats.json HTTP/1.1\r\n\r\n", false);
    for (int i = 0; i < 20; i++) {
        peer_say(peer, "GET / HTTP/1.1\r\n\r\n", false);
    }
    assert_int_equal(rxbuf_stats.used, 0);
    assert_int_equal(page_counters.pages, 0);
    peer_rst(peer);
}

static void no_connection_outlives_its_time(void **state)
{
    (void)state;
    const char *const requests[] = {NULL, "GET /", "GET /stats.json HTTP/1.1\r\n\r\n"};
    for (size_t i = 0; i < 3; i++) {
        struct peer *peer = browser_connect();
        peer->acks_at_once = false;
        if (requests[i] != NULL) {
            peer_say(peer, requests[i], false);
        }
        rig_advance((PAGE_LIFE_S + 2) * 1000);
        assert_true(peer->reset || peer->fin_received);
        if (!peer->reset) {
            peer->acks_at_once = true;
            peer_ack_all(peer);
            peer_fin(peer);
        }
        rig_advance(3000);
    }
    assert_in_range(page_counters.ended_late, 1, 3);
    rig_wait_for_pools();
}

static void time_wait_is_short(void **state)
{
    (void)state;
    get("GET / HTTP/1.1\r\n\r\n");
    rig_advance(2100);
    assert_int_equal(lwip_stats.memp[MEMP_TCP_PCB]->used, 0);
}

static void a_peer_gets_no_more_than_its_share(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PAGE_PEER_CONNECTIONS_MAX; i++) {
        browser_connect();
    }
    struct peer *more = browser();
    peer_connect(more);
    assert_true(more->reset);
    assert_int_equal(page_counters.refused_peer, 1);
    assert_true(peer_connect(browser_of(2)));
}

static void the_oldest_makes_room_once_it_is_not_young(void **state)
{
    (void)state;
    struct peer *first = browser_connect();
    rig_advance(10);
    for (unsigned i = 1; i < PAGE_CONNECTIONS_MAX; i++) {
        assert_true(peer_connect(browser_of(1 + i / (PAGE_PEER_CONNECTIONS_MAX - 1))));
    }
    struct peer *early = browser_of(9);
    peer_connect(early);
    assert_true(early->reset && !first->reset);
    assert_int_equal(page_counters.refused_full, 1);
    rig_advance(1000);
    assert_true(peer_connect(browser_of(9)));
    assert_true(first->reset);
    assert_int_equal(page_counters.ended_old, 1);
}

static void the_oldest_makes_room_wherever_its_record_is(void **state)
{
    (void)state;
    struct peer *first = browser_connect();
    struct peer *second = browser_connect();
    rig_advance(1000);
    peer_rst(first); // its record is the next one's
    for (unsigned i = 1; i < PAGE_CONNECTIONS_MAX; i++) {
        assert_true(peer_connect(browser_of(2 + i / PAGE_PEER_CONNECTIONS_MAX)));
    }
    assert_int_equal(page_counters.ended_old, 0);
    assert_true(peer_connect(browser_of(9)));
    assert_true(second->reset);
    assert_int_equal(page_counters.ended_old, 1);
}

/// Connects all but one of those that can be, from `host` and those after it.
static void connect_all_but_one(struct peer *peers[], unsigned host)
{
    for (unsigned i = 1; i < PAGE_CONNECTIONS_MAX; i++) {
        peers[i] = browser_of(host + i / PAGE_PEER_CONNECTIONS_MAX);
        assert_true(peer_connect(peers[i]));
    }
}

static void connections_that_are_over_make_room_at_once(void **state)
{
    (void)state;
    struct peer *peers[PAGE_CONNECTIONS_MAX] = {browser_connect()};
    rig_advance(2000);
    connect_all_but_one(peers, 2);
    for (unsigned i = 1; i < PAGE_CONNECTIONS_MAX; i++) {
        if (i % 2 == 0) {
            peer_say(peers[i], "GET / HTTP/1.1\r\n\r\n", false);
            end(peers[i]); // in TIME-WAIT
        } else {
            peer_rst(peers[i]);
        }
    }
    connect_all_but_one(peers, 6);
    assert_false(peers[0]->reset); // the oldest
    assert_int_equal(page_counters.accepted, 2 * PAGE_CONNECTIONS_MAX - 1);
    assert_int_equal(page_counters.ended_old + page_counters.ended_late, 0);
}

static void the_memory_of_a_connection_may_be_another_services(void **state)
{
    (void)state;
    struct peer *peer = browser_connect();
    peer_rst(peer);
    struct peer *echoed = rig_connect();
    rig_advance((PAGE_LIFE_S + 2) * 1000);
    assert_false(echoed->reset);
    peer_exchange(echoed, 100);
    assert_int_equal(page_counters.ended_late, 0);
}

static void without_memory_for_a_connection_the_next_one_is_served(void **state)
{
    (void)state;
    fault_refuse(MEMP_TCP_PCB, true);
    assert_false(peer_connect(browser()));
    fault_refuse(MEMP_TCP_PCB, false);
    assert_int_equal(page_counters.accepted, 0);
    assert_true(begins(get("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.0 200 "));
    assert_int_equal(page_counters.accepted, 1);
}

static void a_browser_that_scales_its_window_is_answered_whole(void **state)
{
    (void)state;
    struct peer *peer = browser();
    peer->scale = 7;
    assert_true(peer_connect(peer));
    peer_say(peer, "GET /stats.json HTTP/1.1\r\n\r\n", false);
    end(peer);
    const char *body = strstr(answer, "\r\n\r\n") + 4;
    assert_int_equal(strlen(body), STATISTICS_PIECES * (PAGE_BLOCK_OCTETS / 2 + 10));
}

static void browsers_of_one_ip6_network_share_what_a_peer_gets(void **state)
{
    (void)state;
    struct peer *first = browser_at(rig_host_ip6(1));
    assert_true(peer_connect(first));
    for (unsigned i = 1; i < PAGE_PEER_CONNECTIONS_MAX; i++) {
        assert_true(peer_connect(browser_at(rig_host_ip6(1 + i % 8))));
    }
    struct peer *more = browser_at(rig_host_ip6(9));
    peer_connect(more);
    assert_true(more->reset);
    assert_int_equal(page_counters.refused_peer, 1);
    assert_true(peer_connect(browser()));
    peer_say(first, "GET / HTTP/1.1\r\n\r\n", false);
    end(first);
    assert_true(begins(answer, "HTTP/1.0 200 "));
}

static void peers_that_take_only_small_segments_are_not_served(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct peer *peer = browser();
        peer->mss = i == 0 ? 100 : 1460;
        peer->window = i == 0 ? 60000 : 100;
        assert_true(peer_connect(peer));
        peer_say(peer, "GET / HTTP/1.1\r\n\r\n", false);
        assert_true(peer->reset);
    }
    assert_int_equal(page_counters.refused_small, 2);
}

static void without_memory_an_answer_is_late_or_short_and_nothing_else(void **state)
{
    (void)state;
    for (size_t nth = 0; nth < 30; nth++) {
        struct peer *peer = browser();
        fault_fail(nth, 3);
        peer_connect(peer);
        if (peer->open && !peer->reset) {
            peer_say(peer, "GET /stats.json HTTP/1.1\r\n\r\n", false);
        }
        fault_clear();
        rig_advance((PAGE_LIFE_S + 3) * 1000);
        if (peer->open && !peer->reset) {
            peer_rst(peer);
        }
    }
    rig_wait_for_pools();
    assert_true(begins(get("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.0 200 "));
}

static void a_piece_that_fits_no_block_ends_the_answer(void **state)
{
    (void)state;
    too_long = true;
    const char *statistics = get("GET /stats.json HTTP/1.1\r\n\r\n");
    assert_int_equal(strlen(statistics), strlen(strstr(statistics, "application/json")) +
                                             strlen("HTTP/1.0 200 OK\r\nContent-Type: "));
    assert_string_equal(strstr(statistics, "\r\n\r\n"), "\r\n\r\n");
}

static void it_starts_once_on_a_port_that_is_free(void **state)
{
    (void)state;
    assert_int_equal(start(81), ERR_VAL);
    page_stop();
    page_stop();
    assert_int_equal(start(7), ERR_USE);
    assert_int_equal(start(0), ERR_OK);
    fault_refuse(MEMP_TCP_PCB, true);
    assert_int_equal(start(PAGE_PORT), ERR_MEM);
    fault_refuse(MEMP_TCP_PCB, false);
    fault_refuse(MEMP_TCP_PCB_LISTEN, true);
    assert_int_equal(start(PAGE_PORT), ERR_MEM);
    fault_refuse(MEMP_TCP_PCB_LISTEN, false);
    assert_int_equal(start(PAGE_PORT), ERR_OK);
    get("GET / HTTP/1.1\r\n\r\n");
}

static void a_stop_resets_every_connection(void **state)
{
    (void)state;
    struct peer *served = browser_connect();
    struct peer *half_open = browser();
    half_open->is_half_open = true;
    peer_connect(half_open);
    get("GET / HTTP/1.1\r\n\r\n");
    struct peer *echoed = rig_connect();
    page_stop();
    rig_settle();
    assert_true(served->reset && half_open->reset && !echoed->reset);
    assert_int_equal(start(PAGE_PORT), ERR_OK);
    get("GET / HTTP/1.1\r\n\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        PAGE_CLAIM(page_and_statistics_are_served_whole),
        PAGE_CLAIM(anything_else_is_not_found_or_not_answered),
        PAGE_CLAIM(a_peer_that_has_said_all_gets_its_answer),
        PAGE_CLAIM(at_most_one_block_is_under_way),
        PAGE_CLAIM(data_with_the_last_acknowledgement_costs_no_buffer),
        PAGE_CLAIM(what_follows_a_request_is_not_kept),
        PAGE_CLAIM(no_connection_outlives_its_time),
        PAGE_CLAIM(time_wait_is_short),
        PAGE_CLAIM(a_peer_gets_no_more_than_its_share),
        PAGE_CLAIM(the_oldest_makes_room_once_it_is_not_young),
        PAGE_CLAIM(the_oldest_makes_room_wherever_its_record_is),
        PAGE_CLAIM(connections_that_are_over_make_room_at_once),
        PAGE_CLAIM(the_memory_of_a_connection_may_be_another_services),
        PAGE_CLAIM(without_memory_for_a_connection_the_next_one_is_served),
        PAGE_CLAIM(a_browser_that_scales_its_window_is_answered_whole),
        PAGE_CLAIM(browsers_of_one_ip6_network_share_what_a_peer_gets),
        PAGE_CLAIM(peers_that_take_only_small_segments_are_not_served),
        PAGE_CLAIM(without_memory_an_answer_is_late_or_short_and_nothing_else),
        PAGE_CLAIM(a_piece_that_fits_no_block_ends_the_answer),
        PAGE_CLAIM(it_starts_once_on_a_port_that_is_free),
        PAGE_CLAIM(a_stop_resets_every_connection),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
