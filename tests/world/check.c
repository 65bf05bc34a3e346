// SPDX-License-Identifier: BSD-3-Clause
// The frame checker's part for Ethernet, ARP, IPv4 and IPv6.
#include "check.h"

#include <string.h>

#include "check_parts.h"
#include "device_side.h"
#include "dhcp_server.h"
#include "octets.h"
#include "world.h"

enum {
    FRAME_SENT_OCTETS_MAX = 1514,
    IP4_MORE = 0x2000,
    IP4_RESERVED = 0x8000,
    IP4_DONT = 0x4000,
    IP4_OFFSET = 0x1fff,
    ROUTER_ALERT_OCTETS = 8,
    MDNS_GROUP = (int)0xe00000fb, // 224.0.0.251
};

static const uint8_t ip4_own[4] = {198, 51, 100, 2};
static const uint8_t broadcast_mac[MAC_OCTETS] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
static const uint8_t ip_none[IP6_OCTETS];

static void must(bool holds, const char *what)
{
    if (!holds) {
        world_fail("frame: %s", what);
    }
}

uint16_t packet_checksum(const struct packet *packet)
{
    uint64_t sum = sum_add(0, packet->src, packet->address_octets);
    sum = sum_add(sum, packet->dst, packet->address_octets);
    sum += packet->octets + packet->protocol;
    return sum_end(sum_add(sum, packet->at, packet->octets));
}

static unsigned host_by_ip(const uint8_t *ip, size_t octets)
{
    for (unsigned i = 0; i < plan.hosts_n; i++) {
        if (octets == 4 ? get32(ip) == plan.hosts[i].ip4
                        : memcmp(ip, plan.hosts[i].ip6, IP6_OCTETS) == 0) {
            return i;
        }
    }
    return HOSTS_MAX;
}

static bool is_own_ip4(const uint8_t *ip)
{
    return plan.is_leased ? dhcp_server_allows(ip) : memcmp(ip, ip4_own, 4) == 0;
}

static void check_arp(const uint8_t *data, size_t octets)
{
    static const uint8_t head[] = {0, 1, 8, 0, 6, 4, 0};
    const uint8_t *arp = data + ETHERNET_OCTETS;
    must(octets == ETHERNET_OCTETS + ARP_OCTETS, "ARP: length");
    must(memcmp(arp, head, sizeof head) == 0, "ARP: kinds of addresses");
    must(arp[7] == 1 || arp[7] == 2, "ARP: operation");
    must(memcmp(arp + 8, device_mac, MAC_OCTETS) == 0, "ARP: the sender's MAC is not the device's");
    bool is_probe = arp[7] == 1 && get32(arp + 14) == 0 && is_own_ip4(arp + 24);
    must(is_probe || is_own_ip4(arp + 14), "ARP: the sender's address is not the device's");
    if (arp[7] == 2) {
        must(memcmp(arp + 18, data, MAC_OCTETS) == 0, "ARP: a reply to another than its target");
    }
}

/// Fills `packet`. Returns what is wrong with it, NULL: nothing.
static const char *ip4_parse(struct packet *packet, const uint8_t *ip, size_t octets)
{
    if (octets < IP4_OCTETS || ip[0] >> 4 != 4) {
        return "IPv4: cut, or of another version";
    }
    size_t header = (ip[0] & 15u) * 4;
    size_t total = get16(ip + 2);
    if (header < IP4_OCTETS || total < header || total > octets) {
        return "IPv4: lengths";
    }
    if (sum_end(sum_add(0, ip, header)) != 0) {
        return "IPv4: header checksum";
    }
    unsigned place = get16(ip + 6);
    *packet = (struct packet){
        .src = ip + 12,
        .dst = ip + 16,
        .address_octets = 4,
        .hop_limit = ip[8],
        .protocol = ip[9],
        .is_fragment = (place & (IP4_MORE | IP4_OFFSET)) != 0,
        .is_first = (place & IP4_OFFSET) == 0,
        .is_to_group = ip[16] >= 224,
        .at = ip + header,
        .octets = total - header,
    };
    if ((place & IP4_MORE) != 0 && (packet->octets == 0 || packet->octets % 8 != 0)) {
        return "IPv4: a fragment that is not of eights";
    }
    return NULL;
}

