// SPDX-License-Identifier: BSD-3-Clause
// The guard's part for IPv6, its extension headers and fragments.
#include "guard_parts.h"
#include "lwip/ip6_addr.h"
#include "lwip/prot/icmp6.h"
#include "lwip/prot/ip.h"
#include "lwip/prot/ip6.h"
#include "lwip/prot/tcp.h"

enum {
    HEADER_OCTETS = 40,
    ADDRESS_OCTETS = 16,
    LENGTH_AT = 4,
    SOURCE_AT = 8,
    DESTINATION_AT = 24,
    EXTENSION_UNIT_OCTETS = 8,
    PACKET_OCTETS_MAX = 65535, // with its header: lwIP counts in 16 bits
    OPTION_PAD1 = 0,
    UDP_CHECKSUM_AT = 6,
    ICMP_ERRORS_END = 128, // error messages have types below
    TCP_OCTETS = 20,
    TCP_FLAGS_AT = 13,
};

/// What fragments must have in common to be put together, besides what lwIP compares. It is written
/// over the first bits of the identification.
enum kind {
    KIND_MASK = 0xe0,
    KIND_TCP = 0 << 6,
    KIND_UDP = 1 << 6,
    KIND_ICMP6 = 2 << 6,
    KIND_OPTIONS = 3 << 6,
    KIND_HAS_EXTENSIONS = 1 << 5, // in front of the fragment header
};

/// Where the walk along a packet's headers has come to.
struct walk {
    const struct guard_packet *packet;
    size_t at;       // octets from the IPv6 header
    size_t readable; // end of what is in the first pbuf
    size_t end;      // end of the packet
    u8_t next;       // the header at `at`
    bool is_fragment;
    bool has_fragment_header;
};

struct guard_ip6_counters guard_ip6_counters;
COUNTERS_DEFINE(guard_ip6_counters_info, "guard_ip6", GUARD_IP6_COUNTERS, guard_ip6_counters);

static const u8_t *here(const struct walk *walk)
{
    return walk->packet->at + walk->at;
}

bool guard_ip6_is_own(const struct netif *netif, const u8_t octets[16])
{
    for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) &&
            memcmp(netif_ip6_addr(netif, i)->addr, octets, ADDRESS_OCTETS) == 0) {
            return true;
        }
    }
    return false;
}

/// Source: RFC 4291 section 2.5.3.
static bool addresses_accept(const struct guard_packet *packet)
{
    static const u8_t loopback[ADDRESS_OCTETS] = {[ADDRESS_OCTETS - 1] = 1};
    const u8_t *source = packet->at + SOURCE_AT;
    if ((guard_ip6_is_own(packet->netif, source) ||
         memcmp(source, loopback, ADDRESS_OCTETS) == 0) &&
        guard_refuse(&guard_ip_counters.drop_source)) {
        return false;
    }
    bool is_group = packet->at[DESTINATION_AT] == 0xff;
    return !packet->to_group || is_group || !guard_refuse(&guard_ip_counters.drop_destination);
}

/// Judges whether the options of the extension header at `at` fill it exactly.
static bool options_fill(const u8_t *at, size_t octets)
{
    size_t i = 2;
    while (i < octets) {
        if (at[i] == OPTION_PAD1) {
            i++;
        } else if (octets - i < 2) {
            return false;
        } else {
            i += 2 + (size_t)at[i + 1];
        }
    }
    return i == octets;
}

/// lwIP takes these two types for handled, whatever segments are left; the others it answers.
/// Source: RFC 8200 section 4.4.
static bool routing_accepts(const u8_t *at)
{
    u8_t type = at[2];
    u8_t segments_left = at[3];
    return segments_left == 0 || (type != IP6_ROUT_TYPE2 && type != IP6_ROUT_RPL) ||
           !guard_refuse(&guard_ip6_counters.drop_routing);
}

/// Steps over an extension header that has a length and is no fragment header.
static bool extension_step(struct walk *walk)
{
    const u8_t *at = here(walk);
    size_t room = walk->readable - walk->at;
    size_t octets = room < EXTENSION_UNIT_OCTETS ? 0 : ((size_t)at[1] + 1) * EXTENSION_UNIT_OCTETS;
    if (octets == 0 || octets > room ||
        walk->at + octets > HEADER_OCTETS + GUARD_EXTENSION_OCTETS_MAX ||
        (walk->next != IP6_NEXTH_ROUTING && !options_fill(at, octets))) {
        return false;
    }
    walk->next = at[0];
    walk->at += octets;
    return true;
}

