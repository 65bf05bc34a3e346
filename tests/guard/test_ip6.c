// SPDX-License-Identifier: BSD-3-Clause
// What the guard drops of IPv6, its extension headers and fragments.
#include <string.h>

#include "bench.h"

enum {
    SOURCE_AT = 8,
};

static struct frame finished(struct frame frame)
{
    frame_finish(&frame);
    return frame;
}

static void headers_that_contradict_the_frame(void **state)
{
    (void)state;
    struct frame frame = frame_udp6(5);
    frame_set_ip(&frame, 0, 0x40);
    bench_refuses(&frame, &guard_ip_counters.drop_header);
    frame = frame_udp6(5);
    frame_set_ip(&frame, 5, 8 + 6); // longer than the frame
    bench_refuses(&frame, &guard_ip_counters.drop_header);
    frame = frame_udp6(5);
    frame.octets = frame.ip + 39;
    bench_refuses(&frame, &guard_ip_counters.drop_header);
}

static void packets_from_addresses_of_ours(void **state)
{
    (void)state;
    static const uint8_t loopback[16] = {[15] = 1};
    const uint8_t *const sources[] = {ip6_device, ip6_device_link, loopback};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(sources); i++) {
        struct frame frame = frame_tcp6(SYN);
        memcpy(frame.data + frame.ip + SOURCE_AT, sources[i], 16);
        bench_refuses(&frame, &guard_ip_counters.drop_source);
    }
}

static void packets_from_nobody_that_look_for_no_address(void **state)
{
    (void)state;
    struct frame frames[] = {frame_udp6(5), frame_tcp6(SYN), frame_ip6(ICMP6), frame_ip6(FRAGMENT)};
    frame_add_icmp(&frames[2], 128, NULL, 8);
    frame_add_fragment(&frames[3], UDP, 0, true, 1);
    frame_add_udp(&frames[3], 16);
    for (size_t i = 0; i < LWIP_ARRAYSIZE(frames); i++) {
        memset(frames[i].data + frames[i].ip + SOURCE_AT, 0, 16);
        frame_finish(&frames[i]);
        bench_refuses(&frames[i], &guard_ip_counters.drop_source);
    }
}

static void packets_for_us_in_frames_for_all(void **state)
{
    (void)state;
    struct frame frame = frame_udp6(5);
    memcpy(frame.data, mac_all, 6);
    bench_refuses(&frame, &guard_ip_counters.drop_destination);
}

static void udp_without_checksum(void **state)
{
    (void)state;
    struct frame frame = frame_udp6(5);
    frame_put16(&frame, frame.upper + 6, 0);
    bench_refuses(&frame, &guard_ip_counters.drop_udp_checksum);
}

static void udp_lengths_that_cannot_be(void **state)
{
    (void)state;
    struct frame frame = frame_udp6(5);
    frame_put16(&frame, frame.upper + 4, 8 + 6);
    bench_refuses(&frame, &guard_ip_counters.drop_udp_length);
}

static struct frame extended(uint8_t type, size_t octets)
{
    struct frame frame = frame_ip6(type);
    frame_add_extension(&frame, UDP, octets);
    frame_add_udp(&frame, 5);
    return finished(frame);
}

static void octets_behind_udp_are_cut(void **state)
{
    (void)state;
    struct frame whole = frame_udp6(5);
    struct frame frame = whole;
    frame_add(&frame, NULL, 3);
    frame_finish(&frame);
    memcpy(frame.data + frame.upper, whole.data + whole.upper, 8);
    bench_accepts(&frame);
    assert_memory_equal(frame.data, whole.data, whole.octets);
    assert_int_equal(guard_ip_counters.udp_surplus_cut, 1);
}

static void extension_headers_beyond_the_limit(void **state)
{
    (void)state;
    struct frame frame = extended(DESTINATION, GUARD_EXTENSION_OCTETS_MAX + 8);
    bench_refuses(&frame, &guard_ip6_counters.drop_extension);
    frame = frame_ip6(HOP_BY_HOP);
    frame_add_extension(&frame, DESTINATION, 64);
    frame_add_extension(&frame, UDP, 72);
    frame_add_udp(&frame, 5);
    frame_finish(&frame);
    bench_refuses(&frame, &guard_ip6_counters.drop_extension);
}

