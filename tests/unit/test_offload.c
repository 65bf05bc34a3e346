// SPDX-License-Identifier: BSD-3-Clause
// What a device does in the stack's place: a MAC that computes and verifies checksums, as boards
// have it, and one that cuts large TCP segments and puts them together.
#include <stdalign.h>
#include <string.h>

#include "large.h"
#include "lwip/stats.h"
#include "unit.h"

enum {
    ETHERNET_OCTETS = 14,
    IP4_OCTETS = 20,
    IP4_LENGTH_AT = ETHERNET_OCTETS + 2,
    IP4_SUM_AT = ETHERNET_OCTETS + 10,
    IP6_OCTETS = 40,
    IP6_LENGTH_AT = ETHERNET_OCTETS + 4,
    TCP_OCTETS = 20,
    TCP_SEQ_AT = 4,
    TCP_FLAGS_AT = 13,
    TCP_SUM_AT = 16,
    UDP_SUM_AT = 6,
    ALL_SUMS =
        NETDEV_SUM_IP4 | NETDEV_SUM_UDP | NETDEV_SUM_TCP | NETDEV_SUM_ICMP4 | NETDEV_SUM_ICMP6,
    ECHO_PORT = 7,
};

/// A frame in one piece, 2 octets behind a word.
struct whole {
    size_t octets;
    alignas(4) uint8_t memory[2 + NETDEV_LARGE_OCTETS_MAX];
};

static const struct netdev_ops *wire_ops;
static struct netdev_ops mac_ops;
static struct netdev_offload mac_offload;
static unsigned verified;  // what the MAC says of the frame that it received last
static size_t sums_left;   // checksums that the stack left to the MAC
static size_t large_sent;  // segments that were cut
static size_t large_taken; // segments that were put together

static uint8_t *frame_of(struct whole *whole)
{
    return whole->memory + 2;
}

static bool is_ip4(const uint8_t *frame)
{
    return get16(frame + 12) == ETHERTYPE_IP4;
}

static size_t upper_at(const uint8_t *frame)
{
    return ETHERNET_OCTETS + (is_ip4(frame) ? IP4_OCTETS : IP6_OCTETS);
}

static uint8_t protocol_of(const uint8_t *frame)
{
    return is_ip4(frame)                        ? frame[ETHERNET_OCTETS + 9]
           : get16(frame + 12) == ETHERTYPE_IP6 ? frame[ETHERNET_OCTETS + 6]
                                                : PROTOCOL_NONE;
}

static void gather(struct whole *whole, const struct netdev_seg *segs, size_t n)
{
    whole->octets = 0;
    for (size_t i = 0; i < n; i++) {
        memcpy(frame_of(whole) + whole->octets, segs[i].data, segs[i].octets);
        whole->octets += segs[i].octets;
    }
}

static uint16_t transport_sum(const uint8_t *frame, size_t octets)
{
    size_t at = upper_at(frame);
    size_t addresses_octets = is_ip4(frame) ? 8 : 32;
    uint32_t sum = (uint32_t)(protocol_of(frame) + octets - at);
    for (size_t i = at - addresses_octets; i < at; i += 2) {
        sum += get16(frame + i);
    }
    return packet_checksum(sum, frame + at, octets - at);
}

/// Fills in one checksum that the MAC has to; the stack must have left it 0.
static void sum_fill(uint8_t *at, uint16_t (*sum)(const uint8_t *frame, size_t octets),
                     const uint8_t *frame, size_t octets)
{
    assert_int_equal(get16(at), 0);
    put16(at, sum(frame, octets));
    sums_left++;
}

static uint16_t ip4_sum(const uint8_t *frame, size_t octets)
{
    (void)octets;
    return packet_checksum(0, frame + ETHERNET_OCTETS, IP4_OCTETS);
}

static void sums_fill(uint8_t *frame, size_t octets)
{
    size_t at = upper_at(frame);
    uint8_t protocol = protocol_of(frame);
    if (is_ip4(frame) && (mac_offload.tx_sums & NETDEV_SUM_IP4) != 0) {
        sum_fill(frame + IP4_SUM_AT, ip4_sum, frame, octets);
    }
    if (protocol == PROTOCOL_TCP && (mac_offload.tx_sums & NETDEV_SUM_TCP) != 0) {
        sum_fill(frame + at + TCP_SUM_AT, transport_sum, frame, octets);
    }
    // What may be cut into fragments is complete before.
    if (protocol == PROTOCOL_UDP && (mac_offload.tx_sums & NETDEV_SUM_UDP) != 0 && !IP_FRAG) {
        sum_fill(frame + at + UDP_SUM_AT, transport_sum, frame, octets);
    }
}