static bool kind_of(u8_t protocol, u8_t *kind)
{
    switch (protocol) {
    case IP6_NEXTH_TCP:
        *kind = KIND_TCP;
        return true;
    case IP6_NEXTH_UDP:
        *kind = KIND_UDP;
        return true;
    case IP6_NEXTH_ICMP6:
        *kind = KIND_ICMP6;
        return true;
    case IP6_NEXTH_DESTOPTS:
        *kind = KIND_OPTIONS;
        return true;
    default:
        return false;
    }
}

/// Sees to it that fragments of different kinds have different identifications. lwIP takes the kind
/// from the fragment that comes first, so that another could let it read as ICMPv6 what was judged
/// as UDP; and it panics when headers and fragments together pass 64 KB.
static void fragment_keep_apart(u8_t *header, u8_t kind)
{
    if (DEFENCE_IS_ON(&guard_ip6_counters.fragments_kept_apart)) {
        COUNT(guard_ip6_counters.fragments_kept_apart);
        header[4] = (u8_t)((header[4] & ~KIND_MASK) | kind);
    }
}

/// Steps over a fragment header. What follows a whole datagram's one (RFC 6946), or a first
/// fragment's, is judged as ever; `is_last_step` tells that there are no headers to judge.
/// Overlaps are lwIP's to refuse: what came first stays.
/// Source: RFC 8200 section 4.5, RFC 5722.
static bool fragment_step(struct walk *walk, bool *is_last_step)
{
    u8_t *at = walk->packet->at + walk->at;
    u8_t kind = 0;
    if (walk->has_fragment_header || walk->readable - walk->at < EXTENSION_UNIT_OCTETS) {
        *is_last_step = true;
        return !guard_refuse(&guard_ip6_counters.drop_fragment_header);
    }
    u16_t field = guard_get16(at + 2);
    size_t offset = field & IP6_FRAG_OFFSET_MASK;
    bool has_extensions = walk->at > HEADER_OCTETS;
    size_t headers_octets = HEADER_OCTETS + (has_extensions ? GUARD_EXTENSION_OCTETS_MAX : 0);
    size_t octets = walk->end - walk->at - EXTENSION_UNIT_OCTETS;
    walk->has_fragment_header = true;
    walk->is_fragment = (field & (IP6_FRAG_OFFSET_MASK | IP6_FRAG_MORE_FLAG)) != 0;
    *is_last_step = offset != 0;
    if (walk->is_fragment) {
        if (!kind_of(at[0], &kind) && guard_refuse(&guard_ip6_counters.drop_fragment_header)) {
            return false;
        }
        if ((octets == 0 || headers_octets + offset + octets > PACKET_OCTETS_MAX) &&
            guard_refuse(&guard_ip_counters.drop_fragment_shape)) {
            return false;
        }
        fragment_keep_apart(at, (u8_t)(kind | (has_extensions ? KIND_HAS_EXTENSIONS : 0)));
    }
    walk->next = at[0];
    walk->at += EXTENSION_UNIT_OCTETS;
    return true;
}

/// Source: RFC 6980 for neighbour discovery, whatever the fragment header says; RFC 4443 section
/// 2.4 (c) for errors, which are never longer than 1280 octets.
static bool icmp6_may_be_fragment(const struct walk *walk, const struct guard_payload *payload)
{
    u8_t type = payload->first > 0 ? payload->at[0] : ICMP6_TYPE_EREQ;
    bool is_error = type < ICMP_ERRORS_END;
    bool is_link = type >= ICMP6_TYPE_MLQ && type <= ICMP6_TYPE_RD;
    return !((is_error && walk->is_fragment) || (is_link && walk->has_fragment_header)) ||
           !guard_refuse(&guard_ip6_counters.drop_fragment_header);
}

