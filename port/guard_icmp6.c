// SPDX-License-Identifier: BSD-3-Clause
// The guard's part for ICMPv6: neighbour discovery, multicast listeners, Packet Too Big.
#include "guard_parts.h"
#include "lwip/ip6_addr.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/nd6.h"
#include "lwip/udp.h"

enum {
    ICMP_OCTETS = 8, // with the four octets that depend on the type
    HEADER_OCTETS = 40,
    ADDRESS_OCTETS = 16,
    SOURCE_AT = 8, // in the IPv6 header
    DESTINATION_AT = 24,
    TARGET_AT = 8, // in solicitations and advertisements of neighbours
    NEIGHBOUR_OCTETS = TARGET_AT + ADDRESS_OCTETS,
    ROUTER_OCTETS = 16,
    OPTION_UNIT_OCTETS = 8,
    PREFIX_AT = 16, // in its option, of 32 octets
    PREFIX_OPTION_OCTETS = 32,
    ND_HOP_LIMIT = 255, // not reached from beyond the link
    MLD_HOP_LIMIT = 1,
    QUOTED_OCTETS = 8, // of the transport's header
};

static bool is_link_local(const u8_t *ip)
{
    return ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
}

static bool is_unspecified(const u8_t *ip)
{
    static const u8_t unspecified[ADDRESS_OCTETS];
    return memcmp(ip, unspecified, ADDRESS_OCTETS) == 0;
}

static bool option_accepts(const u8_t *at, size_t octets)
{
    switch (at[0]) {
    case ND6_OPTION_TYPE_SOURCE_LLADDR:
    case ND6_OPTION_TYPE_TARGET_LLADDR:
        return octets == OPTION_UNIT_OCTETS && (at[2] & 1) == 0; // RFC 2464 section 6
    case ND6_OPTION_TYPE_PREFIX_INFO:
        return octets == PREFIX_OPTION_OCTETS && at[PREFIX_AT] != 0xff;
    default:
        return true;
    }
}

/// Moves the option of a link-layer address at `at` in front of the `octets` before it. The
/// message's checksum stays as it is.
static void option_lead(u8_t *at, size_t octets)
{
    u8_t option[OPTION_UNIT_OCTETS];
    memcpy(option, at, sizeof option);
    memmove(at - octets + sizeof option, at - octets, octets);
    memcpy(at - octets, option, sizeof option);
}

/// Judges the options behind the message's `fixed` octets. lwIP takes the first one of a
/// neighbour's message for the link-layer address, whatever it is: `wanted` is the type that it
/// then must have, and is given if there is one; 0 when it doesn't matter. `forbidden` is a type
/// that must not occur, 0: none.
/// Source: RFC 4861 sections 4.6, 6.1.2, 7.1.
static bool options_accept(const struct guard_payload *payload, size_t fixed, u8_t wanted,
                           u8_t forbidden)
{
    if (payload->first < payload->octets) {
        return false;
    }
    size_t found = 0;
    for (size_t i = fixed; i < payload->octets;) {
        const u8_t *at = payload->at + i;
        size_t room = payload->octets - i;
        size_t octets = room < OPTION_UNIT_OCTETS ? 0 : (size_t)at[1] * OPTION_UNIT_OCTETS;
        if (octets == 0 || octets > room || (forbidden != 0 && at[0] == forbidden) ||
            !option_accepts(at, octets)) {
            return false;
        }
        found = found == 0 && at[0] == wanted ? i : found;
        i += octets;
    }
    if (found > fixed) {
        option_lead((u8_t *)payload->at + found, found - fixed);
    }
    return wanted == 0 || found != 0 || payload->octets == fixed;
}

/// Judges what holds for every message of neighbour discovery.
static bool nd_header_accepts(const struct guard_packet *packet,
                              const struct guard_payload *payload, size_t fixed)
{
    return (packet->at[7] == ND_HOP_LIMIT && payload->first >= fixed && payload->at[1] == 0) ||
           !guard_refuse(&guard_ip6_counters.drop_nd_header);
}

static bool solicitation_accepts(const struct guard_packet *packet,
                                 const struct guard_payload *payload)
{
    if (!nd_header_accepts(packet, payload, NEIGHBOUR_OCTETS)) {
        return false;
    }
    bool is_dad = is_unspecified(packet->at + SOURCE_AT);
    u8_t type = ND6_OPTION_TYPE_SOURCE_LLADDR;
    return options_accept(payload, NEIGHBOUR_OCTETS, is_dad ? 0 : type, is_dad ? type : 0) ||
           !guard_refuse(&guard_ip6_counters.drop_nd_option);
}

