// SPDX-License-Identifier: BSD-3-Clause
// The guard's part for IPv4 and UDP.
#include "guard_parts.h"
#include "lwip/ip4_addr.h"
#include "lwip/prot/iana.h"
#include "lwip/prot/icmp.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"

enum {
    HEADER_OCTETS = 20,
    UDP_OCTETS = 8,
    UDP_PORTS_OCTETS = 4,
    ICMP_OCTETS = 8,
    TCP_OCTETS = 20,
    TCP_FLAGS_AT = 13, // of its header
    DATAGRAM_OCTETS_MAX = 65535,
    LOOPBACK_NET = 127,
    MORE_FRAGMENTS = 0x2000,
    FRAGMENT_OFFSET_MASK = 0x1fff, // in units of 8 octets
    OPTION_END = 0,
    OPTION_NO_OPERATION = 1,
    OPTION_LOOSE_SOURCE_ROUTE = 131,
    OPTION_STRICT_SOURCE_ROUTE = 137,
};

struct guard_ip_counters guard_ip_counters;
COUNTERS_DEFINE(guard_ip_counters_info, "guard_ip", GUARD_IP_COUNTERS, guard_ip_counters);

static bool is_unicast(const u8_t *at, const struct netif *netif)
{
    ip4_addr_t ip;
    memcpy(&ip.addr, at, sizeof ip.addr);
    return !ip4_addr_ismulticast(&ip) && !ip4_addr_isbroadcast(&ip, netif);
}

/// Groups and broadcasts as senders are lwIP's to judge. 0.0.0.0 may send what lets a host find an
/// address, or tells of groups.
/// Source: RFC 1122 section 3.2.1.3, RFC 4541 section 2.1.1.
static bool source_accepts(const struct guard_packet *packet)
{
    u32_t source;
    memcpy(&source, packet->at + 12, sizeof source);
    u8_t protocol = packet->at[9];
    bool is_forged = packet->at[12] == LOOPBACK_NET;
    if (source == IPADDR_ANY) {
        is_forged = protocol != IP_PROTO_UDP && protocol != IP_PROTO_IGMP;
    } else if (source == netif_ip4_addr(packet->netif)->addr) {
        is_forged = true;
    }
    return !is_forged || !guard_refuse(&guard_ip_counters.drop_source);
}

/// Source: RFC 791 section 3.1; RFC 6274 section 3.13 and RFC 7126 for source routes.
static bool options_accept(const u8_t *at, size_t octets)
{
    for (size_t i = 0; i < octets;) {
        u8_t type = at[i];
        if (type == OPTION_END) {
            return true;
        }
        if (type == OPTION_NO_OPERATION) {
            i++;
            continue;
        }
        if (octets - i < 2 || at[i + 1] < 2 || at[i + 1] > octets - i) {
            return !guard_refuse(&guard_ip_counters.drop_options);
        }
        if ((type == OPTION_LOOSE_SOURCE_ROUTE || type == OPTION_STRICT_SOURCE_ROUTE) &&
            guard_refuse(&guard_ip_counters.drop_source_route)) {
            return false;
        }
        i += at[i + 1];
    }
    return true;
}

static size_t transport_octets_min(u8_t protocol)
{
    switch (protocol) {
    case IP_PROTO_TCP:
        return TCP_OCTETS;
    case IP_PROTO_UDP:
        return UDP_OCTETS;
    case IP_PROTO_ICMP:
    case IP6_NEXTH_ICMP6:
        return ICMP_OCTETS;
    default:
        return 0;
    }
}

/// Source: RFC 768.
bool guard_udp_accepts(const struct guard_payload *payload)
{
    if (payload->first < UDP_OCTETS) {
        return !guard_refuse(&guard_ip_counters.drop_udp_length);
    }
    u16_t octets = guard_get16(payload->at + 4);
    if (octets < UDP_OCTETS || (!payload->is_fragment && octets > payload->octets)) {
        return !guard_refuse(&guard_ip_counters.drop_udp_length);
    }
    return true;
}

size_t guard_udp_surplus(const struct guard_payload *payload)
{
    size_t octets = payload->first < UDP_OCTETS ? 0 : guard_get16(payload->at + 4);
    if (payload->is_fragment || octets < UDP_OCTETS || octets >= payload->octets ||
        !DEFENCE_IS_ON(&guard_ip_counters.udp_surplus_cut)) {
        return 0;
    }
    COUNT(guard_ip_counters.udp_surplus_cut);
    return payload->octets - octets;
}

/// Takes octets off the end of the packet, and their length out of its checksum.
/// Source: RFC 1624 section 3, equation 3.
static void surplus_cut(u8_t *ip, size_t surplus)
{
    u16_t octets = guard_get16(ip + 2);
    u32_t sum = (u32_t)(u16_t)~guard_get16(ip + 10) + (u16_t)~octets + (octets - (u32_t)surplus);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    guard_put16(ip + 2, octets - surplus);
    guard_put16(ip + 10, (u16_t)~sum);
}

/// Source: RFC 1858 section 3.2.1, RFC 7112 section 5.
bool guard_first_fragment_accepts(const struct guard_payload *payload)
{
    return payload->first >= transport_octets_min(payload->protocol) ||
           !guard_refuse(&guard_ip_counters.drop_fragment_short);
}