static void extension_headers_beyond_the_packet(void **state)
{
    (void)state;
    struct frame frame = frame_ip6(HOP_BY_HOP); // none at all
    frame_finish(&frame);
    bench_refuses(&frame, &guard_ip6_counters.drop_extension);
    frame = frame_ip6(DESTINATION);
    frame_add_extension(&frame, NO_NEXT, 16);
    frame.octets -= 8;
    frame_finish(&frame);
    bench_refuses(&frame, &guard_ip6_counters.drop_extension);
}

static void options_that_pass_their_header(void **state)
{
    (void)state;
    struct frame frame = extended(HOP_BY_HOP, 8);
    frame.data[frame.options + 3] = 5; // one octet too long
    bench_refuses(&frame, &guard_ip6_counters.drop_extension);
    frame = extended(DESTINATION, 8);
    frame.data[frame.options + 3] = 3;
    frame.data[frame.options + 7] = 1; // a type without a length
    bench_refuses(&frame, &guard_ip6_counters.drop_extension);
}

static void routing_headers_that_lwip_takes_for_done(void **state)
{
    (void)state;
    for (uint8_t type = 2; type <= 3; type++) {
        struct frame frame = frame_ip6(ROUTING);
        frame_add_routing(&frame, UDP, type, 1);
        frame_add_udp(&frame, 5);
        frame_finish(&frame);
        bench_refuses(&frame, &guard_ip6_counters.drop_routing);
    }
}

static struct frame fragment(uint8_t protocol, size_t offset, bool more, size_t octets)
{
    struct frame frame = frame_ip6(FRAGMENT);
    frame_add_fragment(&frame, protocol, offset, more, 0xdeadbeef);
    frame_add(&frame, NULL, octets);
    frame_put16(&frame, frame.ip + 4, (uint16_t)(8 + octets));
    return frame;
}

static void fragments_that_fit_nowhere(void **state)
{
    (void)state;
    struct frame frame = fragment(UDP, 8, true, 0);
    bench_refuses(&frame, &guard_ip_counters.drop_fragment_shape);
    frame = fragment(UDP, 65488, false, 8); // 65495 octets are the most behind a header of 40
    bench_refuses(&frame, &guard_ip_counters.drop_fragment_shape);
}

static void fragments_that_fit_but_for_their_extension_headers(void **state)
{
    (void)state;
    struct frame frame = frame_ip6(DESTINATION);
    frame_add_extension(&frame, FRAGMENT, 8);
    frame_add_fragment(&frame, UDP, 65488, false, 1);
    frame_add(&frame, NULL, 7);
    frame_put16(&frame, frame.ip + 4, 8 + 8 + 7);
    bench_refuses(&frame, &guard_ip_counters.drop_fragment_shape);
}

static void first_fragments_without_their_headers(void **state)
{
    (void)state;
    struct frame frame = fragment(TCP, 0, true, 16);
    bench_refuses(&frame, &guard_ip_counters.drop_fragment_short);
    frame = frame_ip6(FRAGMENT);
    frame_add_fragment(&frame, DESTINATION, 0, true, 1);
    frame_add_extension(&frame, TCP, 8);
    frame_put16(&frame, frame.ip + 4, 16);
    bench_refuses(&frame, &guard_ip_counters.drop_fragment_short);
}

static void fragments_of_fragments(void **state)
{
    (void)state;
    struct frame frame = fragment(FRAGMENT, 8, true, 16);
    bench_refuses(&frame, &guard_ip6_counters.drop_fragment_header);
    frame = frame_ip6(FRAGMENT);
    frame_add_fragment(&frame, FRAGMENT, 0, false, 1); // an atomic one in front
    frame_add_fragment(&frame, UDP, 0, false, 1);
    frame_add_udp(&frame, 5);
    frame_finish(&frame);
    bench_refuses(&frame, &guard_ip6_counters.drop_fragment_header);
}

static void fragments_of_what_is_no_transport(void **state)
{
    (void)state;
    static const uint8_t next[] = {HOP_BY_HOP, ROUTING, NO_NEXT, 253};
    for (size_t i = 0; i < sizeof next; i++) {
        struct frame frame = fragment(next[i], 8, true, 16);
        bench_refuses(&frame, &guard_ip6_counters.drop_fragment_header);
    }
}

