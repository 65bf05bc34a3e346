// SPDX-License-Identifier: BSD-3-Clause
// The frame checker's part for ICMP, neighbour discovery and UDP: an answer for each question.
#include <string.h>

#include "check_parts.h"
#include "clock.h"
#include "device_side.h"
#include "dhcp_server.h"
#include "octets.h"
#include "world.h"

enum {
    ASKED_SLOTS = 1 << 14,
    ASKED_OCTETS = 16, // of the payload that tell questions apart
    ICMP_ECHO_REPLY = 0,
    ICMP_UNREACHABLE = 3,
    ICMP_ECHO = 8,
    ICMP_TIME_EXCEEDED = 11,
    ICMP_HEADER_OCTETS = 8,
    ICMP6_ERRORS_END = 128,
    ICMP6_MLD_REPORT2 = 143,
    ERRORS_PER_S = 200, // a full bucket, and what comes into it meanwhile
    ND_OPTION_SOURCE = 1,
    ND_OPTION_TARGET = 2,
    ND_HOPS = 255,
    MDNS_PORT = 5353,
    MDNS_HOPS = 255,
};

static struct asked {
    uint64_t what; // 0: free
    uint32_t times;
} asked[ASKED_SLOTS];
static unsigned asked_n;
static uint64_t errors_since_us;
static unsigned errors_n;

static void must(bool holds, const char *what)
{
    if (!holds) {
        world_fail("frame: %s", what);
    }
}

static uint64_t fold(uint64_t h, const uint8_t *at, size_t octets)
{
    for (size_t i = 0; i < octets; i++) {
        h = (h ^ at[i]) * 0x100000001b3;
    }
    return h;
}

/// Returns the place of a question in the table.
static struct asked *asked_find(uint64_t what)
{
    size_t i = what % ASKED_SLOTS;
    while (asked[i].what != 0 && asked[i].what != what) {
        i = (i + 1) % ASKED_SLOTS;
    }
    return &asked[i];
}

/// Tells questions apart: whose, to which address and port, how long and of what content.
static uint64_t question(const uint8_t *asker, const uint8_t *own, const struct packet *packet,
                         uint16_t port, size_t header)
{
    uint64_t h = 0xcbf29ce484222325 ^ packet->protocol;
    h = fold(h, asker, packet->address_octets);
    h = fold(h, own, packet->address_octets);
    uint8_t port_octets[2] = {(uint8_t)(port >> 8), (uint8_t)port};
    h = fold(h, port_octets, sizeof port_octets);
    if (packet->protocol == PROTOCOL_UDP) {
        h = fold(h, packet->at + 4, 2); // its length
    }
    size_t rest = packet->octets - header;
    h = fold(h, packet->at + header, rest < ASKED_OCTETS ? rest : ASKED_OCTETS);
    return h | 1;
}

static bool is_echo_request(const struct packet *packet)
{
    return packet->octets >= ICMP_HEADER_OCTETS &&
           ((packet->protocol == PROTOCOL_ICMP && packet->at[0] == ICMP_ECHO) ||
            (packet->protocol == PROTOCOL_ICMP6 && packet->at[0] == ICMP6_ECHO_REQUEST));
}

void check_asked(const struct packet *packet)
{
    uint64_t what;
    if (packet->protocol == PROTOCOL_UDP && packet->octets >= UDP_OCTETS &&
        get16(packet->at + 2) == ECHO_PORT) {
        what = question(packet->src, packet->dst, packet, get16(packet->at), UDP_OCTETS);
    } else if (is_echo_request(packet)) {
        what = question(packet->src, packet->dst, packet, get16(packet->at + 4), 4);
    } else {
        return;
    }
    struct asked *at = asked_find(what);
    if (at->what == 0 && ++asked_n > ASKED_SLOTS / 2) {
        world_fail("the world: too many questions");
    }
    at->what = what;
    at->times++;
}

static void answer(uint64_t what, const char *problem)
{
    struct asked *at = asked_find(what);
    must(at->what != 0 && at->times > 0, problem);
    at->times--;
}

bool check_is_dhcp(const struct packet *packet)
{
    return plan.is_leased && packet->protocol == PROTOCOL_UDP && packet->address_octets == 4 &&
           !packet->is_fragment && packet->octets >= UDP_OCTETS &&
           get16(packet->at) == DHCP_CLIENT_PORT && get16(packet->at + 2) == DHCP_SERVER_PORT;
}

