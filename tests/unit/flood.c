// SPDX-License-Identifier: BSD-3-Clause
// A flood.
#include "flood.h"

#include "unit.h"

enum {
    ANYONE = 99, // the number of the host whose addresses are forged
};

/// Mixes the bits of `i`: the same in each run, and no pattern that an answer could follow.
static uint32_t scramble(uint32_t i)
{
    i = (i ^ i >> 16) * 0x7feb352d;
    i = (i ^ i >> 15) * 0x846ca68b;
    return i ^ i >> 16;
}

/// Forges the source of packet `i`: none of the rig's hosts.
static void address_forge(struct host *from, const struct flood *flood, uint32_t i)
{
    uint32_t mixed = scramble(i);
    if (flood->is_ip6) {
        put16(from->address.octets, flood->from_neighbours ? 0x2001 : 0x2002);
        put16(from->address.octets + 8, 0xbad);
        put32(from->address.octets + 12, mixed);
    } else if (flood->from_neighbours) {
        from->address.octets[3] = (uint8_t)(100 + mixed % 150);
    } else {
        put32(from->address.octets, mixed);
        from->address.octets[0] = (uint8_t)(1 + mixed % 126);
    }
}

static void syn_send(struct host *from, uint32_t i)
{
    uint8_t upper[60];
    const struct route route = host_route(from);
    const struct segment segment = {
        .src_port = (uint16_t)(1024 + scramble(~i) % 60000),
        .dst_port = 7,
        .seq = scramble(i),
        .flags = FLAG_SYN,
        .window = 65535,
        .mss = 1460,
        .scale = 7,
    };
    host_send(from, PROTOCOL_TCP, upper, packet_build_tcp(upper, &route, &segment));
}

static void fragment_send(struct host *from, uint32_t i)
{
    static const uint8_t data[1000];
    uint8_t upper[8 + sizeof data];
    struct packet_frame frame;
    const struct fragment fragment = {.id = i, .more = true};
    const struct route route = host_route(from);
    size_t octets = packet_build_udp(upper, &route, 5000, 7, data, sizeof data);
    assert_true(packet_build(&frame, &route, PROTOCOL_UDP, &fragment, upper, octets));
    wire_push(&rig.wire, frame.data, frame.octets);
}

static void packet_send(struct host *from, const struct flood *flood, uint32_t i)
{
    static const uint8_t data[1000];
    address_forge(from, flood, i);
    switch (flood->kind) {
    case FLOOD_SYN:
        syn_send(from, i);
        break;
    case FLOOD_UDP:
        host_send_udp(from, 5000, 7, data, sizeof data);
        break;
    case FLOOD_FRAGMENT:
        fragment_send(from, i);
        break;
    case FLOOD_ANNOUNCE:
        host_announce(from);
        break;
    }
}

void flood_advance(const struct flood *flood, uint32_t ms)
{
    static struct host from;
    static uint32_t sent;
    static uint32_t due; // thousandths of a packet
    host_init(&from, &rig.wire, ANYONE, flood->is_ip6);
    for (; ms > 0; ms--) {
        for (due += FLOOD_PER_S; due >= 1000; due -= 1000) {
            packet_send(&from, flood, sent++);
        }
        rig_advance(1);
    }
}