static void fragments_of_neighbour_discovery_and_of_errors(void **state)
{
    (void)state;
    for (uint8_t type = 130; type <= 137; type++) {
        struct frame frame = frame_ip6(FRAGMENT);
        frame_set_ip(&frame, 7, 255);
        frame_add_fragment(&frame, ICMP6, 0, false, 1); // though it is whole
        frame_add_icmp(&frame, type, NULL, 20);
        frame_finish(&frame);
        assert_false(bench_judge(&frame));
    }
    assert_int_equal(guard_ip6_counters.drop_fragment_header, 8);
    struct frame frame = frame_ip6(FRAGMENT);
    frame_add_fragment(&frame, ICMP6, 0, true, 1);
    frame_add_icmp(&frame, 2, (uint8_t[4 + 48]){0, 0, 0, 50}, 52);
    frame_finish(&frame);
    assert_false(bench_judge(&frame));
    assert_int_equal(guard_ip6_counters.drop_fragment_header, 9);
}

static uint32_t id_of(struct frame frame)
{
    bench_accepts(&frame);
    uint32_t id = 0;
    for (size_t i = 4; i < 8; i++) {
        id = id << 8 | frame.data[frame.options + i];
    }
    return id;
}

static struct frame behind_options(struct frame (*make)(uint8_t, size_t, bool, size_t))
{
    struct frame plain = make(UDP, 8, true, 16);
    struct frame frame = frame_ip6(DESTINATION);
    frame_add_extension(&frame, FRAGMENT, 8);
    frame.options = frame.octets;
    frame_add(&frame, plain.data + plain.options, plain.octets - plain.options);
    frame_put16(&frame, frame.ip + 4, 8 + 8 + 16);
    return frame;
}

/// lwIP takes what is fragmented from the fragment that comes first.
static void fragments_of_different_kinds_never_meet(void **state)
{
    (void)state;
    const uint32_t ids[] = {
        id_of(fragment(TCP, 8, true, 16)),   id_of(fragment(UDP, 8, true, 16)),
        id_of(fragment(ICMP6, 8, true, 16)), id_of(fragment(DESTINATION, 8, true, 16)),
        id_of(behind_options(fragment)),
    };
    for (size_t i = 0; i < LWIP_ARRAYSIZE(ids); i++) {
        for (size_t j = 0; j < i; j++) {
            assert_int_not_equal(ids[i] >> 29, ids[j] >> 29);
        }
        assert_int_equal(ids[i] & 0x1fffffff, 0x1eadbeef);
    }
    assert_int_equal(id_of(fragment(UDP, 800, false, 3)), ids[1]);
    assert_int_equal(guard_ip6_counters.fragments_kept_apart, LWIP_ARRAYSIZE(ids) + 1);
    defence_off = &guard_ip6_counters.fragments_kept_apart;
    assert_int_equal(id_of(fragment(UDP, 8, true, 16)), id_of(fragment(ICMP6, 8, true, 16)));
}

static void an_atomic_fragment_stays_as_it_is(void **state)
{
    (void)state;
    struct frame frame = frame_ip6(FRAGMENT);
    frame_add_fragment(&frame, UDP, 0, false, 0xdeadbeef);
    frame_add_udp(&frame, 5);
    frame_finish(&frame);
    frame.options = frame.upper - 8;
    assert_int_equal(id_of(frame), 0xdeadbeef);
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(headers_that_contradict_the_frame),
        CLAIM(packets_from_addresses_of_ours),
        CLAIM(packets_from_nobody_that_look_for_no_address),
        CLAIM(packets_for_us_in_frames_for_all),
        CLAIM(udp_without_checksum),
        CLAIM(udp_lengths_that_cannot_be),
        CLAIM(octets_behind_udp_are_cut),
        CLAIM(extension_headers_beyond_the_limit),
        CLAIM(extension_headers_beyond_the_packet),
        CLAIM(options_that_pass_their_header),
        CLAIM(routing_headers_that_lwip_takes_for_done),
        CLAIM(fragments_that_fit_nowhere),
        CLAIM(fragments_that_fit_but_for_their_extension_headers),
        CLAIM(first_fragments_without_their_headers),
        CLAIM(fragments_of_fragments),
        CLAIM(fragments_of_what_is_no_transport),
        CLAIM(fragments_of_neighbour_discovery_and_of_errors),
        CLAIM(fragments_of_different_kinds_never_meet),
        CLAIM(an_atomic_fragment_stays_as_it_is),
    };
    return cmocka_run_group_tests_name("guard drops, IPv6", claims, NULL, NULL);
}
