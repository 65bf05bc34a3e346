// SPDX-License-Identifier: BSD-3-Clause
// What the guard drops of Ethernet and ARP.
#include <string.h>

#include "bench.h"

enum {
    ARP_AT = 14,
    ARP_SENDER_AT = ARP_AT + 8,
};

static void frames_for_another_host(void **state)
{
    (void)state;
    for (size_t i = 0; i < 6; i++) {
        struct frame frame = frame_udp4(5);
        frame.data[i] ^= 4;
        bench_refuses(&frame, &guard_counters.drop_destination);
    }
}

static void frames_from_a_group(void **state)
{
    (void)state;
    struct frame frame = frame_udp4(5);
    frame.data[6] |= 1;
    bench_refuses(&frame, &guard_counters.drop_source);
}

static void frames_from_ourselves(void **state)
{
    (void)state;
    struct frame frame = frame_udp4(5);
    memcpy(frame.data + 6, mac_device, 6);
    bench_refuses(&frame, &guard_counters.drop_source);
}

static struct frame tagged(uint16_t tag, uint16_t type)
{
    struct frame frame = frame_new(TYPE_VLAN);
    frame_add(&frame, NULL, 4);
    frame_put16(&frame, 14, tag);
    frame_put16(&frame, 16, type);
    return frame;
}

static void frames_of_a_virtual_lan(void **state)
{
    (void)state;
    struct frame plain = frame_udp4(5);
    struct frame frame = tagged(0xe001, TYPE_IP4);
    frame_add(&frame, plain.data + 14, plain.octets - 14);
    bench_refuses(&frame, &guard_counters.drop_vlan);
}

static void what_a_priority_tag_hides_is_judged(void **state)
{
    (void)state;
    struct frame frame = tagged(0xe000, TYPE_ARP);
    frame_add(&frame, NULL, 27);
    bench_refuses(&frame, &guard_counters.drop_arp_length);
}

static void arp_that_ends_early(void **state)
{
    (void)state;
    for (size_t octets = 1; octets < 28; octets++) {
        struct frame frame = frame_arp(1);
        frame.octets = ARP_AT + octets;
        bench_refuses(&frame, &guard_counters.drop_arp_length);
    }
}

static void arp_whose_end_lies_in_another_buffer(void **state)
{
    (void)state;
    struct frame frame = frame_arp(1);
    assert_false(bench_judge_split(&frame, ARP_AT + 27));
    assert_int_equal(guard_counters.drop_arp_length, 1);
}

static void arp_from_a_group(void **state)
{
    (void)state;
    struct frame frame = frame_arp(2);
    frame.data[ARP_SENDER_AT] |= 1;
    bench_refuses(&frame, &guard_counters.drop_arp_sender);
}

static void arp_from_nobody(void **state)
{
    (void)state;
    struct frame frame = frame_arp(2);
    memset(frame.data + ARP_SENDER_AT, 0, 6);
    bench_refuses(&frame, &guard_counters.drop_arp_sender);
}

static void arp_from_our_own_mac_address(void **state)
{
    (void)state;
    struct frame frame = frame_arp(1);
    memcpy(frame.data + ARP_SENDER_AT, mac_device, 6);
    bench_refuses(&frame, &guard_counters.drop_arp_sender);
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(frames_for_another_host),
        CLAIM(frames_from_a_group),
        CLAIM(frames_from_ourselves),
        CLAIM(frames_of_a_virtual_lan),
        CLAIM(what_a_priority_tag_hides_is_judged),
        CLAIM(arp_that_ends_early),
        CLAIM(arp_whose_end_lies_in_another_buffer),
        CLAIM(arp_from_a_group),
        CLAIM(arp_from_nobody),
        CLAIM(arp_from_our_own_mac_address),
    };
    return cmocka_run_group_tests_name("guard drops, Ethernet and ARP", claims, NULL, NULL);
}
