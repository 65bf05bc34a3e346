// SPDX-License-Identifier: BSD-3-Clause
// Honest clients connect and echo while others flood the device. What a defence does is seen by
// switching it off.
#include "flood.h"
#include "hooks.h"
#include "lwip/priv/tcp_priv.h"
#include "opts/budget.h"
#include "unit.h"

enum {
    CLIENTS = 100,
    CLIENTS_WITHOUT_DEFENCE = 5, // of which none is served
    BEFORE_MS = 200,             // that the flood lasts before the first client comes
    ROUND_TRIP_MS = 5,
    RETRY_MS = 1000,
    PATIENCE_MS = 3000,
    DATA_OCTETS = 100,
    FORGET_MS = 61 * 1000, // within which fragments are forgotten (RFC 8200 section 4.5)
};

static const struct flood syns = {.kind = FLOOD_SYN};
static const struct flood syns_of_neighbours = {.kind = FLOOD_SYN, .from_neighbours = true};
static const struct flood datagrams = {.kind = FLOOD_UDP};
static const struct flood datagrams_of_neighbours = {.kind = FLOOD_UDP, .from_neighbours = true};
static const struct flood announcements = {.kind = FLOOD_ANNOUNCE, .from_neighbours = true};

/// Sends SYN until it is answered, while the flood goes on; the answer takes its time.
static void connect_patiently(struct peer *peer, const struct flood *flood)
{
    peer->is_half_open = true; // the answer is on its way
    if (!peer_connect(peer)) {
        for (uint32_t ms = RETRY_MS; ms < PATIENCE_MS && !peer->open; ms += RETRY_MS) {
            flood_advance(flood, RETRY_MS);
            peer_retransmit(peer);
        }
    }
    flood_advance(flood, ROUND_TRIP_MS);
    peer->is_half_open = false;
}

/// One client of `host`, from SYN to the last octet of its echo. Returns whether it was served.
static bool client_is_served(struct host *host, const struct flood *flood)
{
    struct peer *peer = peer_new(host);
    connect_patiently(peer, flood);
    if (peer->open) {
        peer_ack_all(peer);
        rig_settle();
    }
    if (peer->open && !peer->reset) {
        peer_send(peer, DATA_OCTETS);
        flood_advance(flood, ROUND_TRIP_MS);
    }
    bool served = peer->received == DATA_OCTETS && !peer->reset;
    if (peer->open && !peer->reset) {
        peer_rst(peer);
    }
    peer_free(peer);
    return served;
}

/// Returns how many clients, one after the other, are served during a flood.
static int clients_served(struct host *host, const struct flood *flood, int clients)
{
    int served = 0;
    flood_advance(flood, BEFORE_MS);
    for (int i = 0; i < clients; i++) {
        served += client_is_served(host, flood);
    }
    return served;
}

static void during_a_flood_of_syns_clients_are_served(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    assert_int_equal(clients_served(host, &syns, CLIENTS), CLIENTS);
    assert_true(hooks_counters.half_open_ended > CLIENTS / 4);
    assert_int_equal(clients_served(host, &syns_of_neighbours, CLIENTS), CLIENTS);
    struct peer *next = rig_connect(); // as soon as it has ended
    peer_exchange(next, DATA_OCTETS);
}

static void but_not_if_half_open_connections_stay(void **state)
{
    (void)state;
    rig_serve();
    defence_off = &hooks_counters.half_open_ended;
    assert_int_equal(clients_served(rig_host(1), &syns, CLIENTS_WITHOUT_DEFENCE), 0);
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
    flood_advance(&syns, BEFORE_MS);
    assert_int_equal(half_open(), TCP_HALF_OPEN_MAX);
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
    flood_advance(&syns, BEFORE_MS);
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
        struct peer *peer = rig_connect();
        peer->acks_at_once = false;
        peer_fin(peer);
        assert_true(peer->fin_received);
    }
    assert_int_equal(clients_served(rig_host(1), &syns, CLIENTS), CLIENTS);
}

/// What waits for its other fragments has buffers of its own, and is forgotten.
static void during_a_flood_of_fragments_clients_are_served(void **state)
{
    (void)state;
    rig_serve();
    for (int is_ip6 = 0; is_ip6 <= LWIP_IPV6; is_ip6++) {
        const struct flood flood = {.kind = FLOOD_FRAGMENT, .is_ip6 = is_ip6};
        struct host *host = is_ip6 ? rig_host_ip6(1) : rig_host(1);
        assert_int_equal(clients_served(host, &flood, CLIENTS), CLIENTS);
        assert_in_range(rxbuf_stats.used, 0, IP_REASS_MAX_PBUFS * 2);
        rig_advance(FORGET_MS);
        assert_int_equal(rxbuf_stats.used, 0);
    }
}

/// Returns how many clients of each flood that opens nothing are served, though the device has no
/// time to resolve their address.
static int clients_served_of_each(bool is_ip6, int clients)
{
    static const struct flood *const floods[] = {&datagrams, &datagrams_of_neighbours,
                                                 &announcements};
    struct host *host = is_ip6 ? rig_host_ip6(1) : rig_host(1);
    host->is_mute = true;
    int served = clients;
    for (size_t i = 0; i < LWIP_ARRAYSIZE(floods); i++) {
        struct flood flood = *floods[i];
        flood.is_ip6 = is_ip6;
        int n = clients_served(host, &flood, clients);
        served = LWIP_MIN(served, n);
    }
    return served;
}

static void during_a_flood_of_anything_else_clients_are_served(void **state)
{
    (void)state;
    rig_serve();
    for (int is_ip6 = 0; is_ip6 <= LWIP_IPV6; is_ip6++) {
        assert_int_equal(clients_served_of_each(is_ip6, CLIENTS), CLIENTS);
    }
}

static void but_not_if_answers_wait_for_addresses(void **state)
{
    (void)state;
    rig_serve();
    defence_off = &ethif_counters.tx_direct;
    assert_int_equal(clients_served_of_each(false, CLIENTS_WITHOUT_DEFENCE), 0);
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(during_a_flood_of_syns_clients_are_served),
        CLAIM(but_not_if_half_open_connections_stay),
        CLAIM(half_open_connections_leave_one_pcb),
        CLAIM(half_open_connections_take_nothing_from_served_ones),
        CLAIM(a_handshake_finds_room_among_connections_that_never_end),
        CLAIM(during_a_flood_of_fragments_clients_are_served),
        CLAIM(during_a_flood_of_anything_else_clients_are_served),
        CLAIM(but_not_if_answers_wait_for_addresses),
    };
    return cmocka_run_group_tests_name("floods", claims, NULL, NULL);
}
