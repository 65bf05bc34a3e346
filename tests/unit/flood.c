// SPDX-License-Identifier: BSD-3-Clause
// A flood.
#include "flood.h"

#include "unit.h"

/// Mixes the bits of `i`: the same in each run, and no pattern that an answer could follow.
static uint32_t scramble(uint32_t i)
{
    i = (i ^ i >> 16) * 0x7feb352d;
    i = (i ^ i >> 15) * 0x846ca68b;
    return i ^ i >> 16;
}

static struct route route_from(struct address source)
{
    struct route route = host_route(rig_host(1));
    route.src = source;
    route.src_mac[4] = 99; // one machine, whatever it says
    return route;
}

/// The source of frame `i`: 1.0.0.0 to 126.255.255.255.
static struct route from_anywhere(uint32_t i)
{
    uint32_t mixed = scramble(i);
    return route_from(address_ip4((uint8_t)(1 + mixed % 126), (uint8_t)(mixed >> 8),
                                  (uint8_t)(mixed >> 16), (uint8_t)(mixed >> 24)));
}

/// A neighbour that is none of the rig's hosts: 198.51.100.100 to .249.
static struct route from_neighbour(uint32_t i)
{
    return route_from(address_ip4(198, 51, 100, (uint8_t)(100 + scramble(i) % 150)));
}

static void syn_build(struct packet_frame *frame, const struct route *route, uint32_t i)
{
    uint8_t upper[60];
    const struct segment segment = {
        .src_port = (uint16_t)(1024 + scramble(~i) % 60000),
        .dst_port = 7,
        .seq = scramble(i),
        .flags = FLAG_SYN,
        .window = 65535,
        .mss = 1460,
        .scale = 7,
    };
    size_t octets = packet_build_tcp(upper, route, &segment);
    assert_true(packet_build(frame, route, PROTOCOL_TCP, &(struct fragment){0}, upper, octets));
}

static void udp_build(struct packet_frame *frame, const struct route *route)
{
    static const uint8_t data[1000];
    uint8_t upper[8 + sizeof data];
    size_t octets = packet_build_udp(upper, route, 5000, 7, data, sizeof data);
    assert_true(packet_build(frame, route, PROTOCOL_UDP, &(struct fragment){0}, upper, octets));
}

void flood_syn(struct packet_frame *frame, uint32_t i)
{
    const struct route route = from_anywhere(i);
    syn_build(frame, &route, i);
}

void flood_syn_neighbour(struct packet_frame *frame, uint32_t i)
{
    const struct route route = from_neighbour(i);
    syn_build(frame, &route, i);
}

void flood_udp(struct packet_frame *frame, uint32_t i)
{
    const struct route route = from_anywhere(i);
    udp_build(frame, &route);
}

void flood_udp_neighbour(struct packet_frame *frame, uint32_t i)
{
    const struct route route = from_neighbour(i);
    udp_build(frame, &route);
}

void flood_arp(struct packet_frame *frame, uint32_t i)
{
    const struct route route = from_neighbour(i);
    packet_build_arp(frame, &route, 1);
}

void flood_advance(flood_frame *make, uint32_t ms)
{
    static uint32_t made;
    static uint32_t due; // thousandths of a frame
    for (; ms > 0; ms--) {
        for (due += FLOOD_PER_S; due >= 1000; due -= 1000) {
            struct packet_frame frame;
            make(&frame, made++);
            wire_push(&rig.wire, frame.data, frame.octets);
        }
        rig_advance(1);
    }
}
