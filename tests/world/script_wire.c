// SPDX-License-Identifier: BSD-3-Clause
// The frames of scripted hosts.
#include "script_wire.h"

#include <string.h>

#include "device_side.h"
#include "link.h"
#include "octets.h"
#include "world.h"

enum {
    TTL = 64,
    ND_HOPS = 255,
    ND_FLAGS_SOLICITED_OVERRIDE = 0x60,
    ARP_REQUEST = 1,
    ARP_REPLY = 2,
    OPTION_TARGET_MAC = 2,
};

static const uint8_t device_ip4[4] = {198, 51, 100, 2};

static void ethernet_put(uint8_t *frame, unsigned host, uint16_t type)
{
    memcpy(frame, device_mac, MAC_OCTETS);
    memcpy(frame + MAC_OCTETS, plan.hosts[host].mac, MAC_OCTETS);
    put16(frame + 12, type);
}

/// Writes an IP header for `octets` behind it. Returns the octets of the header.
static size_t ip_put(uint8_t *ip, const struct script_segment *segment, size_t octets)
{
    const struct host_plan *host = &plan.hosts[segment->host];
    memset(ip, 0, IP6_HEADER_OCTETS);
    if (segment->is_ip6) {
        ip[0] = 0x60;
        put16(ip + 4, (uint32_t)octets);
        ip[6] = PROTOCOL_TCP;
        ip[7] = TTL;
        memcpy(ip + 8, host->ip6, IP6_OCTETS);
        memcpy(ip + 24, device_ip6[0], IP6_OCTETS);
        return IP6_HEADER_OCTETS;
    }
    ip[0] = 0x45;
    put16(ip + 2, (uint32_t)(IP4_OCTETS + octets));
    ip[8] = TTL;
    ip[9] = PROTOCOL_TCP;
    put32(ip + 12, host->ip4);
    memcpy(ip + 16, device_ip4, sizeof device_ip4);
    put16(ip + 10, sum_end(sum_add(0, ip, IP4_OCTETS)));
    return IP4_OCTETS;
}

static void checksum_put(const uint8_t *ip, bool is_ip6, uint8_t *tcp, size_t octets)
{
    uint64_t sum = is_ip6 ? sum_add(0, ip + 8, 2 * IP6_OCTETS) : sum_add(0, ip + 12, 8);
    sum += octets + PROTOCOL_TCP;
    put16(tcp + 16, sum_end(sum_add(sum, tcp, octets)));
}

void script_wire_send(const struct script_segment *segment)
{
    uint8_t frame[FRAME_OCTETS_MAX];
    uint8_t *ip = frame + ETHERNET_OCTETS;
    size_t header = TCP_OCTETS + segment->options_octets;
    size_t octets = header + segment->octets;
    ethernet_put(frame, segment->host, segment->is_ip6 ? TYPE_IP6 : TYPE_IP4);
    uint8_t *tcp = ip + ip_put(ip, segment, octets);
    put16(tcp, segment->port);
    put16(tcp + 2, ECHO_PORT);
    put32(tcp + 4, segment->seq);
    put32(tcp + 8, segment->ack);
    tcp[12] = (uint8_t)(header / 4 << 4);
    tcp[13] = segment->flags;
    put16(tcp + 14, segment->window);
    put16(tcp + 16, 0);
    put16(tcp + 18, segment->urgent);
    memcpy(tcp + TCP_OCTETS, segment->options, segment->options_octets);
    if (segment->octets > 0) {
        memcpy(tcp + header, segment->data, segment->octets);
    }
    checksum_put(ip, segment->is_ip6, tcp, octets);
    link_from_host(segment->host, frame, (size_t)(tcp - frame) + octets);
}

static void arp_answer(unsigned host, const uint8_t *asked)
{
    uint8_t frame[ETHERNET_OCTETS + ARP_OCTETS];
    uint8_t *arp = frame + ETHERNET_OCTETS;
    ethernet_put(frame, host, TYPE_ARP);
    memcpy(arp, asked, 6); // the kinds of addresses
    put16(arp + 6, ARP_REPLY);
    memcpy(arp + 8, plan.hosts[host].mac, MAC_OCTETS);
    put32(arp + 14, plan.hosts[host].ip4);
    memcpy(arp + 18, asked + 8, 10); // who asked
    link_from_host(host, frame, sizeof frame);
}

