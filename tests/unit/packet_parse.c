// SPDX-License-Identifier: BSD-3-Clause
// Frames on the wire: what takes them apart and checks them.
#include <string.h>

#include "packet.h"

static const char *arp_parse(struct packet *packet)
{
    const uint8_t *arp = packet->upper;
    if (packet->upper_octets != 28) {
        return "ARP: length is not 28";
    }
    if (get16(arp) != 1 || get16(arp + 2) != ETHERTYPE_IP4 || arp[4] != 6 || arp[5] != 4) {
        return "ARP: not Ethernet and IPv4";
    }
    if (get16(arp + 6) != 1 && get16(arp + 6) != 2) {
        return "ARP: neither request nor reply";
    }
    if (memcmp(arp + 8, packet->src_mac, 6) != 0) {
        return "ARP: the sender is not the one of the frame";
    }
    memcpy(packet->src.octets, arp + 14, 4);
    memcpy(packet->dst.octets, arp + 24, 4);
    return NULL;
}

static const char *tcp_options_parse(struct packet *packet, const uint8_t *option,
                                     const uint8_t *end)
{
    while (option < end) {
        if (*option == 0) {
            return NULL;
        }
        if (*option == 1) {
            option++;
            continue;
        }
        if (option + 1 >= end || option[1] < 2 || option + option[1] > end) {
            return "TCP: an option passes the end of the header";
        }
        if (*option == 2 && option[1] == 4) {
            packet->mss = get16(option + 2);
        } else if (*option == 3 && option[1] == 3) {
            packet->scale = option[2];
        }
        if ((*option == 2 || *option == 3 || *option == 4) && (packet->flags & FLAG_SYN) == 0) {
            return "TCP: an option of a SYN without SYN";
        }
        option += option[1];
    }
    return NULL;
}

static const char *tcp_parse(struct packet *packet)
{
    const uint8_t *tcp = packet->upper;
    if (packet->upper_octets < 20) {
        return "TCP: shorter than its header";
    }
    size_t header_octets = (size_t)(tcp[12] >> 4) * 4;
    if (header_octets < 20 || header_octets > packet->upper_octets) {
        return "TCP: data offset out of the packet";
    }
    packet->src_port = get16(tcp);
    packet->dst_port = get16(tcp + 2);
    packet->seq = get32(tcp + 4);
    packet->ack = get32(tcp + 8);
    packet->flags = tcp[13] & 0x3f;
    packet->window = get16(tcp + 14);
    packet->scale = -1;
    packet->data = tcp + header_octets;
    packet->data_octets = packet->upper_octets - header_octets;
    if ((tcp[12] & 0x0f) != 0) {
        return "TCP: reserved bits are set";
    }
    uint8_t kind = packet->flags & (FLAG_SYN | FLAG_FIN | FLAG_RST);
    if ((kind & (kind - 1)) != 0) {
        return "TCP: more than one of SYN, FIN and RST";
    }
    return tcp_options_parse(packet, tcp + 20, tcp + header_octets);
}

static const char *udp_parse(struct packet *packet)
{
    const uint8_t *udp = packet->upper;
    if (packet->upper_octets < 8) {
        return "UDP: shorter than its header";
    }
    if (get16(udp + 4) != packet->upper_octets) {
        return "UDP: length is not the packet's";
    }
    if (get16(udp + 6) == 0) {
        return "UDP: no checksum";
    }
    packet->src_port = get16(udp);
    packet->dst_port = get16(udp + 2);
    packet->data = udp + 8;
    packet->data_octets = packet->upper_octets - 8;
    return NULL;
}

const char *packet_parse_upper(struct packet *packet)
{
    uint32_t sum = 0;
    if (packet->protocol != PROTOCOL_ICMP) {
        sum = packet_pseudo_sum(&packet->src, &packet->dst, packet->protocol, packet->upper_octets);
    }
    if (packet_checksum(sum, packet->upper, packet->upper_octets) != 0) {
        return "the checksum of the transport is wrong";
    }
    switch (packet->protocol) {
    case PROTOCOL_TCP:
        return tcp_parse(packet);
    case PROTOCOL_UDP:
        return udp_parse(packet);
    case PROTOCOL_ICMP:
        return packet->upper_octets >= 8 ? NULL : "ICMP: shorter than its header";
    case PROTOCOL_ICMP6:
        return packet->upper_octets >= 4 ? NULL : "ICMPv6: shorter than its header";
    default:
        return "IP: a protocol that the device doesn't speak";
    }
}

