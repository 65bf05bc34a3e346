// SPDX-License-Identifier: BSD-3-Clause
// States of the echo that a packet can meet, and the clients in them.
#include "state.h"

#include <string.h>

#include "lease.h"
#include "lwip/priv/tcp_priv.h"
#include "mdns.h"
#include "packet.h"
#include "unit.h"

enum {
    CLOSER_PORT = 9,
    PEERS = 1 + LWIP_IPV6,
    IDLE_S = 10,
    ADDRESS_MS = 20000, // within which the device has tried its address: it defends it then
    DATA_OCTETS = 100,
    GAP_OCTETS = 50,
    MORE_OCTETS = 500,
    FIRST_PORT = 50000,
    OTHERS = 2, // number of the hosts that have no part in it
    MDNS_PORT = 5353,
    NAME_MS_MAX = 20000, // within which a name is found that nobody else has
    NAME_PAUSE_MS = 200, // between two answers to single hosts
};

const char *const state_names[] = {
    "no connection", "SYN-RECEIVED", "established", "data held",  "half-closed",
    "LAST-ACK",      "TIME-WAIT",    "selecting",   "requesting", "renewing",
};

static struct host hosts[PEERS];
static struct peer *peers[PEERS];
static bool has_lease;  // the device has its address from a server
static bool is_lenient; // the peers bear with whatever the device sends

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    LWIP_UNUSED_ARG(arg);
    if (err != ERR_OK) {
        return err;
    }
    return tcp_close(pcb);
}

/// Another service, which closes each connection at once.
static void closer_start(void)
{
    struct tcp_pcb *pcb = tcp_new_ip_type(IPADDR_TYPE_ANY);
    assert_non_null(pcb);
    assert_int_equal(tcp_bind(pcb, IP_ANY_TYPE, CLOSER_PORT), ERR_OK);
    pcb = tcp_listen(pcb);
    assert_non_null(pcb);
    tcp_accept(pcb, on_accept);
}

/// The peers see each frame before the other hosts do.
static bool on_frame(const struct packet *packet)
{
    lease_take(packet);
    for (size_t i = 0; i < PEERS; i++) {
        const char *problem = host_take(&hosts[i], packet);
        if (problem != NULL && !is_lenient) {
            fail_msg("a peer got what it must not get: %s", problem);
        }
        if (problem != NULL && peers[i] != NULL) {
            peers[i]->is_deaf = true;
        }
    }
    return false;
}

static void host_start(size_t i)
{
    struct host *host = &hosts[i];
    host_init(host, &rig.wire, 1, i > 0);
    memcpy(host->mac, mac_peer, sizeof host->mac);
    if (i > 0) {
        memcpy(host->address.octets, ip6_peer, 16);
    } else {
        memcpy(host->address.octets, ip4_peer, 4);
    }
    host_announce(host);
    rig_settle();
}

static void hosts_start(void)
{
    for (size_t i = 0; i < PEERS; i++) {
        host_start(i);
    }
    rig.on_frame = on_frame;
}

static struct peer *peer_start(size_t i, enum state state)
{
    struct peer *peer = peer_new(&hosts[i]);
    peer->port = (uint16_t)(FIRST_PORT + i);
    peer->is_half_open = state == STATE_SYN_RECEIVED;
    peer->device_port = state == STATE_TIME_WAIT ? CLOSER_PORT : 7;
    assert_true(peer_connect(peer));
    return peer;
}

/// Out of order: lwIP keeps it where the profile lets it.
static void peer_send_behind_gap(struct peer *peer)
{
    peer_prepare(peer, 2 * GAP_OCTETS);
    peer_segment(peer, FLAG_ACK, peer->sent + GAP_OCTETS, GAP_OCTETS);
    rig_settle();
}

static void peer_bring_to(struct peer *peer, enum state state)
{
    switch (state) {
    case STATE_NO_CONNECTION:
    case STATE_SYN_RECEIVED:
        break;
    case STATE_ESTABLISHED:
        peer_send(peer, DATA_OCTETS);
        assert_int_equal(peer->acked, DATA_OCTETS);
        break;
    case STATE_DATA_HELD:
    case STATE_HALF_CLOSED:
        peer->acks_at_once = false;
        peer_send(peer, DATA_OCTETS);
        assert_int_equal(peer->received, DATA_OCTETS);
        if (state == STATE_DATA_HELD) {
            peer_send_behind_gap(peer);
        } else {
            peer_fin(peer);
            assert_true(peer->device_acked_fin);
            assert_false(peer->fin_received);
        }
        break;
    case STATE_LAST_ACK:
        peer_send(peer, DATA_OCTETS);
        peer->acks_at_once = false;
        peer_fin(peer);
        assert_true(peer->fin_received);
        break;
    default:                       // TIME-WAIT: the device has sent its FIN already
        peer->fin_received = true; // which the echo's peer took for a fault
        peer_fin(peer);
        break;
    }
}

static bool is_of_lease(enum state state)
{
    return state >= STATE_SELECTING;
}

