// SPDX-License-Identifier: BSD-3-Clause
// Packet Too Big passes the guard when it is about a packet that we can have sent, and says what a
// link of IPv6 can say.
#include <string.h>

#include "bench.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"

enum {
    CLIENT_PORT = 40000,
    ECHO_PORT = 7,
    QUOTE_AT = 8, // in the message
    SEQNO = 5000,
};

static struct tcp_pcb connection;
static struct udp_pcb service;

static int setup(void **state)
{
    bench_setup(state);
    memset(&connection, 0, sizeof connection);
    connection.state = ESTABLISHED;
    connection.local_port = ECHO_PORT;
    connection.remote_port = CLIENT_PORT;
    IP_SET_TYPE(&connection.remote_ip, IPADDR_TYPE_V6);
    memcpy(ip_2_ip6(&connection.remote_ip)->addr, ip6_peer, 16);
    connection.lastack = SEQNO;
    connection.snd_nxt = SEQNO + 1000;
    service.local_port = ECHO_PORT;
    tcp_active_pcbs = &connection;
    udp_pcbs = &service;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    tcp_active_pcbs = NULL;
    udp_pcbs = NULL;
    return 0;
}

/// Packet Too Big about a packet of ours: `headers` stand in front of `transport`.
static struct frame too_big(uint32_t mtu, uint8_t next, const void *transport, size_t octets)
{
    uint8_t body[4 + 40 + 64] = {
        (uint8_t)(mtu >> 24), (uint8_t)(mtu >> 16), (uint8_t)(mtu >> 8), (uint8_t)mtu, 0x60,
    };
    body[4 + 6] = next;
    memcpy(body + 4 + 8, ip6_device, 16);
    memcpy(body + 4 + 24, ip6_peer, 16);
    memcpy(body + 4 + 40, transport, octets);
    struct frame frame = frame_ip6(ICMP6);
    frame_add_icmp(&frame, 2, body, 4 + 40 + octets);
    frame_finish(&frame);
    return frame;
}

static const uint8_t segment[8] = {0, ECHO_PORT, CLIENT_PORT >> 8, CLIENT_PORT & 255,
                                   0, 0,         SEQNO >> 8,       SEQNO & 255};
static const uint8_t datagram[8] = {0, ECHO_PORT, CLIENT_PORT >> 8, CLIENT_PORT & 255};
static const uint8_t ping_answer[8] = {129};

static void about_packets_of_ours(void **state)
{
    (void)state;
    struct frame frame = too_big(1280, TCP, segment, 8);
    bench_accepts(&frame);
    frame = too_big(1500, UDP, datagram, 8);
    bench_accepts(&frame);
    frame = too_big(1400, ICMP6, ping_answer, 8);
    bench_accepts(&frame);
    uint8_t fragment[16] = {UDP, 0, 0, 1};
    memcpy(fragment + 8, datagram, 8);
    frame = too_big(1400, FRAGMENT, fragment, 16);
    bench_accepts(&frame);
}

static void mtus_that_no_link_of_ipv6_has(void **state)
{
    (void)state;
    static const uint32_t mtus[] = {0, 48, 55, 1279, 1501, 65536 + 1400, 0xffffffff};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(mtus); i++) {
        struct frame frame = too_big(mtus[i], TCP, segment, 8);
        bench_refuses(&frame, &guard_ip6_counters.drop_ptb_mtu);
    }
}

static void packets_that_we_have_not_sent(void **state)
{
    (void)state;
    struct frame frame = too_big(1280, TCP, segment, 8);
    frame_set_upper(&frame, QUOTE_AT + 8 + 15, 9); // from another host
    bench_refuses(&frame, &guard_ip6_counters.drop_ptb_quote);
    frame = too_big(1280, TCP, segment, 8);
    frame_set_upper(&frame, QUOTE_AT + 24 + 15, 9); // to one that we have no connection with
    bench_refuses(&frame, &guard_ip6_counters.drop_ptb_quote);
    frame = too_big(1280, TCP, segment, 8);
    frame_set_upper(&frame, QUOTE_AT + 40 + 6, (SEQNO >> 8) + 4); // beyond what was sent
    bench_refuses(&frame, &guard_ip6_counters.drop_ptb_quote);
    frame = too_big(1280, TCP, segment, 8);
    frame_set_upper(&frame, QUOTE_AT + 40 + 6, (SEQNO >> 8) - 1); // acknowledged long ago
    bench_refuses(&frame, &guard_ip6_counters.drop_ptb_quote);
    frame = too_big(1280, UDP, datagram, 8);
    frame_set_upper(&frame, QUOTE_AT + 40 + 1, 8); // from a port without a service
    bench_refuses(&frame, &guard_ip6_counters.drop_ptb_quote);
    frame = too_big(1280, ICMP6, (uint8_t[8]){128}, 8); // a ping: we only answer such
    bench_refuses(&frame, &guard_ip6_counters.drop_ptb_quote);
    frame = too_big(1280, 253, datagram, 8);
    bench_refuses(&frame, &guard_ip6_counters.drop_ptb_quote);
}

static void quotes_that_say_too_little(void **state)
{
    (void)state;
    for (size_t octets = 1; octets < 8 + 40 + 8; octets++) {
        struct frame frame = too_big(1280, TCP, segment, 8);
        frame.octets = frame.upper + octets;
        frame_finish(&frame);
        assert_false(bench_judge(&frame));
        assert_int_equal(guard_ip6_counters.drop_ptb_quote, octets);
    }
    uint8_t fragment[16] = {UDP, 0, 5, 0xa8}; // not the first: no port to see
    memcpy(fragment + 8, datagram, 8);
    struct frame frame = too_big(1280, FRAGMENT, fragment, 16);
    bench_refuses(&frame, &guard_ip6_counters.drop_ptb_quote);
    frame = too_big(1280, FRAGMENT, (uint8_t[8]){UDP, 0, 0, 1}, 8);
    bench_refuses(&frame, &guard_ip6_counters.drop_ptb_quote);
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        cmocka_unit_test_setup_teardown(about_packets_of_ours, setup, teardown),
        cmocka_unit_test_setup_teardown(mtus_that_no_link_of_ipv6_has, setup, teardown),
        cmocka_unit_test_setup_teardown(packets_that_we_have_not_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(quotes_that_say_too_little, setup, teardown),
    };
    return cmocka_run_group_tests_name("guard, Packet Too Big", claims, NULL, NULL);
}