/// An address that we use already was tried for duplicates: whoever advertises it now does not take
/// it away from us.
/// Source: RFC 4861 section 7.1.2, RFC 4862 section 5.4.4.
static bool advertisement_accepts(const struct guard_packet *packet,
                                  const struct guard_payload *payload)
{
    if (!nd_header_accepts(packet, payload, NEIGHBOUR_OCTETS)) {
        return false;
    }
    bool is_solicited = (payload->at[4] & ND6_FLAG_SOLICITED) != 0;
    if (is_solicited && packet->at[DESTINATION_AT] == 0xff &&
        guard_refuse(&guard_ip6_counters.drop_nd_header)) {
        return false;
    }
    if (guard_ip6_is_own(packet->netif, payload->at + TARGET_AT) &&
        guard_refuse(&guard_ip6_counters.drop_nd_target)) {
        return false;
    }
    return options_accept(payload, NEIGHBOUR_OCTETS, ND6_OPTION_TYPE_TARGET_LLADDR, 0) ||
           !guard_refuse(&guard_ip6_counters.drop_nd_option);
}

static bool router_accepts(const struct guard_packet *packet, const struct guard_payload *payload)
{
    return nd_header_accepts(packet, payload, ROUTER_OCTETS) &&
           (options_accept(payload, ROUTER_OCTETS, 0, 0) ||
            !guard_refuse(&guard_ip6_counters.drop_nd_option));
}

/// Source: RFC 3810 sections 5.1.14, 5.2.13 and 6.2.
static bool mld_accepts(const struct guard_packet *packet)
{
    const u8_t *source = packet->at + SOURCE_AT;
    bool is_local = is_link_local(source) || is_unspecified(source);
    return (packet->at[7] == MLD_HOP_LIMIT && is_local) ||
           !guard_refuse(&guard_ip6_counters.drop_mld);
}

/// Returns whether a connection to `remote` has sent the segment that begins with `at`.
static bool is_our_segment(const u8_t *at, const u8_t *remote)
{
    u32_t seqno = guard_get32(at + 4);
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
        if (pcb->local_port == guard_get16(at) && pcb->remote_port == guard_get16(at + 2) &&
            IP_IS_V6_VAL(pcb->remote_ip) &&
            memcmp(ip_2_ip6(&pcb->remote_ip)->addr, remote, ADDRESS_OCTETS) == 0) {
            return TCP_SEQ_GEQ(seqno, pcb->lastack) && TCP_SEQ_LT(seqno, pcb->snd_nxt);
        }
    }
    return false;
}

static bool is_our_port(u16_t port)
{
    const struct udp_pcb *pcb = udp_pcbs;
    while (pcb != NULL && pcb->local_port != port) {
        pcb = pcb->next;
    }
    return pcb != NULL;
}

/// Returns whether the packet at `at`, of which there are `octets`, can be one that we sent.
/// We send no extension header but the fragment header.
static bool is_ours(const struct netif *netif, const u8_t *at, size_t octets)
{
    size_t transport = HEADER_OCTETS;
    if (octets < transport + QUOTED_OCTETS || at[0] >> 4 != 6 ||
        !guard_ip6_is_own(netif, at + SOURCE_AT)) {
        return false;
    }
    u8_t protocol = at[6];
    if (protocol == IP6_NEXTH_FRAGMENT) {
        bool is_first = (guard_get16(at + transport + 2) & IP6_FRAG_OFFSET_MASK) == 0;
        protocol = at[transport];
        transport += IP6_FRAG_HLEN;
        if (!is_first || octets < transport + QUOTED_OCTETS) {
            return false;
        }
    }
    switch (protocol) {
    case IP6_NEXTH_TCP:
        return is_our_segment(at + transport, at + DESTINATION_AT);
    case IP6_NEXTH_UDP:
        return is_our_port(guard_get16(at + transport));
    case IP6_NEXTH_ICMP6:
        return at[transport] == ICMP6_TYPE_EREP;
    default:
        return false;
    }
}

/// Source: RFC 8201 section 4; RFC 5927 for what is quoted.
static bool too_big_accepts(const struct guard_packet *packet, const struct guard_payload *payload)
{
    if (payload->first < ICMP_OCTETS) {
        return !guard_refuse(&guard_ip6_counters.drop_ptb_quote);
    }
    u32_t mtu = guard_get32(payload->at + 4);
    if ((mtu < IP6_MIN_MTU_LENGTH || mtu > packet->netif->mtu) &&
        guard_refuse(&guard_ip6_counters.drop_ptb_mtu)) {
        return false;
    }
    return is_ours(packet->netif, payload->at + ICMP_OCTETS, payload->first - ICMP_OCTETS) ||
           !guard_refuse(&guard_ip6_counters.drop_ptb_quote);
}

bool guard_icmp6_accepts(const struct guard_packet *packet, const struct guard_payload *payload)
{
    if (payload->first == 0) {
        return true; // lwIP drops and counts it
    }
    switch (payload->at[0]) {
    case ICMP6_TYPE_NS:
        return solicitation_accepts(packet, payload);
    case ICMP6_TYPE_NA:
        return advertisement_accepts(packet, payload);
    case ICMP6_TYPE_RA:
        return router_accepts(packet, payload);
    case ICMP6_TYPE_RD:
        return !guard_refuse(&guard_ip6_counters.drop_nd_redirect);
    case ICMP6_TYPE_MLQ:
    case ICMP6_TYPE_MLR:
    case ICMP6_TYPE_MLD:
        return mld_accepts(packet);
    case ICMP6_TYPE_PTB:
        return too_big_accepts(packet, payload);
    default:
        return true;
    }
}