static void solicitation_answer(unsigned host, const uint8_t *asked)
{
    enum {
        MESSAGE_OCTETS = ND_OCTETS + 8,
    };
    uint8_t frame[ETHERNET_OCTETS + IP6_HEADER_OCTETS + MESSAGE_OCTETS] = {0};
    uint8_t *ip = frame + ETHERNET_OCTETS;
    uint8_t *message = ip + IP6_HEADER_OCTETS;
    ethernet_put(frame, host, TYPE_IP6);
    ip[0] = 0x60;
    put16(ip + 4, MESSAGE_OCTETS);
    ip[6] = PROTOCOL_ICMP6;
    ip[7] = ND_HOPS;
    memcpy(ip + 8, plan.hosts[host].ip6, IP6_OCTETS);
    memcpy(ip + 24, asked + 8, IP6_OCTETS);
    message[0] = ICMP6_ADVERTISE;
    message[4] = ND_FLAGS_SOLICITED_OVERRIDE;
    memcpy(message + ND_TARGET, plan.hosts[host].ip6, IP6_OCTETS);
    message[ND_OCTETS] = OPTION_TARGET_MAC;
    message[ND_OCTETS + 1] = 1;
    memcpy(message + ND_OCTETS + 2, plan.hosts[host].mac, MAC_OCTETS);
    uint64_t sum = sum_add(0, ip + 8, 2 * IP6_OCTETS) + MESSAGE_OCTETS + PROTOCOL_ICMP6;
    put16(message + 2, sum_end(sum_add(sum, message, MESSAGE_OCTETS)));
    link_from_host(host, frame, sizeof frame);
}

/// Takes the fields of a segment; the checksum tells whether the link has damaged it.
static bool tcp_take(const uint8_t *ip, size_t header, size_t octets,
                     struct script_segment *segment)
{
    const uint8_t *tcp = ip + header;
    if (octets < TCP_OCTETS || get16(tcp) != ECHO_PORT) {
        return false;
    }
    uint64_t sum = segment->is_ip6 ? sum_add(0, ip + 8, 2 * IP6_OCTETS) : sum_add(0, ip + 12, 8);
    if (sum_end(sum_add(sum + octets + PROTOCOL_TCP, tcp, octets)) != 0) {
        return false;
    }
    size_t offset = 4u * (tcp[12] >> 4);
    segment->port = get16(tcp + 2);
    segment->seq = get32(tcp + 4);
    segment->ack = get32(tcp + 8);
    segment->flags = tcp[13];
    segment->window = get16(tcp + 14);
    segment->data = tcp + offset;
    segment->octets = octets - offset;
    return offset >= TCP_OCTETS && offset <= octets;
}

static bool ip4_take(const uint8_t *ip, size_t octets, struct script_segment *segment)
{
    return octets >= IP4_OCTETS && ip[0] == 0x45 && ip[9] == PROTOCOL_TCP &&
           get16(ip + 2) >= IP4_OCTETS && get16(ip + 2) <= octets &&
           sum_end(sum_add(0, ip, IP4_OCTETS)) == 0 &&
           get32(ip + 16) == plan.hosts[segment->host].ip4 &&
           tcp_take(ip, IP4_OCTETS, get16(ip + 2) - (size_t)IP4_OCTETS, segment);
}

static bool ip6_take(const uint8_t *ip, size_t octets, struct script_segment *segment)
{
    if (octets < IP6_HEADER_OCTETS || get16(ip + 4) + (size_t)IP6_HEADER_OCTETS > octets) {
        return false;
    }
    const uint8_t *message = ip + IP6_HEADER_OCTETS;
    const uint8_t *own = plan.hosts[segment->host].ip6;
    segment->is_ip6 = true;
    if (ip[6] == PROTOCOL_ICMP6 && get16(ip + 4) >= ND_OCTETS && message[0] == ICMP6_SOLICIT &&
        memcmp(message + ND_TARGET, own, IP6_OCTETS) == 0) {
        solicitation_answer(segment->host, ip);
        return false;
    }
    return ip[6] == PROTOCOL_TCP && memcmp(ip + 24, own, IP6_OCTETS) == 0 &&
           tcp_take(ip, IP6_HEADER_OCTETS, get16(ip + 4), segment);
}

bool script_wire_take(unsigned host, const uint8_t *frame, size_t octets,
                      struct script_segment *segment)
{
    const uint8_t *ip = frame + ETHERNET_OCTETS;
    *segment = (struct script_segment){.host = host};
    if (octets <= ETHERNET_OCTETS) {
        return false;
    }
    size_t rest = octets - ETHERNET_OCTETS;
    switch (get16(frame + 12)) {
    case TYPE_ARP:
        if (rest >= ARP_OCTETS && ip[7] == ARP_REQUEST && get32(ip + 24) == plan.hosts[host].ip4) {
            arp_answer(host, ip);
        }
        return false;
    case TYPE_IP4:
        return ip4_take(ip, rest, segment);
    case TYPE_IP6:
        return ip6_take(ip, rest, segment);
    default:
        return false;
    }
}
