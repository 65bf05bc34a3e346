// SPDX-License-Identifier: BSD-3-Clause
// Frames for the guard.
#include "frame.h"

#include <string.h>

#include "packet.h"

const uint8_t mac_device[6] = {0x02, 0, 198, 51, 100, 2};
const uint8_t mac_peer[6] = {0x02, 0, 198, 51, 100, 1};
const uint8_t mac_all[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
const uint8_t ip4_device[4] = {198, 51, 100, 2};
const uint8_t ip4_peer[4] = {198, 51, 100, 1};

struct frame frame_new(uint16_t type)
{
    struct frame frame = {.octets = 0};
    frame_add(&frame, mac_device, 6);
    frame_add(&frame, mac_peer, 6);
    frame_add(&frame, (uint8_t[]){(uint8_t)(type >> 8), (uint8_t)type}, 2);
    frame.ip = frame.octets;
    return frame;
}

void frame_add(struct frame *frame, const void *bytes, size_t octets)
{
    uint8_t *at = frame->data + frame->octets;
    for (size_t i = 0; i < octets; i++) {
        at[i] = bytes == NULL ? (uint8_t)('a' + i % 26) : ((const uint8_t *)bytes)[i];
    }
    frame->octets += octets;
}

void frame_put16(struct frame *frame, size_t at, uint16_t value)
{
    put16(frame->data + at, value);
}

void frame_put32(struct frame *frame, size_t at, uint32_t value)
{
    put32(frame->data + at, value);
}

void frame_set_ip(struct frame *frame, size_t at, uint8_t value)
{
    frame->data[frame->ip + at] = value;
}

void frame_set_upper(struct frame *frame, size_t at, uint8_t value)
{
    frame->data[frame->upper + at] = value;
}

struct frame frame_arp(uint16_t operation)
{
    struct frame frame = frame_new(TYPE_ARP);
    static const uint8_t nobody[6];
    frame_add(&frame, (uint8_t[]){0, 1, 8, 0, 6, 4, 0, (uint8_t)operation}, 8);
    frame_add(&frame, mac_peer, 6);
    frame_add(&frame, ip4_peer, 4);
    frame_add(&frame, operation == 1 ? nobody : mac_device, 6);
    frame_add(&frame, ip4_device, 4);
    return frame;
}

struct frame frame_ip4(uint8_t protocol, const void *options, size_t octets)
{
    struct frame frame = frame_new(TYPE_IP4);
    uint8_t header[20] = {[0] = (uint8_t)(0x45 + octets / 4), [5] = 1, [8] = 64, [9] = protocol};
    memcpy(header + 12, ip4_peer, 4);
    memcpy(header + 16, ip4_device, 4);
    frame_add(&frame, header, sizeof header);
    frame.options = frame.octets;
    frame_add(&frame, options, octets);
    frame.upper = frame.octets;
    return frame;
}

void frame_set_fragment(struct frame *frame, size_t offset, bool more)
{
    frame_put16(frame, frame->ip + 6, (uint16_t)((more ? 0x2000 : 0) | offset / 8));
}

void frame_add_udp(struct frame *frame, size_t octets)
{
    frame->upper = frame->octets;
    uint8_t header[8] = {0x9c, 0x40, 0, 7, (uint8_t)((octets + 8) >> 8), (uint8_t)(octets + 8)};
    frame_add(frame, header, sizeof header);
    frame_add(frame, NULL, octets);
}

void frame_add_tcp(struct frame *frame, uint8_t flags, const void *options, size_t option_octets,
                   size_t octets)
{
    frame->upper = frame->octets;
    uint8_t header[20] = {0x9c, 0x40, 0, 7, 0, 0, 0, 1, 0, 0, 0, 1};
    header[12] = (uint8_t)((20 + option_octets) / 4 << 4);
    header[13] = flags;
    header[14] = 0x10;
    header[19] = (flags & URG) != 0;
    frame_add(frame, header, sizeof header);
    frame_add(frame, options, option_octets);
    frame_add(frame, NULL, octets);
}

void frame_add_icmp(struct frame *frame, uint8_t type, const void *body, size_t octets)
{
    frame->upper = frame->octets;
    frame_add(frame, (uint8_t[]){type, 0, 0, 0}, 4);
    frame_add(frame, body, octets);
}

/// The protocol at `upper`, 0 when it is in no header (a later fragment, or none).
static uint8_t protocol_of(const struct frame *frame, bool is_ip6)
{
    if (!is_ip6) {
        return frame->data[frame->ip + 9];
    }
    uint8_t next = frame->data[frame->ip + 6];
    size_t at = frame->ip + 40;
    while (at < frame->upper &&
           (next == HOP_BY_HOP || next == ROUTING || next == FRAGMENT || next == DESTINATION)) {
        size_t octets = next == FRAGMENT ? 8 : (frame->data[at + 1] + 1u) * 8;
        next = frame->data[at];
        at += octets;
    }
    return next;
}

static void checksum_finish(struct frame *frame, bool is_ip6)
{
    uint8_t protocol = protocol_of(frame, is_ip6);
    size_t at = protocol == TCP ? 16 : protocol == UDP ? 6 : 2;
    size_t octets = frame->octets - frame->upper;
    if ((protocol != TCP && protocol != UDP && protocol != ICMP && protocol != ICMP6) ||
        octets < at + 2) {
        return;
    }
    struct address src = {.is_ip6 = is_ip6};
    struct address dst = src;
    memcpy(src.octets, frame->data + frame->ip + (is_ip6 ? 8 : 12), is_ip6 ? 16 : 4);
    memcpy(dst.octets, frame->data + frame->ip + (is_ip6 ? 24 : 16), is_ip6 ? 16 : 4);
    uint32_t sum = protocol == ICMP ? 0 : packet_pseudo_sum(&src, &dst, protocol, octets);
    frame_put16(frame, frame->upper + at, 0);
    frame_put16(frame, frame->upper + at, packet_checksum(sum, frame->data + frame->upper, octets));
}

void frame_finish(struct frame *frame)
{
    bool is_ip6 = frame->data[frame->ip] >> 4 == 6;
    if (is_ip6) {
        frame_put16(frame, frame->ip + 4, (uint16_t)(frame->octets - frame->ip - 40));
    } else {
        size_t header_octets = (frame->data[frame->ip] & 15u) * 4;
        frame_put16(frame, frame->ip + 2, (uint16_t)(frame->octets - frame->ip));
        frame_put16(frame, frame->ip + 10, 0);
        frame_put16(frame, frame->ip + 10,
                    packet_checksum(0, frame->data + frame->ip, header_octets));
    }
    checksum_finish(frame, is_ip6);
}

struct frame frame_udp4(size_t octets)
{
    struct frame frame = frame_ip4(UDP, NULL, 0);
    frame_add_udp(&frame, octets);
    frame_finish(&frame);
    return frame;
}

struct frame frame_tcp4(uint8_t flags)
{
    struct frame frame = frame_ip4(TCP, NULL, 0);
    frame_add_tcp(&frame, flags, NULL, 0, 0);
    frame_finish(&frame);
    return frame;
}
