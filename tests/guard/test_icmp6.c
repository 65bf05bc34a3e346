// SPDX-License-Identifier: BSD-3-Clause
// What the guard drops of neighbour discovery and multicast listener discovery.
#include <string.h>

#include "bench.h"

enum {
    SOURCE_AT = 8,
    DESTINATION_AT = 24,
    OPTION_AT = 24, // in the message
};

static const uint8_t solicitation = 135;
static const uint8_t advertisement = 136;

/// A solicitation or advertisement of a neighbour, with room for options of 24 octets.
static struct frame neighbour(uint8_t type, size_t option_octets)
{
    uint8_t body[20 + 24] = {0x60};
    memcpy(body + 4, type == solicitation ? ip6_device : ip6_peer, 16);
    memcpy(body + 20, (uint8_t[]){(uint8_t)(type - 134), 1, 2, 0, 198, 51, 100, 1}, 8);
    return frame_nd(type, body, 20 + option_octets);
}

static struct frame router(const void *option, size_t octets)
{
    uint8_t body[12 + 40] = {64, 0, 7, 8};
    memcpy(body + 12, option, octets);
    return frame_nd(134, body, 12 + octets);
}

static void neighbours_beyond_the_link(void **state)
{
    (void)state;
    for (uint8_t type = solicitation; type <= advertisement; type++) {
        struct frame frame = neighbour(type, 8);
        frame_set_ip(&frame, 7, 254);
        bench_refuses(&frame, &guard_ip6_counters.drop_nd_header);
    }
    struct frame frame = router("", 0);
    frame_set_ip(&frame, 7, 254);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_header);
}

static void messages_that_end_early(void **state)
{
    (void)state;
    for (uint8_t type = solicitation; type <= advertisement; type++) {
        struct frame frame = neighbour(type, 0);
        frame.octets--;
        frame_finish(&frame);
        assert_false(bench_judge(&frame));
    }
    assert_int_equal(guard_ip6_counters.drop_nd_header, 2);
}

static void a_code_that_is_not_0(void **state)
{
    (void)state;
    struct frame frame = neighbour(solicitation, 8);
    frame_set_upper(&frame, 1, 1);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_header);
}

static void a_solicited_advertisement_for_all(void **state)
{
    (void)state;
    struct frame frame = neighbour(advertisement, 8);
    memcpy(frame.data + frame.ip + DESTINATION_AT, ip6_all_nodes, 16);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_header);
}

static void options_of_no_length(void **state)
{
    (void)state;
    for (uint8_t type = solicitation; type <= advertisement; type++) {
        struct frame frame = neighbour(type, 8);
        frame_set_upper(&frame, OPTION_AT + 1, 0);
        bench_refuses(&frame, &guard_ip6_counters.drop_nd_option);
    }
}

static void options_that_end_early(void **state)
{
    (void)state;
    struct frame frame = neighbour(solicitation, 7);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_option);
    frame = neighbour(advertisement, 8);
    frame_set_upper(&frame, OPTION_AT + 1, 2);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_option);
}

static void options_that_lwip_would_take_for_a_mac_address(void **state)
{
    (void)state;
    struct frame frame = neighbour(solicitation, 8);
    frame_set_upper(&frame, OPTION_AT, 14);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_option);
    frame = neighbour(advertisement, 8);
    frame_set_upper(&frame, OPTION_AT, 1);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_option);
}

static void the_option_that_lwip_looks_for_is_put_first(void **state)
{
    (void)state;
    static const uint8_t options[24] = {14, 2,  0,  1,  2, 3, 4, 5, 6,   7,  8,   9,
                                        10, 11, 12, 13, 1, 1, 2, 0, 198, 51, 100, 1};
    struct frame frame = neighbour(solicitation, sizeof options);
    memcpy(frame.data + frame.upper + OPTION_AT, options, sizeof options);
    frame_finish(&frame);
    struct frame judged = frame;
    bench_accepts(&judged);
    const uint8_t *at = judged.data + judged.upper + OPTION_AT;
    assert_memory_equal(at, options + 16, 8);
    assert_memory_equal(at + 8, options, 16);
    frame_finish(&judged);
    assert_memory_equal(judged.data, frame.data, frame.upper + OPTION_AT); // the checksum as well
}

static void mac_addresses_of_a_wrong_length_or_of_a_group(void **state)
{
    (void)state;
    struct frame frame = neighbour(solicitation, 16);
    frame_set_upper(&frame, OPTION_AT + 1, 2);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_option);
    frame = neighbour(advertisement, 8);
    frame_set_upper(&frame, OPTION_AT + 2, 0x33);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_option);
}

static void duplicate_detection_with_a_mac_address(void **state)
{
    (void)state;
    struct frame frame = neighbour(solicitation, 8);
    memset(frame.data + frame.ip + SOURCE_AT, 0, 16);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_option);
}

static void advertisements_of_an_address_that_we_use(void **state)
{
    (void)state;
    struct frame frame = neighbour(advertisement, 8);
    frame_set_upper(&frame, 4, 0x20); // unsolicited, override
    memcpy(frame.data + frame.upper + 8, ip6_device, 16);
    memcpy(frame.data + frame.ip + DESTINATION_AT, ip6_all_nodes, 16);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_target);
}

static void prefixes_of_groups(void **state)
{
    (void)state;
    struct frame frame = router((uint8_t[32]){3, 4, 64, 0xc0, [16] = 0xff, 2}, 32);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_option);
}

static void router_options_of_no_length(void **state)
{
    (void)state;
    struct frame frame = router((uint8_t[8]){5}, 8);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_option);
}

static void redirects(void **state)
{
    (void)state;
    uint8_t body[36] = {0};
    memcpy(body + 4, ip6_peer, 16);
    memcpy(body + 20, ip6_peer, 16);
    struct frame frame = frame_nd(137, body, sizeof body);
    bench_refuses(&frame, &guard_ip6_counters.drop_nd_redirect);
}

static void multicast_listeners_beyond_the_link(void **state)
{
    (void)state;
    for (uint8_t type = 130; type <= 132; type++) {
        struct frame frame = frame_nd(type, NULL, 20);
        frame_set_ip(&frame, 7, 64);
        bench_refuses(&frame, &guard_ip6_counters.drop_mld);
        frame_set_ip(&frame, 7, 1);
        memcpy(frame.data + frame.ip + SOURCE_AT, ip6_peer, 16);
        bench_refuses(&frame, &guard_ip6_counters.drop_mld);
    }
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(neighbours_beyond_the_link),
        CLAIM(messages_that_end_early),
        CLAIM(a_code_that_is_not_0),
        CLAIM(a_solicited_advertisement_for_all),
        CLAIM(options_of_no_length),
        CLAIM(options_that_end_early),
        CLAIM(options_that_lwip_would_take_for_a_mac_address),
        CLAIM(the_option_that_lwip_looks_for_is_put_first),
        CLAIM(mac_addresses_of_a_wrong_length_or_of_a_group),
        CLAIM(duplicate_detection_with_a_mac_address),
        CLAIM(advertisements_of_an_address_that_we_use),
        CLAIM(prefixes_of_groups),
        CLAIM(router_options_of_no_length),
        CLAIM(redirects),
        CLAIM(multicast_listeners_beyond_the_link),
    };
    return cmocka_run_group_tests_name("guard drops, ICMPv6", claims, NULL, NULL);
}