/// We ask servers for no more than a frame takes (RFC 2132 section 9.10).
static bool udp_first_accepts(const struct guard_payload *payload)
{
    return guard_udp_accepts(payload) &&
           (!LWIP_DHCP || guard_get16(payload->at + 2) != LWIP_IANA_PORT_DHCP_CLIENT ||
            !guard_refuse(&guard_ip_counters.drop_fragment_dhcp));
}

/// Judges a fragment of UDP behind the first. Since DHCP must reach a host without an address, lwIP
/// looks for a port in whatever is not for ours, were it a single octet.
static bool udp_fragment_accepts(const struct guard_packet *packet,
                                 const struct guard_payload *payload)
{
    const ip4_addr_t *own = netif_ip4_addr(packet->netif);
    return !LWIP_DHCP || payload->first >= UDP_PORTS_OCTETS ||
           (!ip4_addr_isany(own) && memcmp(packet->at + 16, own, sizeof *own) == 0) ||
           !guard_refuse(&guard_ip_counters.drop_fragment_short);
}

/// Overlaps are lwIP's to refuse: what came first stays.
/// Source: RFC 791 section 3.2; RFC 3128 for the second fragment.
static bool fragment_accepts(const struct guard_packet *packet, const struct guard_payload *payload,
                             u16_t field)
{
    if (!IP_REASSEMBLY) {
        return true; // lwIP drops and counts it
    }
    size_t offset = (size_t)(field & FRAGMENT_OFFSET_MASK) * 8;
    bool has_more = (field & MORE_FRAGMENTS) != 0;
    if ((payload->octets == 0 || (has_more && payload->octets % 8 != 0) ||
         offset + payload->octets > DATAGRAM_OCTETS_MAX - HEADER_OCTETS) &&
        guard_refuse(&guard_ip_counters.drop_fragment_shape)) {
        return false;
    }
    if (offset == 0) {
        return guard_first_fragment_accepts(payload) &&
               (payload->protocol != IP_PROTO_UDP || udp_first_accepts(payload));
    }
    if (payload->protocol == IP_PROTO_UDP) {
        return udp_fragment_accepts(packet, payload);
    }
    return payload->protocol != IP_PROTO_TCP || offset >= TCP_OCTETS ||
           !guard_refuse(&guard_ip_counters.drop_fragment_short);
}

bool guard_ip4_accepts(const struct guard_packet *packet)
{
    const u8_t *ip = packet->at;
    if (packet->first < HEADER_OCTETS) {
        return !guard_refuse(&guard_ip_counters.drop_header);
    }
    size_t header_octets = (size_t)(ip[0] & 15) * 4;
    size_t octets = guard_get16(ip + 2);
    if (ip[0] >> 4 != 4 || header_octets < HEADER_OCTETS || header_octets > packet->first ||
        octets < header_octets || octets > packet->octets) {
        return !guard_refuse(&guard_ip_counters.drop_header);
    }
    if (!source_accepts(packet)) {
        return false;
    }
    // RFC 1122 section 3.3.6.
    if (packet->to_group && is_unicast(ip + 16, packet->netif) &&
        guard_refuse(&guard_ip_counters.drop_destination)) {
        return false;
    }
    if (!options_accept(ip + HEADER_OCTETS, header_octets - HEADER_OCTETS)) {
        return false;
    }
    u16_t field = guard_get16(ip + 6);
    const struct guard_payload payload = {
        .at = ip + header_octets,
        .first = LWIP_MIN(octets, packet->first) - header_octets,
        .octets = octets - header_octets,
        .protocol = ip[9],
        .is_fragment = (field & (MORE_FRAGMENTS | FRAGMENT_OFFSET_MASK)) != 0,
    };
    if (payload.is_fragment) {
        return fragment_accepts(packet, &payload, field);
    }
    if (payload.protocol != IP_PROTO_UDP) {
        return true;
    }
    if (!guard_udp_accepts(&payload)) {
        return false;
    }
    size_t surplus = guard_udp_surplus(&payload);
    if (surplus > 0) {
        surplus_cut(packet->at, surplus);
    }
    return true;
}

/// Judges an ICMP error that is sent about the packet which it quotes.
static bool error_permits(const u8_t *quoted, size_t first, const struct netif *netif)
{
    if (first >= HEADER_OCTETS && !is_unicast(quoted + 16, netif) &&
        guard_refuse(&guard_counters.limit_icmp_group)) {
        return false;
    }
    return guard_permits_icmp();
}

bool guard_ip4_permits(const u8_t *at, size_t first, const struct netif *netif)
{
    size_t header_octets = first > 0 ? (size_t)(at[0] & 15) * 4 : 0;
    if (header_octets < HEADER_OCTETS || first < header_octets + ICMP_OCTETS) {
        return true;
    }
    const u8_t *transport = at + header_octets;
    size_t rest = first - header_octets;
    if (at[9] == IP_PROTO_TCP && rest >= TCP_OCTETS) {
        return (transport[TCP_FLAGS_AT] & TCP_RST) == 0 || guard_permits_reset();
    }
    if (LWIP_DHCP && at[9] == IP_PROTO_UDP && rest >= UDP_OCTETS) {
        return guard_get16(transport) != LWIP_IANA_PORT_DHCP_CLIENT || guard_permits_dhcp();
    }
    if (at[9] == IP_PROTO_ICMP &&
        (transport[0] == ICMP_DUR || transport[0] == ICMP_TE || transport[0] == ICMP_PP)) {
        return error_permits(transport + ICMP_OCTETS, rest - ICMP_OCTETS, netif);
    }
    return true;
}
