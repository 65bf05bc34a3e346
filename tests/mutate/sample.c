// SPDX-License-Identifier: BSD-3-Clause
// Headers that several protocols have, samples, and checksums of bent frames.
#include <string.h>

#include "packet.h"
#include "protocol.h"

enum {
    ETHERNET_OCTETS = 14,
    TAG_OCTETS = 4,
    IP4_OCTETS = 20,
    IP6_OCTETS = 40,
    IP4_FRAGMENT_MASK = 0x3fff,
    IP6_FRAGMENT_MASK = 0xfff9,
};

static const struct field ethernet_fields[] = {
    {"destination", 0, 48, FIELD_MAC, NULL},
    {"source", 48, 48, FIELD_MAC, NULL},
    {"type", 96, 16, FIELD_TYPE, NULL},
};
const struct layer layer_ethernet = LAYER("ethernet", ethernet_fields);

static const struct field ip4_fields[] = {
    {"version", 0, 4, FIELD_NUMBER, ALSO(6, 5)},
    {"header length", 4, 4, FIELD_ALL, NULL},
    {"type of service", 8, 8, FIELD_NUMBER, NULL},
    {"total length", 16, 16, FIELD_LENGTH, ALSO(20, 28, 40, 1500)},
    {"identification", 32, 16, FIELD_NUMBER, NULL},
    {"reserved flag", 48, 1, FIELD_ALL, NULL},
    {"don't fragment", 49, 1, FIELD_ALL, NULL},
    {"more fragments", 50, 1, FIELD_ALL, NULL},
    {"fragment offset", 51, 13, FIELD_LENGTH, ALSO(185, 8189, 8183)},
    {"time to live", 64, 8, FIELD_NUMBER, NULL},
    {"protocol", 72, 8, FIELD_PROTOCOL, NULL},
    {"checksum", 80, 16, FIELD_CHECKSUM, NULL},
    {"source", 96, 32, FIELD_IP4, NULL},
    {"destination", 128, 32, FIELD_IP4, NULL},
};
const struct layer layer_ip4 = LAYER("ip4", ip4_fields);

static const struct field ip6_fields[] = {
    {"version", 0, 4, FIELD_NUMBER, ALSO(4, 7)},
    {"traffic class", 4, 8, FIELD_NUMBER, NULL},
    {"flow label", 12, 20, FIELD_NUMBER, NULL},
    {"payload length", 32, 16, FIELD_LENGTH, ALSO(20, 1460, 1500)},
    {"next header", 48, 8, FIELD_PROTOCOL, NULL},
    {"hop limit", 56, 8, FIELD_NUMBER, ALSO(64, 2)},
    {"source", 64, 128, FIELD_IP6, NULL},
    {"destination", 192, 128, FIELD_IP6, NULL},
};
const struct layer layer_ip6 = LAYER("ip6", ip6_fields);

static const struct field options_fields[] = {
    {"next header", 0, 8, FIELD_PROTOCOL, NULL},
    {"header length", 8, 8, FIELD_NUMBER, ALSO(2, 15, 16, 31)},
    {"option type", 16, 8, FIELD_NUMBER, ALSO(5, 0x3e, 0x7e, 0xbe, 0xfe, 0xc2, 0xc9, 0x26, 0x63)},
    {"option length", 24, 8, FIELD_LENGTH, ALSO(16, 5)},
    {"option data", 32, 16, FIELD_NUMBER, NULL},
};
const struct layer layer_options = LAYER("options", options_fields);

static const struct field fragment6_fields[] = {
    {"next header", 0, 8, FIELD_PROTOCOL, NULL},
    {"reserved", 8, 8, FIELD_NUMBER, NULL},
    {"offset", 16, 13, FIELD_LENGTH, ALSO(181, 8186, 8189)},
    {"reserved bits", 29, 2, FIELD_ALL, NULL},
    {"more", 31, 1, FIELD_ALL, NULL},
    {"identification", 32, 32, FIELD_NUMBER, NULL},
};
const struct layer layer_fragment6 = LAYER("fragment", fragment6_fields);

static const struct field udp_fields[] = {
    {"source port", 0, 16, FIELD_PORT, NULL},
    {"destination port", 16, 16, FIELD_PORT, NULL},
    {"length", 32, 16, FIELD_LENGTH, ALSO(7, 8, 9)},
    {"checksum", 48, 16, FIELD_CHECKSUM, NULL},
};
const struct layer layer_udp = LAYER("udp", udp_fields);

static const struct field tcp_fields[] = {
    {"source port", 0, 16, FIELD_PORT, NULL},
    {"destination port", 16, 16, FIELD_PORT, NULL},
    {"sequence number", 32, 32, FIELD_SEQUENCE, NULL},
    {"acknowledgement", 64, 32, FIELD_ACK, NULL},
    {"data offset", 96, 4, FIELD_ALL, NULL},
    {"reserved", 100, 4, FIELD_NUMBER, NULL},
    {"ECN", 104, 2, FIELD_ALL, NULL},
    {"flags", 106, 6, FIELD_ALL, NULL},
    {"window", 112, 16, FIELD_NUMBER, ALSO(2, 63, 64, 535, 536)},
    {"checksum", 128, 16, FIELD_CHECKSUM, NULL},
    {"urgent pointer", 144, 16, FIELD_NUMBER, NULL},
};
const struct layer layer_tcp = LAYER("tcp", tcp_fields);

