// SPDX-License-Identifier: BSD-3-Clause
// Frames on the wire: what builds them.
#include <string.h>

#include "packet.h"

uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value);
}

struct address address_ip4(uint8_t a, uint8_t b, uint8_t c, uint8_t d)
{
    return (struct address){.octets = {a, b, c, d}};
}

struct address address_ip6(const uint16_t groups[8])
{
    struct address address = {.is_ip6 = true};
    for (size_t i = 0; i < 8; i++) {
        put16(&address.octets[2 * i], groups[i]);
    }
    return address;
}

bool address_is_equal(const struct address *a, const struct address *b)
{
    return a->is_ip6 == b->is_ip6 && memcmp(a->octets, b->octets, sizeof a->octets) == 0;
}

uint16_t packet_checksum(uint32_t sum, const uint8_t *data, size_t octets)
{
    for (size_t i = 0; i + 1 < octets; i += 2) {
        sum += get16(data + i);
    }
    if (octets % 2 != 0) {
        sum += (uint32_t)data[octets - 1] << 8;
    }
    while (sum > 0xffff) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

uint32_t packet_pseudo_sum(const struct address *src, const struct address *dst, uint8_t protocol,
                           size_t octets)
{
    uint32_t sum = protocol + (uint32_t)octets;
    for (size_t i = 0; i < 16; i += 2) {
        sum += (uint32_t)get16(src->octets + i) + get16(dst->octets + i);
    }
    return sum;
}

static uint8_t *ethernet_build(struct packet_frame *frame, const struct route *route,
                               uint16_t ethertype)
{
    memcpy(frame->data, route->dst_mac, 6);
    memcpy(frame->data + 6, route->src_mac, 6);
    put16(frame->data + 12, ethertype);
    return frame->data + 14;
}

/// Returns the place behind the header.
static uint8_t *ip4_build(uint8_t *ip, const struct route *route, uint8_t protocol,
                          const struct fragment *fragment, size_t octets)
{
    size_t header_octets = 20 + route->option_octets;
    memset(ip, 0, header_octets);
    ip[0] = (uint8_t)(0x40 | header_octets / 4);
    put16(ip + 2, (uint32_t)(header_octets + octets));
    put16(ip + 4, fragment->id);
    put16(ip + 6, (fragment->more ? 0x2000u : 0u) | (uint32_t)(fragment->offset / 8));
    ip[8] = 64;
    ip[9] = protocol;
    memcpy(ip + 12, route->src.octets, 4);
    memcpy(ip + 16, route->dst.octets, 4);
    memset(ip + 20, 1, route->option_octets);
    put16(ip + 10, packet_checksum(0, ip, header_octets));
    return ip + header_octets;
}

/// A destination options header of `octets`, filled with padding options (RFC 8200 section 4.2).
static void destination_options_build(uint8_t *at, uint8_t next, size_t octets)
{
    memset(at, 0, octets);
    at[0] = next;
    at[1] = (uint8_t)(octets / 8 - 1);
    for (size_t i = 2; i < octets;) {
        size_t part = octets - i < 256 ? octets - i : 256;
        if (octets - i - part == 1) {
            part--;
        }
        at[i] = 1;
        at[i + 1] = (uint8_t)(part - 2);
        i += part;
    }
}

static uint8_t *ip6_build(uint8_t *ip, const struct route *route, uint8_t protocol,
                          const struct fragment *fragment, size_t octets)
{
    bool whole = fragment->offset == 0 && !fragment->more;
    size_t extension_octets = route->option_octets + (whole ? 0 : 8);
    memset(ip, 0, 40);
    ip[0] = 0x60;
    put16(ip + 4, (uint32_t)(extension_octets + octets));
    ip[6] = protocol;
    ip[7] = 64;
    memcpy(ip + 8, route->src.octets, 16);
    memcpy(ip + 24, route->dst.octets, 16);
    uint8_t *at = ip + 40;
    uint8_t *next = ip + 6;
    if (route->option_octets > 0) {
        *next = PROTOCOL_DESTINATION;
        destination_options_build(at, protocol, route->option_octets);
        next = at;
        at += route->option_octets;
    }
    if (!whole) {
        *next = PROTOCOL_FRAGMENT;
        at[0] = protocol;
        at[1] = 0;
        put16(at + 2, (uint32_t)fragment->offset | (fragment->more ? 1u : 0u));
        put32(at + 4, fragment->id);
        at += 8;
    }
    return at;
}

bool packet_build(struct packet_frame *frame, const struct route *route, uint8_t protocol,
                  const struct fragment *fragment, const void *upper, size_t octets)
{
    bool is_ip6 = route->src.is_ip6;
    size_t headers_octets = (is_ip6 ? 48u : 20u) + route->option_octets;
    if (headers_octets + octets > PACKET_MTU + (is_ip6 ? 8u : 0u)) {
        return false;
    }
    uint8_t *ip = ethernet_build(frame, route, is_ip6 ? ETHERTYPE_IP6 : ETHERTYPE_IP4);
    uint8_t *at = (is_ip6 ? ip6_build : ip4_build)(ip, route, protocol, fragment, octets);
    frame->octets = (size_t)(at - frame->data) + octets;
    if (frame->octets > sizeof frame->data) {
        return false;
    }
    memcpy(at, upper, octets);
    return true;
}

static void checksum_put(uint8_t *field, const struct route *route, uint8_t protocol,
                         const uint8_t *upper, size_t octets)
{
    put16(field, 0);
    uint32_t sum = packet_pseudo_sum(&route->src, &route->dst, protocol, octets);
    uint16_t checksum = packet_checksum(sum, upper, octets);
    put16(field, checksum == 0 && protocol == PROTOCOL_UDP ? 0xffff : checksum);
}

size_t packet_build_tcp(uint8_t *upper, const struct route *route, const struct segment *segment)
{
    memset(upper, 0, 20);
    uint8_t *option = upper + 20;
    if (segment->mss != 0) {
        option[0] = 2;
        option[1] = 4;
        put16(option + 2, segment->mss);
        option += 4;
    }
    if (segment->scale >= 0) {
        option[0] = 1;
        option[1] = 3;
        option[2] = 3;
        option[3] = (uint8_t)segment->scale;
        option += 4;
    }
    memset(option, 1, segment->option_octets);
    option += segment->option_octets;
    put16(upper, segment->src_port);
    put16(upper + 2, segment->dst_port);
    put32(upper + 4, segment->seq);
    put32(upper + 8, segment->ack);
    upper[12] = (uint8_t)((option - upper) / 4 << 4);
    upper[13] = segment->flags;
    put16(upper + 14, segment->window);
    if (segment->data_octets > 0) {
        memcpy(option, segment->data, segment->data_octets);
    }
    size_t octets = (size_t)(option - upper) + segment->data_octets;
    checksum_put(upper + 16, route, PROTOCOL_TCP, upper, octets);
    return octets;
}

size_t packet_build_udp(uint8_t *upper, const struct route *route, uint16_t src_port,
                        uint16_t dst_port, const void *data, size_t octets)
{
    put16(upper, src_port);
    put16(upper + 2, dst_port);
    put16(upper + 4, (uint32_t)(8 + octets));
    if (octets > 0) {
        memcpy(upper + 8, data, octets);
    }
    checksum_put(upper + 6, route, PROTOCOL_UDP, upper, 8 + octets);
    return 8 + octets;
}

void packet_build_arp(struct packet_frame *frame, const struct route *route, uint16_t operation)
{
    uint8_t *arp = ethernet_build(frame, route, ETHERTYPE_ARP);
    put16(arp, 1);
    put16(arp + 2, ETHERTYPE_IP4);
    arp[4] = 6;
    arp[5] = 4;
    put16(arp + 6, operation);
    memcpy(arp + 8, route->src_mac, 6);
    memcpy(arp + 14, route->src.octets, 4);
    memcpy(arp + 18, route->dst_mac, 6);
    memcpy(arp + 24, route->dst.octets, 4);
    frame->octets = 14 + 28;
}