static bool send(struct netdev *dev, struct whole *whole)
{
    const struct netdev_seg seg = {frame_of(whole), whole->octets};
    sums_fill(frame_of(whole), whole->octets);
    return wire_ops->tx(dev, &seg, 1);
}

static bool on_tx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    static struct whole whole;
    gather(&whole, segs, n);
    assert_true(whole.octets <= NETDEV_FRAME_OCTETS_MAX);
    return send(dev, &whole);
}

/// Sets the lengths in a frame's IP header, and its checksum when the stack has computed it.
static void length_set(uint8_t *frame, size_t octets)
{
    if (is_ip4(frame)) {
        put16(frame + IP4_LENGTH_AT, (uint32_t)(octets - ETHERNET_OCTETS));
        put16(frame + IP4_SUM_AT, 0);
        if ((mac_offload.tx_sums & NETDEV_SUM_IP4) == 0) {
            put16(frame + IP4_SUM_AT, ip4_sum(frame, octets));
        }
    } else {
        put16(frame + IP6_LENGTH_AT, (uint32_t)(octets - ETHERNET_OCTETS - IP6_OCTETS));
    }
}

#if ETHIF_LARGE
static bool on_tx_large(struct netdev *dev, const struct netdev_seg *segs, size_t n, size_t mss)
{
    static struct whole whole;
    gather(&whole, segs, n);
    uint8_t *frame = frame_of(&whole);
    size_t tcp = upper_at(frame);
    size_t head = tcp + TCP_OCTETS;
    assert_true(segs[0].octets >= head);
    assert_true(whole.octets > head + mss);
    assert_int_equal(protocol_of(frame), PROTOCOL_TCP);
    large_sent++;
    bool taken = true;
    for (size_t at = head; at < whole.octets; at += mss) {
        static struct whole piece;
        size_t data_octets = LWIP_MIN(mss, whole.octets - at);
        memcpy(frame_of(&piece), frame, head);
        memcpy(frame_of(&piece) + head, frame + at, data_octets);
        piece.octets = head + data_octets;
        length_set(frame_of(&piece), piece.octets);
        put32(frame_of(&piece) + tcp + TCP_SEQ_AT,
              get32(frame + tcp + TCP_SEQ_AT) + (uint32_t)(at - head));
        taken = send(dev, &piece) && taken;
    }
    return taken;
}
#endif

static size_t on_rx_pending(struct netdev *dev)
{
    size_t octets = wire_ops->rx_pending(dev);
    return octets > 0 && mac_offload.tx_large != NULL ? NETDEV_LARGE_OCTETS_MAX : octets;
}

static bool is_data(const uint8_t *frame, size_t octets)
{
    size_t tcp = upper_at(frame);
    return protocol_of(frame) == PROTOCOL_TCP && octets > tcp + TCP_OCTETS &&
           (frame[tcp + TCP_FLAGS_AT] & (FLAG_SYN | FLAG_RST | FLAG_FIN)) == 0;
}

/// Returns whether the next frame of the wire goes on where `whole` ends.
static bool next_continues(struct whole *whole)
{
    const struct wire_frame *next = rig.wire.queue;
    const uint8_t *frame = frame_of(whole);
    size_t tcp = upper_at(frame);
    size_t head = tcp + TCP_OCTETS;
    return next != NULL && is_data(frame, whole->octets) && is_data(next->data, next->octets) &&
           memcmp(frame + tcp, next->data + tcp, 4) == 0 &&
           get32(next->data + tcp + TCP_SEQ_AT) ==
               get32(frame + tcp + TCP_SEQ_AT) + whole->octets - head &&
           whole->octets + next->octets - head <= NETDEV_LARGE_OCTETS_MAX;
}

static size_t on_rx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    static struct whole whole;
    static struct whole next;
    const struct netdev_seg all = {frame_of(&whole), NETDEV_LARGE_OCTETS_MAX};
    const struct netdev_seg more = {frame_of(&next), NETDEV_LARGE_OCTETS_MAX};
    whole.octets = wire_ops->rx(dev, &all, 1);
    bool joined = false;
    while (mac_offload.tx_large != NULL && next_continues(&whole)) {
        size_t head = upper_at(frame_of(&whole)) + TCP_OCTETS;
        next.octets = wire_ops->rx(dev, &more, 1);
        memcpy(frame_of(&whole) + whole.octets, frame_of(&next) + head, next.octets - head);
        whole.octets += next.octets - head;
        joined = true;
    }
    if (joined) {
        large_taken++;
        length_set(frame_of(&whole), whole.octets);
    }
    size_t done = 0;
    for (size_t i = 0; i < n && done < whole.octets; i++) {
        size_t part = LWIP_MIN(segs[i].octets, whole.octets - done);
        memcpy(segs[i].data, frame_of(&whole) + done, part);
        done += part;
    }
    return whole.octets;
}

