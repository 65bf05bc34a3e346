// SPDX-License-Identifier: BSD-3-Clause
// What the guard drops of IPv4 and UDP.
#include <string.h>

#include "bench.h"

enum {
    SOURCE_AT = 12,
};

static void headers_that_contradict_the_frame(void **state)
{
    (void)state;
    struct frame frame = frame_udp4(5);
    frame_set_ip(&frame, 0, 0x55); // version 5
    bench_refuses(&frame, &guard_ip_counters.drop_header);
    frame = frame_udp4(5);
    frame_set_ip(&frame, 0, 0x44); // a header of 16 octets
    bench_refuses(&frame, &guard_ip_counters.drop_header);
    frame = frame_udp4(5);
    frame_set_ip(&frame, 0, 0x4f); // longer than the packet
    bench_refuses(&frame, &guard_ip_counters.drop_header);
    frame = frame_udp4(5);
    frame_set_ip(&frame, 3, 19); // shorter than its header
    bench_refuses(&frame, &guard_ip_counters.drop_header);
    frame = frame_udp4(5);
    frame_set_ip(&frame, 3, 20 + 8 + 6); // longer than the frame
    bench_refuses(&frame, &guard_ip_counters.drop_header);
}

static void headers_that_end_early(void **state)
{
    (void)state;
    for (size_t octets = 1; octets < 20; octets++) {
        struct frame frame = frame_udp4(5);
        frame.octets = frame.ip + octets;
        bench_refuses(&frame, &guard_ip_counters.drop_header);
    }
}

static struct frame from(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    struct frame frame = frame_tcp4(SYN);
    memcpy(frame.data + frame.ip + SOURCE_AT, (uint8_t[]){a, b, c, d}, 4);
    frame_finish(&frame);
    return frame;
}

static void packets_from_our_own_address(void **state)
{
    (void)state;
    struct frame frame = from(198, 51, 100, 2);
    bench_refuses(&frame, &guard_ip_counters.drop_source);
}

static void packets_from_a_loopback_address(void **state)
{
    (void)state;
    struct frame frame = from(127, 0, 0, 1);
    bench_refuses(&frame, &guard_ip_counters.drop_source);
}

static void connections_from_nobody(void **state)
{
    (void)state;
    struct frame frame = from(0, 0, 0, 0);
    bench_refuses(&frame, &guard_ip_counters.drop_source);
}

static void packets_for_us_in_frames_for_all(void **state)
{
    (void)state;
    struct frame frame = frame_udp4(5);
    memcpy(frame.data, mac_all, 6);
    bench_refuses(&frame, &guard_ip_counters.drop_destination);
}

static struct frame with_options(const uint8_t options[8])
{
    struct frame frame = frame_ip4(UDP, options, 8);
    frame_add_udp(&frame, 5);
    frame_finish(&frame);
    return frame;
}

static void source_routes(void **state)
{
    (void)state;
    struct frame frame = with_options((uint8_t[]){1, 131, 7, 4, 198, 51, 100, 9});
    bench_refuses(&frame, &guard_ip_counters.drop_source_route);
    frame = with_options((uint8_t[]){137, 7, 4, 198, 51, 100, 9, 0});
    bench_refuses(&frame, &guard_ip_counters.drop_source_route);
}

static void what_follows_the_end_of_options_is_none(void **state)
{
    (void)state;
    struct frame frame = with_options((uint8_t[]){1, 0, 131, 7, 4, 198, 51, 100});
    bench_accepts(&frame);
}

static void malformed_options(void **state)
{
    (void)state;
    static const uint8_t malformed[][8] = {
        {7, 0},                     // of no octets
        {7, 1},                     // of one
        {7, 9},                     // longer than the header
        {1, 1, 1, 1, 1, 1, 1, 148}, // without its length
    };
    for (size_t i = 0; i < LWIP_ARRAYSIZE(malformed); i++) {
        struct frame frame = with_options(malformed[i]);
        bench_refuses(&frame, &guard_ip_counters.drop_options);
    }
}

static struct frame fragment(uint8_t protocol, size_t offset, bool more, size_t octets)
{
    struct frame frame = frame_ip4(protocol, NULL, 0);
    frame_add(&frame, NULL, octets);
    frame_set_fragment(&frame, offset, more);
    frame_finish(&frame);
    return frame;
}

/// Without reassembly lwIP drops each fragment, and the guard leaves them to it.
static void refuses_fragment(struct frame frame, const COUNTER_T *counter)
{
    if (IP_REASSEMBLY) {
        bench_refuses(&frame, counter);
    } else {
        assert_true(bench_judge(&frame));
    }
}

