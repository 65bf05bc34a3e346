// SPDX-License-Identifier: BSD-3-Clause
// However many connections there are, that of a segment stands first when lwIP looks for it, and
// none is lost or there twice.
#include <string.h>

#include "demux.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/ethernet.h"
#include "unit.h"

enum {
    PEERS = 40,
    TIMER_MS = 250, // of lwIP's TCP
    ETHERNET_OCTETS = 14,
    IP4_OCTETS = 20,
    TCP_OCTETS = 20,
    FRAGMENT_AT = 6, // in an IPv4 header
    PROTOCOL_AT = 9,
    NEXT_HEADER_AT = 6, // in an IPv6 header
};

static struct peer *peers[PEERS];
static struct packet_frame frame;

/// Fills `frame` with a segment of `peer`.
static void segment_of(const struct peer *peer)
{
    struct route route = host_route(peer->host);
    const struct segment segment = {.src_port = peer->port,
                                    .dst_port = peer->device_port,
                                    .flags = TCP_ACK,
                                    .scale = -1};
    static const struct fragment whole;
    u8_t tcp[TCP_OCTETS];
    size_t octets = packet_build_tcp(tcp, &route, &segment);
    assert_true(packet_build(&frame, &route, PROTOCOL_TCP, &whole, tcp, octets));
}

static void give(void)
{
    struct pbuf *p = rig_pbuf(&frame);
    demux_frame(p);
    pbuf_free(p);
}

static void give_segment_of(const struct peer *peer)
{
    segment_of(peer);
    give();
}

static bool is_of(const struct tcp_pcb *pcb, const struct peer *peer)
{
    return pcb != NULL && pcb->remote_port == peer->port &&
           (IP_IS_V6_VAL(pcb->remote_ip) != 0) == peer->host->address.is_ip6;
}

static bool is_first(const struct peer *peer)
{
    return is_of(tcp_active_pcbs, peer);
}

/// Returns how often the connection of `peer` is in lwIP's list.
static size_t times_listed(const struct peer *peer)
{
    size_t n = 0;
    size_t all = 0;
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
        n += is_of(pcb, peer);
        assert_true(++all <= MEMP_NUM_TCP_PCB);
    }
    return n;
}

/// Connects those of the peers that are not, every third over IPv6.
static void connect_all(void)
{
    for (size_t i = 0; i < PEERS; i++) {
        if (peers[i] == NULL) {
            peers[i] = peer_new(i % 3 == 0 ? rig_host_ip6(3) : rig_host(1));
            assert_true(peer_connect(peers[i]));
        }
    }
}

static int setup(void **state)
{
    memset(peers, 0, sizeof peers);
    return rig_setup(state);
}

static void the_connection_of_a_segment_comes_first(void **state)
{
    (void)state;
    rig_serve();
    connect_all();
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < PEERS; i++) { // the one that has rested longest
            give_segment_of(peers[i]);
            assert_true(is_first(peers[i]));
        }
    }
    for (size_t i = 0; i < PEERS; i++) {
        assert_int_equal(times_listed(peers[i]), 1);
        peer_exchange(peers[i], 100);
    }
}

static void what_is_no_segment_changes_nothing(void **state)
{
    (void)state;
    rig_serve();
    connect_all();
    struct peer *last = peers[1];
    u8_t *ip = frame.data + ETHERNET_OCTETS;
    give_segment_of(peers[2]);
    segment_of(last);
    while (--frame.octets > 0) {
        give();
    }
    segment_of(last);
    ip[PROTOCOL_AT] = IP_PROTO_UDP;
    give();
    segment_of(last);
    ip[FRAGMENT_AT] = 0x20; // more fragments
    give();
    segment_of(last);
    ip[FRAGMENT_AT + 1] = 1;
    give();
    segment_of(last);
    put16(ip - 2, ETHTYPE_ARP);
    give();
    segment_of(peers[0]);
    ip[NEXT_HEADER_AT] = 0; // an extension header
    give();
    segment_of(last);
    put16(ip + IP4_OCTETS, 9); // nobody's port
    give();
    assert_true(is_first(peers[2]));
}