static unsigned on_rx_sums(struct netdev *dev)
{
    (void)dev;
    return verified;
}

/// Puts a MAC on the wire that computes `tx_sums`, and says of each frame that `rx_sums` are right.
static void mac_make(unsigned tx_sums, unsigned rx_sums)
{
    wire_ops = rig.wire.netdev.ops;
    mac_ops = *wire_ops;
    mac_ops.tx = on_tx;
    mac_ops.rx = on_rx;
    mac_ops.rx_pending = on_rx_pending;
    mac_ops.offload = &mac_offload;
    mac_offload = (struct netdev_offload){.tx_sums = tx_sums, .rx_sums = on_rx_sums};
    verified = rx_sums;
    sums_left = 0;
    large_sent = 0;
    large_taken = 0;
    rig.wire.netdev.ops = &mac_ops;
}

static void checksums_are_left_to_a_device_that_computes_them(void **state)
{
    (void)state;
    mac_make(ALL_SUMS, 0);
    rig_serve();
    peer_exchange(rig_connect(), 3 * TCP_MSS + 7); // which checks each frame
    assert_true(sums_left > 2 * 4);                // of IP and of TCP
}

static void datagrams_are_echoed_with_their_checksum(void **state)
{
    (void)state;
    mac_make(ALL_SUMS, 0);
    rig_serve();
    static uint8_t data[ECHO_UDP_OCTETS_MAX];
    memset(data, 0x5a, sizeof data);
    struct host *host = rig_host(1);
    static const size_t sizes[] = {1, 1472, ECHO_UDP_OCTETS_MAX};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(sizes); i++) {
        host_send_udp(host, 4096, ECHO_PORT, data, sizes[i]);
        rig_settle();
        assert_int_equal(host->inbox.packet.data_octets, sizes[i]);
    }
}

/// Sends a datagram whose checksum, of UDP or of IPv4, is wrong. Returns whether it is echoed.
static bool spoiled_is_echoed(size_t sum_at)
{
    struct host *host = rig_host(1);
    size_t before = host->datagrams;
    host_send_udp(host, 4096, ECHO_PORT, "x", 1);
    rig.wire.queue->data[sum_at] ^= 1;
    rig_settle();
    return host->datagrams > before;
}

static void what_the_device_has_verified_is_not_verified_again(void **state)
{
    (void)state;
    enum { UDP_AT = ETHERNET_OCTETS + IP4_OCTETS + UDP_SUM_AT };
    mac_make(0, 0);
    rig_serve();
    assert_false(spoiled_is_echoed(UDP_AT));
    assert_false(spoiled_is_echoed(IP4_SUM_AT));
    verified = NETDEV_SUM_IP4;
    assert_false(spoiled_is_echoed(UDP_AT));
    assert_true(spoiled_is_echoed(IP4_SUM_AT));
    verified = NETDEV_SUM_TCP;
    assert_false(spoiled_is_echoed(UDP_AT));
    verified = NETDEV_SUM_UDP;
    assert_true(spoiled_is_echoed(UDP_AT));
    assert_false(spoiled_is_echoed(IP4_SUM_AT));
    assert_int_equal(lwip_stats.udp.chkerr, 3);
    assert_int_equal(lwip_stats.ip.chkerr, 2);
}

static void a_segment_is_verified_unless_the_device_has(void **state)
{
    (void)state;
    enum { TCP_AT = ETHERNET_OCTETS + IP4_OCTETS + TCP_SUM_AT };
    mac_make(NETDEV_SUM_TCP, 0);
    rig_serve();
    struct peer *peer = rig_connect();
    peer_prepare(peer, 10);
    peer_segment(peer, FLAG_ACK, 0, 10);
    rig.wire.queue->data[TCP_AT] ^= 1;
    rig_settle();
    assert_int_equal(peer->received, 0);
    assert_int_equal(lwip_stats.tcp.chkerr, 1);
    verified = NETDEV_SUM_TCP;
    peer_segment(peer, FLAG_ACK, 0, 10);
    rig.wire.queue->data[TCP_AT] ^= 1;
    rig_settle();
    assert_int_equal(peer->received, 10);
}

static void a_device_that_says_nothing_of_a_frame_has_it_verified(void **state)
{
    (void)state;
    mac_make(ALL_SUMS, ALL_SUMS);
    mac_offload.rx_sums = NULL;
    rig_serve();
    assert_false(spoiled_is_echoed(ETHERNET_OCTETS + IP4_OCTETS + UDP_SUM_AT));
}

#if ETHIF_LARGE
/// Makes a MAC that has large segments, and serves.
static void serve_large(void)
{
    mac_make(NETDEV_SUM_TCP, NETDEV_SUM_TCP);
    mac_offload.tx_large = on_tx_large;
    rig_serve();
}