static const char *ip4_parse(struct packet *packet)
{
    const uint8_t *ip = packet->upper;
    size_t octets = packet->upper_octets;
    if (octets < 20 || ip[0] >> 4 != 4) {
        return "IPv4: no header";
    }
    size_t header_octets = (size_t)(ip[0] & 15) * 4;
    if (header_octets < 20 || header_octets > octets || get16(ip + 2) != octets) {
        return "IPv4: lengths disagree with the frame's";
    }
    if (packet_checksum(0, ip, header_octets) != 0) {
        return "IPv4: the checksum of the header is wrong";
    }
    packet->hops = ip[8];
    packet->protocol = ip[9];
    memcpy(packet->src.octets, ip + 12, 4);
    memcpy(packet->dst.octets, ip + 16, 4);
    packet->fragment.id = get16(ip + 4);
    packet->fragment.more = (ip[6] & 0x20) != 0;
    packet->fragment.offset = (size_t)(get16(ip + 6) & 0x1fff) * 8;
    packet->is_fragment = packet->fragment.more || packet->fragment.offset > 0;
    packet->upper += header_octets;
    packet->upper_octets -= header_octets;
    return packet->hops > 0 ? NULL : "IPv4: no time to live";
}

/// Steps behind one extension header. Returns NULL, or what is wrong.
static const char *ip6_extension_parse(struct packet *packet)
{
    const uint8_t *at = packet->upper;
    if (packet->upper_octets < 8) {
        return "IPv6: an extension header passes the end of the packet";
    }
    size_t octets = 8;
    if (packet->protocol == PROTOCOL_FRAGMENT) {
        packet->is_fragment = true;
        packet->fragment.offset = get16(at + 2) & 0xfff8;
        packet->fragment.more = (at[3] & 1) != 0;
        packet->fragment.id = get32(at + 4);
    } else {
        octets = ((size_t)at[1] + 1) * 8;
    }
    if (octets > packet->upper_octets) {
        return "IPv6: an extension header passes the end of the packet";
    }
    packet->protocol = at[0];
    packet->upper += octets;
    packet->upper_octets -= octets;
    return NULL;
}

static const char *ip6_parse(struct packet *packet)
{
    const uint8_t *ip = packet->upper;
    size_t octets = packet->upper_octets;
    if (octets < 40 || ip[0] >> 4 != 6) {
        return "IPv6: no header";
    }
    if (40u + get16(ip + 4) != octets) {
        return "IPv6: length disagrees with the frame's";
    }
    packet->src.is_ip6 = true;
    packet->dst.is_ip6 = true;
    memcpy(packet->src.octets, ip + 8, 16);
    memcpy(packet->dst.octets, ip + 24, 16);
    packet->hops = ip[7];
    packet->protocol = ip[6];
    packet->upper += 40;
    packet->upper_octets -= 40;
    while (packet->protocol == PROTOCOL_HOP_BY_HOP || packet->protocol == PROTOCOL_DESTINATION ||
           packet->protocol == PROTOCOL_FRAGMENT) {
        const char *problem = ip6_extension_parse(packet);
        if (problem != NULL) {
            return problem;
        }
    }
    return packet->hops > 0 ? NULL : "IPv6: no hop limit";
}

const char *packet_parse(struct packet *packet, const uint8_t *frame, size_t octets)
{
    *packet = (struct packet){.scale = -1};
    if (octets < 14 || octets > PACKET_FRAME_OCTETS_MAX) {
        return "Ethernet: length out of limits";
    }
    memcpy(packet->dst_mac, frame, 6);
    memcpy(packet->src_mac, frame + 6, 6);
    packet->ethertype = get16(frame + 12);
    packet->upper = frame + 14;
    packet->upper_octets = octets - 14;
    const char *problem;
    switch (packet->ethertype) {
    case ETHERTYPE_ARP:
        return arp_parse(packet);
    case ETHERTYPE_IP4:
        problem = ip4_parse(packet);
        break;
    case ETHERTYPE_IP6:
        problem = ip6_parse(packet);
        break;
    default:
        return "Ethernet: a type that the device doesn't speak";
    }
    if (problem != NULL || packet->is_fragment) {
        return problem;
    }
    return packet_parse_upper(packet);
}