static const struct field icmp_fields[] = {
    {"type", 0, 8, FIELD_NUMBER,
     ALSO(3, 4, 5, 8, 10, 11, 12, 13, 14, 17, 100, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137,
          143)},
    {"code", 8, 8, FIELD_NUMBER, ALSO(3, 4)},
    {"checksum", 16, 16, FIELD_CHECKSUM, NULL},
};
const struct layer layer_icmp = LAYER("icmp", icmp_fields);

static const struct field link_option_fields[] = {
    {"type", 0, 8, FIELD_NUMBER, ALSO(2, 3, 4, 5, 14, 25)},
    {"length", 8, 8, FIELD_LENGTH, NULL},
    {"address", 16, 48, FIELD_MAC, NULL},
};
const struct layer layer_link_option = LAYER("link option", link_option_fields);

void sample_add(struct sample *sample, const struct frame *frame)
{
    sample->frames[sample->frames_n++] = *frame;
}

void sample_bend(struct sample *sample, const struct frame *frame)
{
    sample->bent = sample->frames_n;
    sample_add(sample, frame);
    sample_place(sample, &layer_ethernet, 0);
    uint16_t type = get16(frame->data + frame->ip - 2);
    if (type == TYPE_IP4) {
        sample_place(sample, &layer_ip4, frame->ip);
    } else if (type == TYPE_IP6) {
        sample_place(sample, &layer_ip6, frame->ip);
    }
}

void sample_place(struct sample *sample, const struct layer *layer, size_t at)
{
    sample->places[sample->places_n++] = (struct place){layer, at};
}

/// Where the checksum stands in a transport's header; 0: it has none.
static size_t checksum_at(uint8_t protocol)
{
    switch (protocol) {
    case TCP:
        return 16;
    case UDP:
        return 6;
    case ICMP:
    case ICMP6:
    case IGMP:
        return 2;
    default:
        return 0;
    }
}

/// Mends the transport's checksum in the octets from `at` to `end`.
static void upper_mend(struct frame *frame, size_t at, size_t end, uint8_t protocol, bool is_ip6)
{
    size_t field = checksum_at(protocol);
    if (field == 0 || at + field + 2 > end) {
        return;
    }
    struct address src = {.is_ip6 = is_ip6};
    struct address dst = src;
    size_t octets = is_ip6 ? 16 : 4;
    memcpy(src.octets, frame->data + frame->ip + (is_ip6 ? 8 : 12), octets);
    memcpy(dst.octets, frame->data + frame->ip + (is_ip6 ? 24 : 16), octets);
    bool has_pseudo = protocol != ICMP && protocol != IGMP;
    uint32_t sum = has_pseudo ? packet_pseudo_sum(&src, &dst, protocol, end - at) : 0;
    put16(frame->data + at + field, 0);
    uint16_t checksum = packet_checksum(sum, frame->data + at, end - at);
    put16(frame->data + at + field, protocol == UDP && checksum == 0 ? 0xffff : checksum);
}

static void ip4_mend(struct frame *frame, size_t room)
{
    uint8_t *ip = frame->data + frame->ip;
    size_t header_octets = room < IP4_OCTETS ? 0 : (ip[0] & 15u) * 4;
    if (header_octets < IP4_OCTETS || header_octets > room) {
        return;
    }
    put16(ip + 10, 0);
    put16(ip + 10, packet_checksum(0, ip, header_octets));
    size_t octets = get16(ip + 2);
    octets = octets < room ? octets : room;
    if (octets >= header_octets && (get16(ip + 6) & IP4_FRAGMENT_MASK) == 0) {
        upper_mend(frame, frame->ip + header_octets, frame->ip + octets, ip[9], false);
    }
}

static void ip6_mend(struct frame *frame, size_t room)
{
    const uint8_t *ip = frame->data + frame->ip;
    if (room < IP6_OCTETS) {
        return;
    }
    size_t octets = IP6_OCTETS + (size_t)get16(ip + 4);
    octets = octets < room ? octets : room;
    size_t at = IP6_OCTETS;
    uint8_t next = ip[6];
    while (next == HOP_BY_HOP || next == ROUTING || next == FRAGMENT || next == DESTINATION) {
        if (at + 8 > octets) {
            return;
        }
        bool is_fragment = next == FRAGMENT;
        if (is_fragment && (get16(ip + at + 2) & IP6_FRAGMENT_MASK) != 0) {
            return;
        }
        next = ip[at];
        at += is_fragment ? 8 : (ip[at + 1] + 1u) * 8;
    }
    if (at < octets) {
        upper_mend(frame, frame->ip + at, frame->ip + octets, next, true);
    }
}

void frame_mend(struct frame *frame)
{
    if (frame->octets < ETHERNET_OCTETS + 1) {
        return;
    }
    uint16_t type = get16(frame->data + ETHERNET_OCTETS - 2);
    frame->ip = ETHERNET_OCTETS;
    if (type == TYPE_VLAN && frame->octets > ETHERNET_OCTETS + TAG_OCTETS) {
        type = get16(frame->data + ETHERNET_OCTETS + 2);
        frame->ip += TAG_OCTETS;
    }
    size_t room = frame->octets - frame->ip;
    if (type == TYPE_IP4) {
        ip4_mend(frame, room);
    } else if (type == TYPE_IP6) {
        ip6_mend(frame, room);
    }
}