/// Exchanges more than fits the window.
static void exchange_large(struct peer *peer)
{
    assert_true(peer_connect(peer));
    peer_exchange(peer, 3 * TCP_WND + 7);
    assert_true(large_taken > 4);
    assert_true(large_sent > 4);
    assert_true(peer->segment_octets_max <= peer->mss);
    assert_int_equal(large_counters.rx_frames, large_taken);
    assert_int_equal(large_counters.tx_frames, large_sent);
}

static void large_segments_come_and_leave_cut_to_the_peers_size(void **state)
{
    (void)state;
    serve_large();
    exchange_large(rig_peer());
}

static void a_peer_with_small_segments_gets_small_ones(void **state)
{
    (void)state;
    serve_large();
    struct peer *peer = rig_peer();
    peer->mss = 536;
    exchange_large(peer);
    assert_int_equal(peer->segment_octets_max, 536);
}

static void large_segments_of_ip6_are_cut_to_what_each_path_carries(void **state)
{
    (void)state;
    serve_large();
    struct peer *peer = peer_new(rig_host_ip6(1));
    exchange_large(peer);
    assert_int_equal(peer->segment_octets_max, 1220);
}

static void the_link_keeps_its_mtu_for_all_else(void **state)
{
    (void)state;
    static uint8_t data[4000];
    serve_large();
    exchange_large(rig_peer());
    assert_int_equal(rig.netif.mtu, 1500);
    struct host *host = rig_host(1);
    host_send_udp(host, 4096, ECHO_PORT, data, sizeof data);
    rig_settle();
    assert_int_equal(host->inbox.packet.data_octets, sizeof data);
    assert_int_equal(host->inbox.frames, 3);
}

/// Puts four full segments on the wire, which the MAC makes one of.
static void send_four(struct peer *peer)
{
    peer_prepare(peer, 4 * TCP_MSS);
    for (size_t i = 0; i < 4; i++) {
        peer_segment(peer, FLAG_ACK, i * TCP_MSS, TCP_MSS);
    }
    peer->sent = 4 * TCP_MSS;
}

static void a_large_segment_that_is_refused_is_sent_again(void **state)
{
    (void)state;
    serve_large();
    struct peer *peer = rig_connect();
    rig.wire.refuses_tx = true;
    send_four(peer);
    rig_settle();
    rig.wire.refuses_tx = false;
    assert_int_equal(rig.netif.mtu, 1500);
    rig_advance(5000);
    assert_int_equal(peer->received, 4 * TCP_MSS);
    assert_true(ethif_counters.tx_drop_refused > 0);
}

static void a_large_segment_is_acknowledged_at_once(void **state)
{
    (void)state;
    mac_make(NETDEV_SUM_TCP, NETDEV_SUM_TCP);
    mac_offload.tx_large = on_tx_large;
    rig_serve_hold(TCP_WND / 2);
    struct peer *peer = rig_connect();
    send_four(peer);
    rig_settle(); // held: no echo carries the acknowledgement
    assert_int_equal(large_taken, 1);
    assert_int_equal(peer->device_acked, 4 * TCP_MSS);
}

static void buffers_of_a_connection_are_few(void **state)
{
    (void)state;
    serve_large();
    struct peer *peer = rig_peer();
    peer->acks_at_once = false;
    peer->window = 0;
    assert_true(peer_connect(peer));
    peer_prepare(peer, TCP_WND);
    while (peer->sent < TCP_WND && peer_room(peer) > 0) {
        peer_send(peer, LWIP_MIN(LWIP_MIN(peer_room(peer), TCP_WND - peer->sent), 900));
    }
    assert_true(peer->sent > TCP_WND / 2);
    assert_true(rxbuf_stats.used <= 7);
    assert_int_equal(rxbuf_stats.avail, LARGE_BUFFERS);
}
#endif

int main(void)
{
    fault_allow_freed();
    const struct CMUnitTest tests[] = {
        CLAIM(checksums_are_left_to_a_device_that_computes_them),
        CLAIM(datagrams_are_echoed_with_their_checksum),
        CLAIM(what_the_device_has_verified_is_not_verified_again),
        CLAIM(a_segment_is_verified_unless_the_device_has),
        CLAIM(a_device_that_says_nothing_of_a_frame_has_it_verified),
#if ETHIF_LARGE
        CLAIM(large_segments_come_and_leave_cut_to_the_peers_size),
        CLAIM(a_peer_with_small_segments_gets_small_ones),
        CLAIM(large_segments_of_ip6_are_cut_to_what_each_path_carries),
        CLAIM(the_link_keeps_its_mtu_for_all_else),
        CLAIM(a_large_segment_that_is_refused_is_sent_again),
        CLAIM(a_large_segment_is_acknowledged_at_once),
        CLAIM(buffers_of_a_connection_are_few),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
