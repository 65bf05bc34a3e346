// SPDX-License-Identifier: BSD-3-Clause
// Honest clients connect and echo while others flood the device. Each claim fails with the defence
// that it names switched off.
#include "flood.h"
#include "hooks.h"
#include "lwip/priv/tcp_priv.h"
#include "unit.h"

enum {
    CLIENTS = 100,
    CLIENTS_WITHOUT_DEFENCE = 5, // of which none is served
    BEFORE_MS = 200,             // that the flood lasts before the first client comes
    ROUND_TRIP_MS = 10,
    RETRY_MS = 1000,
    PATIENCE_MS = 3000,
    DATA_OCTETS = 100,
};

/// Sends SYN until it is answered, while the flood goes on; the answer takes its time.
static void connect_patiently(struct peer *peer, flood_frame *make)
{
    peer->is_half_open = true; // the answer is on its way
    if (!peer_connect(peer)) {
        for (uint32_t ms = RETRY_MS; ms < PATIENCE_MS && !peer->open; ms += RETRY_MS) {
            flood_advance(make, RETRY_MS);
            peer_retransmit(peer);
        }
    }
    flood_advance(make, ROUND_TRIP_MS);
    peer->is_half_open = false;
}

/// One client, from SYN to the last octet of its echo. Returns whether it was served.
static bool client_is_served(flood_frame *make)
{
    struct peer *peer = peer_new(rig_host(1));
    connect_patiently(peer, make);
    if (peer->open) {
        peer_ack_all(peer);
        rig_settle();
    }
    if (peer->open && !peer->reset) {
        peer_send(peer, DATA_OCTETS);
        flood_advance(make, ROUND_TRIP_MS);
    }
    bool served = peer->received == DATA_OCTETS && !peer->reset;
    if (peer->open && !peer->reset) {
        peer_rst(peer);
    }
    peer_free(peer);
    return served;
}

/// Returns how many clients, one after the other, are served during a flood.
static int clients_served(flood_frame *make, int clients)
{
    int served = 0;
    for (int i = 0; i < clients; i++) {
        served += client_is_served(make);
    }
    return served;
}

static void a_flood_of_syns(void **state)
{
    (void)state;
    rig_serve();
    flood_advance(flood_syn, BEFORE_MS);
    assert_int_equal(clients_served(flood_syn, CLIENTS), CLIENTS);
    assert_true(hooks_counters.half_open_ended > CLIENTS);
    flood_advance(flood_syn, BEFORE_MS);
    struct peer *next = rig_connect(); // as soon as it has ended
    peer_exchange(next, DATA_OCTETS);
}

static void a_flood_of_syns_without_the_defence(void **state)
{
    (void)state;
    rig_serve();
    defence_off = &hooks_counters.half_open_ended;
    flood_advance(flood_syn, BEFORE_MS);
    assert_int_equal(clients_served(flood_syn, CLIENTS_WITHOUT_DEFENCE), 0);
}

/// Returns the connections that are half-open.
static int half_open(void)
{
    int n = 0;
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
        n += pcb->state == SYN_RCVD;
    }
    return n;
}

static void half_open_connections_leave_one_pcb(void **state)
{
    (void)state;
    rig_serve();
    flood_advance(flood_syn, BEFORE_MS);
    assert_int_equal(half_open(), MEMP_NUM_TCP_PCB - 1);
    struct tcp_pcb *own = tcp_new();
    assert_non_null(own);
    tcp_abort(own);
}

static void half_open_connections_take_nothing_from_served_ones(void **state)
{
    (void)state;
    rig_serve();
    for (unsigned i = 0; i < ECHO_TCP_CONNECTIONS_MAX; i++) {
        assert_true(peer_connect(peer_new(rig_host(1 + i / ECHO_TCP_PEER_CONNECTIONS_MAX))));
    }
    flood_advance(flood_syn, BEFORE_MS);
    assert_int_equal(half_open(), MEMP_NUM_TCP_PCB - ECHO_TCP_CONNECTIONS_MAX);
    for (struct host *host = rig.hosts; host != NULL; host = host->next) {
        for (struct peer *peer = host->peers; peer != NULL; peer = peer->next) {
            peer_exchange(peer, DATA_OCTETS);
        }
    }
    assert_int_equal(echo_tcp_open(), ECHO_TCP_CONNECTIONS_MAX);
}

/// Connections that wait for the last acknowledgement make room before handshakes do.
static void a_handshake_finds_room_among_connections_that_never_end(void **state)
{
    (void)state;
    rig_serve();
    for (unsigned i = 0; i < MEMP_NUM_TCP_PCB; i++) {
        struct peer *peer = peer_new(rig_host(1));
        assert_true(peer_connect(peer));
        peer->acks_at_once = false;
        peer_fin(peer);
        assert_true(peer->fin_received);
    }
    flood_advance(flood_syn, BEFORE_MS);
    assert_int_equal(clients_served(flood_syn, CLIENTS), CLIENTS);
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(a_flood_of_syns),
        CLAIM(a_flood_of_syns_without_the_defence),
        CLAIM(half_open_connections_leave_one_pcb),
        CLAIM(half_open_connections_take_nothing_from_served_ones),
        CLAIM(a_handshake_finds_room_among_connections_that_never_end),
    };
    return cmocka_run_group_tests_name("floods", claims, NULL, NULL);
}