/// Walks over hop-by-hop options and a fragment header.
static const char *ip6_extensions(struct packet *packet)
{
    if (packet->protocol == PROTOCOL_HOP_BY_HOP) {
        static const uint8_t alert[] = {5, 2, 0, 0};
        if (packet->octets < ROUTER_ALERT_OCTETS || packet->at[1] != 0) {
            return "IPv6: hop-by-hop options";
        }
        packet->has_router_alert = memcmp(packet->at + 2, alert, sizeof alert) == 0 ||
                                   memcmp(packet->at + 4, alert, sizeof alert) == 0;
        packet->protocol = packet->at[0];
        packet->at += ROUTER_ALERT_OCTETS;
        packet->octets -= ROUTER_ALERT_OCTETS;
    }
    if (packet->protocol == PROTOCOL_FRAGMENT) {
        if (packet->octets < FRAGMENT_OCTETS || packet->at[1] != 0) {
            return "IPv6: fragment header";
        }
        unsigned place = get16(packet->at + 2);
        packet->is_fragment = true;
        packet->is_first = (place & 0xfff8) == 0;
        packet->protocol = packet->at[0];
        packet->at += FRAGMENT_OCTETS;
        packet->octets -= FRAGMENT_OCTETS;
        if ((place & 1) != 0 && (packet->octets == 0 || packet->octets % 8 != 0)) {
            return "IPv6: a fragment that is not of eights";
        }
    }
    return NULL;
}

static const char *ip6_parse(struct packet *packet, const uint8_t *ip, size_t octets)
{
    if (octets < IP6_HEADER_OCTETS || ip[0] >> 4 != 6) {
        return "IPv6: cut, or of another version";
    }
    if (get16(ip + 4) + (size_t)IP6_HEADER_OCTETS > octets) {
        return "IPv6: length";
    }
    *packet = (struct packet){
        .src = ip + 8,
        .dst = ip + 24,
        .address_octets = IP6_OCTETS,
        .hop_limit = ip[7],
        .protocol = ip[6],
        .is_first = true,
        .is_to_group = ip[24] == 0xff,
        .at = ip + IP6_HEADER_OCTETS,
        .octets = get16(ip + 4),
    };
    return ip6_extensions(packet);
}

static bool is_own(const struct packet *packet, const uint8_t *ip)
{
    if (packet->address_octets == 4) {
        return is_own_ip4(ip);
    }
    return memcmp(ip, device_ip6[0], IP6_OCTETS) == 0 || memcmp(ip, device_ip6[1], IP6_OCTETS) == 0;
}

/// Strangers are answered where their frame came from, as far as the link left that as it was.
static bool is_mac_of(unsigned host, const uint8_t *mac)
{
    const uint8_t *own = plan.hosts[host].mac;
    unsigned changed = 0;
    for (unsigned i = 0; i < MAC_OCTETS; i++) {
        changed += mac[i] != own[i];
    }
    return changed == 0 || (changed == 1 && plan_has(FAULT_corrupt_link));
}

/// A server that lies may send the device to the wrong router.
static bool is_mac_of_router(const uint8_t *mac)
{
    return plan_has(FAULT_dhcp) && is_mac_of(plan.dhcp_host, mac);
}

/// A packet leaves from an address of the device to where its destination is.
static void check_addresses(struct packet *packet, const uint8_t *data)
{
    bool from_none = memcmp(packet->src, ip_none, packet->address_octets) == 0 &&
                     (packet->address_octets == IP6_OCTETS ? packet->protocol == PROTOCOL_ICMP6
                                                           : check_is_dhcp(packet));
    must(from_none || is_own(packet, packet->src), "IP: the source is not the device's");
    must(memcmp(packet->src, packet->dst, packet->address_octets) != 0,
         "IP: the destination is the device itself");
    must(packet->hop_limit > 0, "IP: no hops");
    packet->host = host_by_ip(packet->dst, packet->address_octets);
    if (packet->is_to_group && packet->address_octets == IP6_OCTETS) {
        must(get16(data) == 0x3333 && memcmp(data + 2, packet->dst + 12, 4) == 0,
             "Ethernet: not the group's address");
        return;
    }
    if (packet->is_to_group && check_is_dhcp(packet)) {
        must(get32(packet->dst) == UINT32_MAX && memcmp(data, broadcast_mac, MAC_OCTETS) == 0,
             "DHCP: neither to all nor to the server");
        return;
    }
    if (packet->is_to_group) {
        must(get32(packet->dst) == (uint32_t)MDNS_GROUP, "IPv4: to a group");
        must(get32(data) == 0x01005e00 && get16(data + 4) == (MDNS_GROUP & 0xffff),
             "Ethernet: not the group's address");
        return;
    }
    must(packet->host < HOSTS_MAX, "IP: to a host that there is not");
    must(is_mac_of(packet->host, data) || is_mac_of_router(data),
         "Ethernet: another host's address");
}

