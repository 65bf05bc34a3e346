// SPDX-License-Identifier: BSD-3-Clause
// Paths of IPv6 that carry less than the link.
#include <string.h>

#include "unit.h"

enum {
    PACKET_TOO_BIG = 2,
    MTU_MIN = 1280, // of IPv6: no path carries less
    IP6_OCTETS = 40,
    QUOTED_OCTETS = 60, // IPv6 and TCP
    OCTETS = 20000,
};

static uint8_t sent[QUOTED_OCTETS]; // the beginning of the last segment with data
static size_t fragments;
static size_t lost; // so many of what the device sends next

static bool on_frame(const struct packet *packet)
{
    fragments += packet->is_fragment ? 1 : 0;
    if (packet->protocol == PROTOCOL_TCP && packet->data_octets > 0) {
        memcpy(sent, packet->upper - IP6_OCTETS, sizeof sent);
    }
    bool is_lost = lost > 0;
    lost -= is_lost ? 1 : 0;
    return is_lost;
}

static void too_big_send(struct host *host)
{
    uint8_t icmp[8 + QUOTED_OCTETS] = {PACKET_TOO_BIG};
    struct route route = host_route(host);
    put32(icmp + 4, MTU_MIN);
    memcpy(icmp + 8, sent, sizeof sent);
    uint32_t sum = packet_pseudo_sum(&route.src, &route.dst, PROTOCOL_ICMP6, sizeof icmp);
    put16(icmp + 2, packet_checksum(sum, icmp, sizeof icmp));
    host_send(host, PROTOCOL_ICMP6, icmp, sizeof icmp);
    rig_settle();
}

/// lwIP 2.2.1 cuts such a segment into fragments and spoils it by that: the second time that it is
/// sent, it reads through NULL.
static void a_segment_is_sent_again_over_a_narrower_path(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host_ip6(1);
    struct peer *peer = peer_new(host);
    assert_true(peer_connect(peer));
    rig.on_frame = on_frame;
    peer->acks_at_once = false;
    peer_send(peer, LWIP_MIN(peer_room(peer), 2 * peer->device_mss));
    too_big_send(host);
    lost = 8;
    peer->acks_at_once = true;
    rig_advance(60000);
    peer_ack_all(peer);
    peer_exchange(peer, OCTETS);
    assert_int_equal(peer->received, peer->sent);
    assert_int_equal(fragments, 0);
    peer_finish(peer);
}

static void a_segment_fits_every_path(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = peer_new(rig_host_ip6(1));
    assert_true(peer_connect(peer));
    peer_exchange(peer, OCTETS);
    assert_in_range(peer->segment_octets_max, 1, MTU_MIN - QUOTED_OCTETS);
    peer_finish(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(a_segment_is_sent_again_over_a_narrower_path),
        CLAIM(a_segment_fits_every_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
