// SPDX-License-Identifier: BSD-3-Clause
// Frames for the guard: what is IPv6.
#include <string.h>

#include "frame.h"

const uint8_t ip6_device[16] = {0x20, 1, 0xd, 0xb8, 0, 7, [15] = 2};
const uint8_t ip6_device_link[16] = {0xfe, 0x80, [15] = 2};
const uint8_t ip6_device_new[16] = {0x20, 1, 0xd, 0xb8, 0, 7, [15] = 3};
const uint8_t ip6_peer[16] = {0x20, 1, 0xd, 0xb8, 0, 7, [15] = 1};
const uint8_t ip6_peer_link[16] = {0xfe, 0x80, [15] = 1};
const uint8_t ip6_all_nodes[16] = {0xff, 2, [15] = 1};

struct frame frame_ip6(uint8_t next)
{
    struct frame frame = frame_new(TYPE_IP6);
    uint8_t header[40] = {[0] = 0x60, [6] = next, [7] = 64};
    memcpy(header + 8, ip6_peer, 16);
    memcpy(header + 24, ip6_device, 16);
    frame_add(&frame, header, sizeof header);
    frame.upper = frame.octets;
    return frame;
}

void frame_add_extension(struct frame *frame, uint8_t next, size_t octets)
{
    frame->options = frame->octets;
    uint8_t header[2048] = {next, (uint8_t)(octets / 8 - 1)};
    size_t i = 2;
    while (i < octets) {
        size_t part = octets - i < 200 ? octets - i : 200;
        header[i] = part == 1 ? 0 : 1; // Pad1, PadN
        if (part > 1) {
            header[i + 1] = (uint8_t)(part - 2);
        }
        i += part;
    }
    frame_add(frame, header, octets);
    frame->upper = frame->octets;
}

void frame_add_routing(struct frame *frame, uint8_t next, uint8_t type, uint8_t segments_left)
{
    frame->options = frame->octets;
    uint8_t header[24] = {next, 2, type, segments_left};
    memcpy(header + 8, ip6_device, 16);
    frame_add(frame, header, sizeof header);
    frame->upper = frame->octets;
}

void frame_add_fragment(struct frame *frame, uint8_t next, size_t offset, bool more, uint32_t id)
{
    frame->options = frame->octets;
    uint8_t header[8] = {next};
    frame_add(frame, header, sizeof header);
    frame_put16(frame, frame->options + 2, (uint16_t)(offset | (more ? 1 : 0)));
    frame_put32(frame, frame->options + 4, id);
    frame->upper = frame->octets;
}

struct frame frame_udp6(size_t octets)
{
    struct frame frame = frame_ip6(UDP);
    frame_add_udp(&frame, octets);
    frame_finish(&frame);
    return frame;
}

struct frame frame_tcp6(uint8_t flags)
{
    struct frame frame = frame_ip6(TCP);
    frame_add_tcp(&frame, flags, NULL, 0, 0);
    frame_finish(&frame);
    return frame;
}

struct frame frame_nd(uint8_t type, const void *body, size_t octets)
{
    struct frame frame = frame_ip6(ICMP6);
    frame_set_ip(&frame, 7, 255);
    memcpy(frame.data + frame.ip + 8, ip6_peer_link, 16);
    frame_add_icmp(&frame, type, body, octets);
    frame_finish(&frame);
    return frame;
}