/// Who has no address may look for one, and tell of its groups. Errors about anything else would be
/// sent to nobody: lwIP takes an unused place among its neighbours for that address and leaves the
/// error there for good.
/// Source: RFC 4291 section 2.5.2, RFC 3590.
static bool nobody_accepts(const struct walk *walk, const struct guard_payload *payload)
{
    static const u8_t unspecified[ADDRESS_OCTETS];
    bool is_link = payload->protocol == IP6_NEXTH_ICMP6 && !walk->is_fragment &&
                   payload->first > 0 && payload->at[0] >= ICMP6_TYPE_MLQ;
    return is_link || memcmp(walk->packet->at + SOURCE_AT, unspecified, ADDRESS_OCTETS) != 0 ||
           !guard_refuse(&guard_ip_counters.drop_source);
}

static bool upper_accepts(const struct walk *walk)
{
    const struct guard_payload payload = {
        .at = here(walk),
        .first = walk->readable - walk->at,
        .octets = walk->end - walk->at,
        .protocol = walk->next,
        .is_fragment = walk->is_fragment,
    };
    if (!nobody_accepts(walk, &payload) ||
        (walk->is_fragment && !guard_first_fragment_accepts(&payload))) {
        return false;
    }
    if (payload.protocol == IP6_NEXTH_UDP) {
        if (!guard_udp_accepts(&payload)) {
            return false;
        }
        u8_t *ip = walk->packet->at;
        guard_put16(ip + LENGTH_AT, guard_get16(ip + LENGTH_AT) - guard_udp_surplus(&payload));
        // RFC 8200 section 8.1.
        return payload.first < EXTENSION_UNIT_OCTETS ||
               guard_get16(payload.at + UDP_CHECKSUM_AT) != 0 ||
               !guard_refuse(&guard_ip_counters.drop_udp_checksum);
    }
    if (payload.protocol == IP6_NEXTH_ICMP6) {
        return icmp6_may_be_fragment(walk, &payload) && guard_icmp6_accepts(walk->packet, &payload);
    }
    return true;
}

static bool headers_accept(struct walk *walk)
{
    bool is_last_step = false;
    while (!is_last_step) {
        switch (walk->next) {
        case IP6_NEXTH_ROUTING:
            if (walk->readable - walk->at >= EXTENSION_UNIT_OCTETS &&
                !routing_accepts(here(walk))) {
                return false;
            }
            // fall through
        case IP6_NEXTH_HOPBYHOP:
        case IP6_NEXTH_DESTOPTS:
            if (!extension_step(walk)) {
                return !guard_refuse(&guard_ip6_counters.drop_extension);
            }
            break;
        case IP6_NEXTH_FRAGMENT:
            if (!fragment_step(walk, &is_last_step)) {
                return false;
            }
            break;
        default:
            return upper_accepts(walk);
        }
    }
    return true;
}

bool guard_ip6_accepts(const struct guard_packet *packet)
{
    const u8_t *ip = packet->at;
    if (packet->first < HEADER_OCTETS) {
        return !guard_refuse(&guard_ip_counters.drop_header);
    }
    size_t end = HEADER_OCTETS + (size_t)guard_get16(ip + LENGTH_AT);
    if (ip[0] >> 4 != 6 || end > packet->octets) {
        return !guard_refuse(&guard_ip_counters.drop_header);
    }
    if (!addresses_accept(packet)) {
        return false;
    }
    struct walk walk = {
        .packet = packet,
        .at = HEADER_OCTETS,
        .readable = LWIP_MIN(end, packet->first),
        .end = end,
        .next = ip[6],
    };
    return headers_accept(&walk);
}

bool guard_ip6_permits(const u8_t *at, size_t first)
{
    if (first < HEADER_OCTETS) {
        return true;
    }
    const u8_t *upper = at + HEADER_OCTETS;
    size_t rest = first - HEADER_OCTETS;
    u8_t protocol = at[6];
    if (protocol == IP6_NEXTH_TCP && rest >= TCP_OCTETS) {
        return (upper[TCP_FLAGS_AT] & TCP_RST) == 0 || guard_permits_reset();
    }
    if (protocol == IP6_NEXTH_ICMP6 && rest > 0 && upper[0] < ICMP_ERRORS_END) {
        // An error about fragments of a group's datagram would leave from the group.
        if (at[SOURCE_AT] == 0xff && guard_refuse(&guard_counters.limit_icmp_group)) {
            return false;
        }
        return guard_permits_icmp();
    }
    return true;
}