/// Those that were ended must not be touched, which sanitizers and the edges of lwIP's pools tell.
static void none_is_lost_however_connections_come_and_go(void **state)
{
    (void)state;
    rig_serve();
    for (int step = 0; step < 4000; step++) {
        connect_all();
        u32_t draw = target_random();
        struct peer **peer = &peers[(draw >> 16) % PEERS];
        switch (draw >> 28) {
        case 0:
            peer_rst(*peer);
            rig_settle();
            give_segment_of(*peer);
            peer_free(*peer);
            *peer = NULL;
            break;
        case 1:
            peer_finish(*peer);
            give_segment_of(*peer);
            peer_free(*peer);
            *peer = NULL;
            break;
        case 2:
            rig_advance(TIMER_MS);
            break;
        case 3:
            peer_exchange(*peer, 10); // lwIP itself puts it in front
            break;
        default:
            give_segment_of(*peer);
            break;
        }
    }
    connect_all();
    for (size_t i = 0; i < PEERS; i++) {
        assert_int_equal(times_listed(peers[i]), 1);
    }
}

/// It stands first until its peer answers, and nobody has taken note of it.
static void one_that_is_half_open_hides_no_other(void **state)
{
    (void)state;
    rig_serve();
    connect_all();
    for (size_t i = 0; i < PEERS; i++) { // each comes first from behind another
        give_segment_of(peers[i]);
        struct peer *late = peer_new(rig_host(1));
        late->is_half_open = true;
        peer_connect(late);
        give_segment_of(peers[i]);
        assert_true(is_first(peers[i]));
        for (size_t n = 0; n < PEERS; n++) {
            assert_int_equal(times_listed(peers[n]), 1);
        }
    }
}

/// lwIP's timer frees connections without taking them off its list one by one.
static void those_that_the_timer_ends_are_forgotten(void **state)
{
    (void)state;
    rig_serve();
    connect_all();
    for (size_t i = 0; i < PEERS; i += 2) {
        peer_send(peers[i], 100);
        peers[i]->is_deaf = true; // its echo is never acknowledged
    }
    for (int i = 0; i < 400; i++) {
        rig_advance(2500);
        for (size_t n = 0; n < PEERS; n++) {
            give_segment_of(peers[n]);
        }
    }
    for (size_t i = 0; i < PEERS; i++) {
        assert_true(times_listed(peers[i]) <= 1);
    }
}

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    assert_int_equal(err, ERR_OK);
    struct tcp_pcb **last = arg;
    *last = pcb;
    return ERR_OK;
}

/// Those that the device has closed are in another list for a while.
static void what_has_been_closed_is_not_open_again(void **state)
{
    (void)state;
    rig_serve();
    connect_all();
    struct tcp_pcb *last = NULL;
    struct tcp_pcb *listener = tcp_new();
    assert_int_equal(tcp_bind(listener, IP_ANY_TYPE, 9), ERR_OK);
    listener = tcp_listen(listener);
    tcp_arg(listener, &last);
    tcp_accept(listener, on_accept);
    struct tcp_pcb *pcbs[4];
    struct peer *clients[LWIP_ARRAYSIZE(pcbs)];
    for (size_t i = 0; i < LWIP_ARRAYSIZE(pcbs); i++) {
        clients[i] = peer_new(rig_host(1));
        clients[i]->device_port = 9;
        assert_true(peer_connect(clients[i]));
        pcbs[i] = last;
    }
    for (size_t n = 0; n < LWIP_ARRAYSIZE(pcbs); n++) { // in the order in which they were listed
        char answer[1];
        clients[n]->answer = answer;
        clients[n]->acks_at_once = true;
        tcp_close(pcbs[n]);
        rig_settle();
        peer_fin(clients[n]);
        assert_int_equal(pcbs[n]->state, TIME_WAIT);
    }
    for (size_t i = 0; i < LWIP_ARRAYSIZE(pcbs); i++) {
        give_segment_of(clients[i]);
        assert_int_equal(times_listed(clients[i]), 0);
    }
    tcp_close(listener);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, setup, rig_teardown)

int main(void)
{
    const struct CMUnitTest cases[] = {
        CASE(the_connection_of_a_segment_comes_first),
        CASE(what_is_no_segment_changes_nothing),
        CASE(none_is_lost_however_connections_come_and_go),
        CASE(what_has_been_closed_is_not_open_again),
        CASE(one_that_is_half_open_hides_no_other),
        CASE(those_that_the_timer_ends_are_forgotten),
    };
    return cmocka_run_group_tests(cases, NULL, NULL);
}
