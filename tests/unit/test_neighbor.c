// SPDX-License-Identifier: BSD-3-Clause
// Neighbours over IPv4, with lwIP's ARP or the small one: who is known, asked, answered, forgotten.
#include <string.h>

#include "unit.h"

enum {
    PORT = 7,
    PEER_PORT = 5000,
    MINUTE_MS = 60 * 1000,
    REQUEST = 1,
    REPLY = 2,
    OPERATION_AT = 6, // of an ARP packet
};

static size_t requests;          // the device's, since counted
static size_t replies;           // the same
static struct packet last_reply; // without its data
static bool request_was_unicast;

static bool count_arp(const struct packet *packet)
{
    if (packet->ethertype == ETHERTYPE_ARP) {
        bool is_request = get16(packet->upper + OPERATION_AT) == REQUEST;
        requests += is_request ? 1 : 0;
        replies += is_request ? 0 : 1;
        if (is_request) {
            request_was_unicast = (packet->dst_mac[0] & 1) == 0;
        } else {
            last_reply = *packet;
        }
    }
    return false;
}

static void count(void)
{
    requests = 0;
    replies = 0;
    rig.on_frame = count_arp;
}

/// Sends an ARP packet of `host` about `target`, to the device or to all.
static void send_arp(struct host *host, uint16_t operation, struct address from,
                     struct address target, bool to_all)
{
    struct route route = host_route(host);
    route.src = from;
    route.dst = target;
    if (to_all) {
        memset(route.dst_mac, 0xff, sizeof route.dst_mac);
    }
    struct packet_frame frame;
    packet_build_arp(&frame, &route, operation);
    wire_push(&rig.wire, frame.data, frame.octets);
    rig_settle();
}

static bool is_answered(struct host *host)
{
    size_t before = host->datagrams;
    host_send_udp(host, PEER_PORT, PORT, "x", 1);
    rig_settle();
    return host->datagrams == before + 1;
}

static uint8_t answered_mac[6];

static bool keep_answer(const struct packet *packet)
{
    if (packet->protocol == PROTOCOL_UDP) {
        memcpy(answered_mac, packet->dst_mac, sizeof answered_mac);
    }
    return true;
}

/// Returns whether the device has the host's MAC address: what comes from another one is answered
/// to the one it has.
static bool is_known(struct host *host)
{
    rig.on_frame = keep_answer;
    memset(answered_mac, 0, sizeof answered_mac);
    host->mac[5] ^= 0x80;
    is_answered(host);
    host->mac[5] ^= 0x80;
    return memcmp(answered_mac, host->mac, sizeof answered_mac) == 0;
}

static void the_address_is_announced_when_it_is_set_and_when_the_link_comes_back(void **state)
{
    (void)state;
    count();
    rig_serve();
    rig_advance(MINUTE_MS); // it may probe first
    assert_true(requests > 0);
    rig.wire.link_is_down = true;
    rig_advance(2000);
    count();
    rig.wire.link_is_down = false;
    rig_advance(MINUTE_MS);
    assert_true(requests > 0);
}

static void who_asks_for_the_device_is_answered_and_known(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    count();
    host_announce(host);
    rig_settle();
    assert_int_equal(replies, 1);
    assert_memory_equal(last_reply.dst_mac, host->mac, sizeof host->mac);
    assert_true(is_known(host));
}

static void who_asks_for_another_is_not(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    rig_advance(6 * MINUTE_MS); // to be forgotten
    count();
    send_arp(host, REQUEST, host->address, address_ip4(198, 51, 100, 77), true);
    assert_int_equal(replies, 0);
    assert_false(is_known(host));
}

static void a_probe_for_the_address_is_answered(void **state)
{
    (void)state;
    rig_serve();
    rig_advance(MINUTE_MS); // before, it would be a conflict
    struct host *host = rig_host(1);
    count();
    send_arp(host, REQUEST, address_ip4(0, 0, 0, 0), host->device, true);
    assert_int_equal(replies, 1);
}

static void who_claims_the_address_is_not_answered(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    count();
    send_arp(host, REQUEST, host->device, host->device, true);
    assert_int_equal(replies, 0);
}

static void a_known_host_that_moves_is_found(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    assert_true(is_answered(host));
    host->mac[5] ^= 0x40;
    send_arp(host, REQUEST, host->address, address_ip4(198, 51, 100, 77), true);
    assert_true(is_answered(host));
}

static void a_host_in_use_is_asked_again_and_never_forgotten(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    rig_advance(MINUTE_MS);
    assert_true(is_answered(host));
    count();
    for (int i = 0; i < 60; i++) {
        rig_advance(MINUTE_MS / 4);
        assert_true(is_answered(host));
    }
    assert_in_range(requests, 2, 5); // in 15 minutes
    assert_true(request_was_unicast);
}

static void others_that_speak_do_not_push_a_peer_out(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    assert_true(is_answered(host));
    for (uint8_t i = 0; i < 200; i++) {
        send_arp(host, REPLY, address_ip4(198, 51, 100, (uint8_t)(20 + i)),
                 address_ip4(198, 51, 100, 77), true);
    }
    assert_true(is_known(host));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(the_address_is_announced_when_it_is_set_and_when_the_link_comes_back),
        CLAIM(who_asks_for_the_device_is_answered_and_known),
        CLAIM(who_asks_for_another_is_not),
        CLAIM(a_probe_for_the_address_is_answered),
        CLAIM(who_claims_the_address_is_not_answered),
        CLAIM(a_known_host_that_moves_is_found),
        CLAIM(a_host_in_use_is_asked_again_and_never_forgotten),
        CLAIM(others_that_speak_do_not_push_a_peer_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
