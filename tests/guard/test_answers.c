// SPDX-License-Identifier: BSD-3-Clause
// What strangers can make the device send is limited; nothing else is.
#include <string.h>

#include "bench.h"

enum {
    MANY = 10 * GUARD_ANSWERS_PER_S,
    REFILL_MS = 2000,
};

static int permitted(const struct frame *frame)
{
    int n = 0;
    for (int i = 0; i < MANY; i++) {
        n += bench_permits(frame);
    }
    return n;
}

/// An ICMP error about a packet to `destination`.
static struct frame error4(uint8_t type, const uint8_t destination[4])
{
    struct frame quoted = frame_udp4(0);
    memcpy(quoted.data + quoted.ip + 16, destination, 4);
    struct frame frame = frame_ip4(ICMP, NULL, 0);
    frame_add_icmp(&frame, type, (uint8_t[4]){0}, 4);
    frame_add(&frame, quoted.data + quoted.ip, 28);
    return frame;
}

static void icmp_errors(void **state)
{
    (void)state;
    static const uint8_t types[] = {3, 11, 12};
    for (size_t i = 0; i < sizeof types; i++) {
        clock_advance(REFILL_MS);
        struct frame frame = error4(types[i], ip4_device);
        assert_int_equal(permitted(&frame), GUARD_ANSWERS_PER_S);
    }
    assert_int_equal(guard_counters.limit_icmp, 3 * (MANY - GUARD_ANSWERS_PER_S));
    struct frame frame = error4(3, ip4_device);
    clock_advance(500);
    assert_int_equal(permitted(&frame), GUARD_ANSWERS_PER_S / 2);
    defence_off = &guard_counters.limit_icmp;
    assert_int_equal(permitted(&frame), MANY);
}

static void icmp_errors_about_groups_are_never_sent(void **state)
{
    (void)state;
    static const uint8_t groups[][4] = {{224, 0, 0, 1}, {198, 51, 100, 255}, {255, 255, 255, 255}};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(groups); i++) {
        struct frame frame = error4(11, groups[i]);
        assert_false(bench_permits(&frame));
        assert_int_equal(guard_counters.limit_icmp_group, i + 1);
    }
    defence_off = &guard_counters.limit_icmp_group;
    struct frame frame = error4(11, groups[0]);
    assert_true(bench_permits(&frame));
}

static void resets_for_unknown_connections(void **state)
{
    (void)state;
    struct frame frame = frame_tcp4(RST | ACK);
    struct frame in = frame_tcp4(ACK);
    struct pbuf p = {.payload = in.data, .len = (u16_t)in.octets, .tot_len = (u16_t)in.octets};
    uint8_t padded[ETH_PAD_SIZE + FRAME_OCTETS_MAX];
    memcpy(padded + ETH_PAD_SIZE, in.data, in.octets);
    p.payload = padded;
    p.len = p.tot_len = (u16_t)(in.octets + ETH_PAD_SIZE);
    assert_true(guard_accepts(&p, &bench.netif));
    assert_int_equal(permitted(&frame), GUARD_ANSWERS_PER_S);
    assert_int_equal(guard_counters.limit_reset, MANY - GUARD_ANSWERS_PER_S);
    defence_off = &guard_counters.limit_reset;
    assert_int_equal(permitted(&frame), MANY);
    defence_off = NULL;
    guard_connection_found();
    assert_int_equal(permitted(&frame), MANY);
    assert_true(guard_accepts(&p, &bench.netif));
    guard_done();
    assert_int_equal(permitted(&frame), MANY); // of the application's own accord
}

static void pings_segments_and_datagrams_are_not_limited(void **state)
{
    (void)state;
    struct frame ping = frame_ip4(ICMP, NULL, 0);
    frame_add_icmp(&ping, 0, NULL, 56);
    struct frame segment = frame_tcp4(ACK | PSH);
    struct frame datagram = frame_udp4(5);
    struct frame arp = frame_arp(2);
    assert_int_equal(permitted(&ping), MANY);
    assert_int_equal(permitted(&segment), MANY);
    assert_int_equal(permitted(&datagram), MANY);
    assert_int_equal(permitted(&arp), MANY);
}

static void short_frames_pass(void **state)
{
    (void)state;
    const struct frame frames[] = {error4(3, ip4_device), frame_tcp4(RST)};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(frames); i++) {
        struct frame frame = frames[i];
        for (; frame.octets > 0; frame.octets--) {
            assert_true(bench_permits(&frame));
        }
    }
}

#if LWIP_IPV6
static void icmp6_errors(void **state)
{
    (void)state;
    struct frame frame = frame_ip6(ICMP6);
    frame_add_icmp(&frame, 4, NULL, 52);
    assert_int_equal(permitted(&frame), GUARD_ANSWERS_PER_S);
    assert_int_equal(guard_counters.limit_icmp, MANY - GUARD_ANSWERS_PER_S);
    clock_advance(REFILL_MS);
    memcpy(frame.data + frame.ip + 8, ip6_all_nodes, 16); // a group's datagram was not complete
    assert_int_equal(permitted(&frame), 0);
    assert_int_equal(guard_counters.limit_icmp_group, MANY);
}

static void neighbour_discovery_and_segments_of_ip6_are_not_limited(void **state)
{
    (void)state;
    struct frame solicitation = frame_nd(135, NULL, 28);
    struct frame segment = frame_tcp6(ACK);
    struct frame reset = frame_tcp6(RST);
    assert_int_equal(permitted(&solicitation), MANY);
    assert_int_equal(permitted(&segment), MANY);
    assert_int_equal(permitted(&reset), MANY);
    for (; reset.octets > 0; reset.octets--) {
        assert_true(bench_permits(&reset));
    }
}
#endif

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(icmp_errors),
        CLAIM(icmp_errors_about_groups_are_never_sent),
        CLAIM(resets_for_unknown_connections),
        CLAIM(pings_segments_and_datagrams_are_not_limited),
        CLAIM(short_frames_pass),
#if LWIP_IPV6
        CLAIM(icmp6_errors),
        CLAIM(neighbour_discovery_and_segments_of_ip6_are_not_limited),
#endif
    };
    return cmocka_run_group_tests_name("guard, answers", claims, NULL, NULL);
}