void check_udp(const struct packet *packet)
{
    must(packet->octets >= UDP_OCTETS, "UDP: cut");
    must(packet->is_fragment || get16(packet->at + 4) == packet->octets, "UDP: length");
    must(packet->address_octets == 4 || get16(packet->at + 6) != 0, "UDP: no checksum over IPv6");
    if (!packet->is_fragment && get16(packet->at + 6) != 0) {
        must(packet_checksum(packet) == 0, "UDP: checksum");
    }
    if (check_is_dhcp(packet)) {
        const char *problem =
            dhcp_server_judge(packet->at + UDP_OCTETS, packet->octets - UDP_OCTETS);
        must(problem == NULL, problem);
        return;
    }
    if (packet->is_to_group) {
        must(get16(packet->at) == MDNS_PORT && get16(packet->at + 2) == MDNS_PORT &&
                 packet->hop_limit == MDNS_HOPS,
             "UDP: to a group, and no multicast DNS");
        return;
    }
    must(get16(packet->at) == ECHO_PORT, "UDP: not from the service's port");
    answer(question(packet->dst, packet->src, packet, get16(packet->at + 2), UDP_OCTETS),
           "UDP: an answer to what nobody asked, or from another address, or one too many");
}

static void check_error_rate(void)
{
    if (clock_us() - errors_since_us >= US_PER_S) {
        errors_since_us = clock_us();
        errors_n = 0;
    }
    must(++errors_n <= ERRORS_PER_S, "ICMP: too many errors in a second");
}

void check_icmp(const struct packet *packet)
{
    must(packet->octets >= ICMP_HEADER_OCTETS, "ICMP: cut");
    must(packet->is_fragment || sum_end(sum_add(0, packet->at, packet->octets)) == 0,
         "ICMP: checksum");
    switch (packet->at[0]) {
    case ICMP_ECHO_REPLY:
        answer(question(packet->dst, packet->src, packet, get16(packet->at + 4), 4),
               "ICMP: an echo of what nobody asked");
        break;
    case ICMP_UNREACHABLE:
    case ICMP_TIME_EXCEEDED:
        must(packet->octets >= ICMP_HEADER_OCTETS + IP4_OCTETS + 8, "ICMP: quotes too little");
        must(memcmp(packet->at + ICMP_HEADER_OCTETS + 12, packet->dst, 4) == 0,
             "ICMP: an error to another than who caused it");
        check_error_rate();
        break;
    default:
        must(false, "ICMP: a type that the device has no reason to send");
    }
}

/// Walks over the options of neighbour discovery from `at` on.
static void check_nd_options(const struct packet *packet, size_t at)
{
    while (at < packet->octets) {
        must(at + 2 <= packet->octets && packet->at[at + 1] > 0, "ND: an option without length");
        size_t octets = packet->at[at + 1] * 8u;
        must(at + octets <= packet->octets, "ND: an option that is cut");
        uint8_t kind = packet->at[at];
        must(kind == ND_OPTION_SOURCE || kind == ND_OPTION_TARGET || kind == 14, "ND: an option");
        must(kind == 14 || memcmp(packet->at + at + 2, device_mac, MAC_OCTETS) == 0,
             "ND: another's MAC address");
        at += octets;
    }
}

static bool is_own_ip6(const uint8_t *ip)
{
    return memcmp(ip, device_ip6[0], IP6_OCTETS) == 0 || memcmp(ip, device_ip6[1], IP6_OCTETS) == 0;
}

static void check_nd(const struct packet *packet)
{
    bool is_router_solicit = packet->at[0] == ICMP6_ROUTER_SOLICIT;
    must(packet->hop_limit == ND_HOPS, "ND: hop limit");
    must(packet->octets >= ND_TARGET + (is_router_solicit ? 0u : IP6_OCTETS), "ND: cut");
    must(packet->at[1] == 0, "ND: code");
    if (packet->at[0] == ICMP6_ADVERTISE) {
        must(is_own_ip6(packet->at + ND_TARGET), "ND: advertises another's address");
    }
    check_nd_options(packet, ND_TARGET + (is_router_solicit ? 0u : IP6_OCTETS));
}

void check_icmp6(const struct packet *packet)
{
    must(packet->octets >= ICMP_HEADER_OCTETS, "ICMPv6: cut");
    must(packet->is_fragment || packet_checksum(packet) == 0, "ICMPv6: checksum");
    uint8_t type = packet->at[0];
    if (type < ICMP6_ERRORS_END) {
        must(memcmp(packet->at + ICMP_HEADER_OCTETS + 8, packet->dst, IP6_OCTETS) == 0,
             "ICMPv6: an error to another than who caused it");
        check_error_rate();
    } else if (type == ICMP6_ECHO_REPLY) {
        answer(question(packet->dst, packet->src, packet, get16(packet->at + 4), 4),
               "ICMPv6: an echo of what nobody asked");
    } else if (type >= ICMP6_ROUTER_SOLICIT && type <= ICMP6_ADVERTISE) {
        check_nd(packet);
    } else {
        bool is_mld =
            (type > ICMP6_MLD_QUERY && type <= ICMP6_MLD_DONE) || type == ICMP6_MLD_REPORT2;
        must(is_mld, "ICMPv6: a type that the device has no reason to send");
        must(packet->hop_limit == 1 && packet->has_router_alert, "MLD: hops, router alert");
    }
}