static void check_transport(const struct packet *packet)
{
    if (!packet->is_first) {
        return;
    }
    bool is_ip6 = packet->address_octets == IP6_OCTETS;
    if (packet->protocol == PROTOCOL_TCP) {
        must(!packet->is_fragment, "TCP: a fragment");
        check_tcp(packet);
    } else if (packet->protocol == PROTOCOL_UDP) {
        check_udp(packet);
    } else if (packet->protocol == PROTOCOL_ICMP && !is_ip6) {
        check_icmp(packet);
    } else if (packet->protocol == PROTOCOL_ICMP6 && is_ip6) {
        check_icmp6(packet);
    } else {
        must(false, "IP: a protocol that the device does not speak");
    }
}

static void check_ip(const uint8_t *data, size_t octets)
{
    const uint8_t *ip = data + ETHERNET_OCTETS;
    struct packet packet;
    bool is_ip6 = get16(data + 12) == TYPE_IP6;
    const char *problem = is_ip6 ? ip6_parse(&packet, ip, octets - ETHERNET_OCTETS)
                                 : ip4_parse(&packet, ip, octets - ETHERNET_OCTETS);
    must(problem == NULL, problem);
    must(packet.at + packet.octets == data + octets, "IP: octets behind the packet");
    if (!is_ip6) {
        must(ip[0] == 0x45, "IPv4: options");
        must((get16(ip + 6) & IP4_RESERVED) == 0, "IPv4: a reserved flag");
    }
    check_addresses(&packet, data);
    check_transport(&packet);
}

void check_device_frame(const uint8_t *data, size_t octets)
{
    must(octets > ETHERNET_OCTETS && octets <= FRAME_SENT_OCTETS_MAX, "Ethernet: length");
    must(memcmp(data + MAC_OCTETS, device_mac, MAC_OCTETS) == 0,
         "Ethernet: the source is not the device's");
    switch (get16(data + 12)) {
    case TYPE_ARP:
        check_arp(data, octets);
        break;
    case TYPE_IP4:
    case TYPE_IP6:
        check_ip(data, octets);
        break;
    default:
        must(false, "Ethernet: a type that the device does not speak");
    }
}

/// Fills `packet` from a host's frame. Returns false when that is none for the device's services.
static bool host_packet(struct packet *packet, const uint8_t *data, size_t octets)
{
    if (octets <= ETHERNET_OCTETS) {
        return false;
    }
    const uint8_t *ip = data + ETHERNET_OCTETS;
    size_t rest = octets - ETHERNET_OCTETS;
    const char *problem;
    switch (get16(data + 12)) {
    case TYPE_IP4:
        problem = ip4_parse(packet, ip, rest);
        break;
    case TYPE_IP6:
        problem = ip6_parse(packet, ip, rest);
        break;
    default:
        return false;
    }
    return problem == NULL && packet->is_first && is_own(packet, packet->dst);
}

void check_host_frame(const uint8_t *data, size_t octets)
{
    struct packet packet;
    if (host_packet(&packet, data, octets) && packet.protocol == PROTOCOL_TCP) {
        packet.host = host_by_ip(packet.src, packet.address_octets);
        check_tcp_host(&packet);
    }
}

void check_delivered_frame(const struct frame *frame)
{
    struct packet packet;
    if (frame->is_damaged || !host_packet(&packet, frame->data, frame->octets)) {
        return;
    }
    packet.host = host_by_ip(packet.src, packet.address_octets);
    if (packet.protocol == PROTOCOL_TCP) {
        check_tcp_delivered(&packet);
    } else {
        check_asked(&packet);
    }
}