static void fragments_that_fit_nowhere(void **state)
{
    (void)state;
    struct frame frame = fragment(ICMP, 8, true, 0);
    refuses_fragment(frame, &guard_ip_counters.drop_fragment_shape);
    frame = fragment(ICMP, 8, true, 15);
    refuses_fragment(frame, &guard_ip_counters.drop_fragment_shape);
    frame = fragment(ICMP, 65528, false, 8);
    refuses_fragment(frame, &guard_ip_counters.drop_fragment_shape);
    frame = fragment(ICMP, 65512, false, 4); // 65515 octets are the most behind a header of 20
    refuses_fragment(frame, &guard_ip_counters.drop_fragment_shape);
}

static void first_fragments_without_their_header(void **state)
{
    (void)state;
    struct frame frame = fragment(TCP, 0, true, 16);
    refuses_fragment(frame, &guard_ip_counters.drop_fragment_short);
    frame = fragment(TCP, 8, false, 16); // the second one lies over the header
    refuses_fragment(frame, &guard_ip_counters.drop_fragment_short);
}

static void dhcp_in_fragments(void **state)
{
    (void)state;
    struct frame frame = frame_udp4(512);
    frame_set_fragment(&frame, 0, true);
    frame_finish(&frame);
    bench_accepts(&frame);
    frame_put16(&frame, frame.upper + 2, 68);
    if (LWIP_DHCP) {
        bench_refuses(&frame, &guard_ip_counters.drop_fragment_dhcp);
    } else {
        bench_accepts(&frame);
    }
}

static void fragments_for_others_without_their_ports(void **state)
{
    (void)state;
    for (size_t octets = 1; octets <= 4; octets++) {
        struct frame frame = fragment(UDP, 8, false, octets);
        bench_accepts(&frame);
        memcpy(frame.data + frame.ip + 16, ip4_peer, 4);
        frame_finish(&frame);
        if (LWIP_DHCP && octets < 4) { // else lwIP does not look
            bench_refuses(&frame, &guard_ip_counters.drop_fragment_short);
        } else {
            bench_accepts(&frame);
        }
    }
}

static void fragments_for_nobody_without_their_ports(void **state)
{
    (void)state;
    ip_addr_set_zero_ip4(&bench.netif.ip_addr);
    struct frame frame = fragment(UDP, 8, false, 1);
    memset(frame.data + frame.ip + 16, 0, 4);
    frame_finish(&frame);
    if (LWIP_DHCP) {
        bench_refuses(&frame, &guard_ip_counters.drop_fragment_short);
    } else {
        bench_accepts(&frame);
    }
}

static void udp_lengths_that_cannot_be(void **state)
{
    (void)state;
    static const uint16_t lengths[] = {0, 7, 8 + 6, 65535};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(lengths); i++) {
        struct frame frame = frame_udp4(5);
        frame_put16(&frame, frame.upper + 4, lengths[i]);
        bench_refuses(&frame, &guard_ip_counters.drop_udp_length);
    }
}

static void octets_behind_udp_are_cut(void **state)
{
    (void)state;
    for (size_t surplus = 1; surplus < 300; surplus += 7) {
        struct frame whole = frame_udp4(5);
        struct frame frame = whole;
        frame_add(&frame, NULL, surplus);
        frame_finish(&frame);
        memcpy(frame.data + frame.upper, whole.data + whole.upper, 8);
        bench_accepts(&frame);
        assert_memory_equal(frame.data, whole.data, whole.octets); // length and checksum
    }
    assert_int_equal(guard_ip_counters.udp_surplus_cut, 43);
    struct frame frame = frame_udp4(5);
    frame_set_upper(&frame, 5, 9);
    struct frame again = frame;
    defence_off = &guard_ip_counters.udp_surplus_cut;
    bench_accepts(&frame);
    assert_memory_equal(frame.data, again.data, frame.octets);
}

static void udp_that_ends_within_its_header(void **state)
{
    (void)state;
    struct frame frame = frame_ip4(UDP, NULL, 0);
    frame_add(&frame, NULL, 7);
    frame_finish(&frame);
    bench_refuses(&frame, &guard_ip_counters.drop_udp_length);
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(headers_that_contradict_the_frame),
        CLAIM(headers_that_end_early),
        CLAIM(packets_from_our_own_address),
        CLAIM(packets_from_a_loopback_address),
        CLAIM(connections_from_nobody),
        CLAIM(packets_for_us_in_frames_for_all),
        CLAIM(source_routes),
        CLAIM(what_follows_the_end_of_options_is_none),
        CLAIM(malformed_options),
        CLAIM(fragments_that_fit_nowhere),
        CLAIM(first_fragments_without_their_header),
        CLAIM(dhcp_in_fragments),
        CLAIM(fragments_for_others_without_their_ports),
        CLAIM(fragments_for_nobody_without_their_ports),
        CLAIM(udp_lengths_that_cannot_be),
        CLAIM(octets_behind_udp_are_cut),
        CLAIM(udp_that_ends_within_its_header),
    };
    return cmocka_run_group_tests_name("guard drops, IPv4 and UDP", claims, NULL, NULL);
}