static void device_start_in(enum state state)
{
    if (is_of_lease(state)) {
        rig_start_device();
        hosts_start();
        lease_start(state);
        return;
    }
    struct app_config config = app_config_default();
    config.tcp.idle_timeout_s = IDLE_S;
    rig_start(&config);
    rig_advance(ADDRESS_MS);
    hosts_start();
}

void state_build(enum state state)
{
    rig_setup(NULL);
    device_start_in(state);
    has_lease = is_of_lease(state);
    closer_start();
    rig_host(OTHERS);
    if (LWIP_IPV6) {
        rig_host_ip6(OTHERS);
    }
    is_lenient = state == STATE_TIME_WAIT;
    rig_note_pools();
    for (size_t i = 0; i < PEERS && state != STATE_NO_CONNECTION && !has_lease; i++) {
        peers[i] = peer_start(i, state);
        peer_bring_to(peers[i], state);
    }
    is_lenient = true;
    if (state == STATE_TIME_WAIT) {
        assert_non_null(tcp_tw_pcbs);
    }
}

/// What a sample says when there is no connection.
static struct edges edges_of_nobody(size_t i)
{
    return (struct edges){
        .seq_next = 1000,
        .seq_window = 2000,
        .ack_oldest = 5000,
        .ack_next = 5100,
        .port = (uint16_t)(FIRST_PORT + i),
    };
}

static struct edges edges_of(size_t i)
{
    const struct peer *peer = peers[i];
    if (peer == NULL) {
        return edges_of_nobody(i);
    }
    uint32_t seq = peer->iss + 1 + (uint32_t)peer->device_acked + (peer->device_acked_fin ? 1 : 0);
    return (struct edges){
        .seq_next = seq,
        .seq_window = peer->iss + 1 + (uint32_t)peer->device_window_end,
        .ack_oldest = peer->irs + 1 + (uint32_t)peer->acked,
        .ack_next = peer->irs + 1 + (uint32_t)peer->received + (peer->fin_received ? 1 : 0),
        .port = peer->port,
    };
}

struct scene state_scene(void)
{
    bool is_closer = peers[0] != NULL && peers[0]->device_port == CLOSER_PORT;
    return (struct scene){
        .device_port = is_closer ? CLOSER_PORT : 7,
        .transaction = lease_transaction(),
        .ip4 = edges_of(0),
        .ip6 = edges_of(PEERS - 1),
    };
}

static void peer_go_on(struct peer *peer)
{
    peer->acks_at_once = true;
    peer->is_half_open = false;
    if (peer->open) {
        peer_ack_all(peer);
    }
    peer_retransmit(peer);
    if (peer->open && !peer->fin_sent) {
        peer_send(peer, LWIP_MIN(peer_room(peer), MORE_OCTETS));
    }
}

void state_go_on(void)
{
    static const uint8_t data[MORE_OCTETS];
    lease_go_on();
    for (size_t i = 0; i < PEERS; i++) {
        if (peers[i] != NULL) {
            peer_go_on(peers[i]);
        }
        host_send_udp(&hosts[i], FIRST_PORT, 7, data, sizeof data);
        rig_settle();
    }
}

static void host_serve(struct host *host)
{
    static const uint8_t data[MORE_OCTETS] = {1, 2, 3};
    host_announce(host);
    size_t datagrams = host->datagrams;
    host_send_udp(host, FIRST_PORT, 7, data, sizeof data);
    rig_settle();
    if (host->datagrams != datagrams + 1 || host->inbox.packet.data_octets != sizeof data ||
        memcmp(host->inbox.packet.data, data, sizeof data) != 0) {
        fail_msg("a datagram of another host is not echoed");
    }
    struct peer *peer = peer_new(host);
    if (!peer_connect(peer)) {
        fail_msg("another host can't connect");
    }
    peer_exchange(peer, MORE_OCTETS);
    peer_finish(peer);
}

/// Another host asks for the device by its name.
static void host_find(struct host *host)
{
    for (uint32_t ms = 0; mdns_name() == NULL; ms += 1000) {
        if (ms > NAME_MS_MAX) {
            fail_msg("the device stays without a name");
        }
        rig_advance(1000);
    }
    rig_advance(NAME_PAUSE_MS);
    uint8_t query[64] = {[5] = 1};
    size_t octets = strlen(mdns_name());
    uint8_t *at = query + 12;
    *at++ = (uint8_t)octets;
    memcpy(at, mdns_name(), octets);
    memcpy(at + octets, "\5local\0\0\1\0\1", 11);
    struct address device = host->device;
    size_t datagrams = host->datagrams;
    host->device = address_ip4(224, 0, 0, 251);
    host_send_udp(host, FIRST_PORT, MDNS_PORT, query, 12 + 1 + octets + 11);
    host->device = device;
    rig_settle();
    if (host->datagrams != datagrams + 1) {
        fail_msg("another host can't find the device by its name");
    }
}

void state_serve_others(void)
{
    if (!has_lease || lease_wait()) {
        host_serve(rig_host(OTHERS));
        if (LWIP_DHCP) { // such a device has a name
            host_find(rig_host(OTHERS));
        }
    }
    if (LWIP_IPV6) {
        host_serve(rig_host_ip6(OTHERS));
    }
}
