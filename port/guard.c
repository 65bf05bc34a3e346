// SPDX-License-Identifier: BSD-3-Clause
// The guard's part for Ethernet and ARP, and its limits on answers.
#include "guard.h"

#include "bucket.h"
#include "guard_parts.h"
#include "lwip/prot/etharp.h"
#include "lwip/prot/ethernet.h"

enum {
    MAC_OCTETS = 6,
    HEADER_OCTETS = 14,
    TAG_OCTETS = 4,         // of a virtual LAN
    TAG_VLAN_MASK = 0x0fff, // of its first two octets; 0: a priority alone
    ARP_OCTETS = 28,
    ARP_SENDER_MAC = 8, // where it stands
    ANSWER_MS = 1000 / GUARD_ANSWERS_PER_S,
};

struct guard_counters guard_counters;
COUNTERS_DEFINE(guard_counters_info, "guard", GUARD_COUNTERS, guard_counters);

static struct bucket icmp_errors;
static struct bucket resets;
static struct bucket dhcp;
static bool handles_stranger; // the frame being handled belongs to no connection that we know of

/// Not memcmp(): a call and a loop would be most of what an ordinary frame costs here.
static bool mac_equals(const u8_t *a, const u8_t *b)
{
    u32_t a_first;
    u32_t b_first;
    u16_t a_rest;
    u16_t b_rest;
    memcpy(&a_first, a, sizeof a_first);
    memcpy(&b_first, b, sizeof b_first);
    memcpy(&a_rest, a + sizeof a_first, sizeof a_rest);
    memcpy(&b_rest, b + sizeof b_first, sizeof b_rest);
    return a_first == b_first && a_rest == b_rest;
}

static bool is_group(const u8_t *mac)
{
    return (mac[0] & 1) != 0;
}

/// The rest of an ARP packet is lwIP's to judge, as soon as it is there. That another host has our
/// IP address is no reason to drop: who looks for conflicts must see it.
/// Source: RFC 826; RFC 1812 section 3.3.2 for senders that are groups.
static bool arp_accepts(const struct guard_packet *packet)
{
    static const u8_t nobody[MAC_OCTETS];
    if (packet->first < ARP_OCTETS) {
        return !guard_refuse(&guard_counters.drop_arp_length);
    }
    const u8_t *sender = packet->at + ARP_SENDER_MAC;
    if (is_group(sender) || mac_equals(sender, packet->netif->hwaddr) ||
        mac_equals(sender, nobody)) {
        return !guard_refuse(&guard_counters.drop_arp_sender);
    }
    return true;
}

static bool type_accepts(u16_t type, const struct guard_packet *packet)
{
    switch (type) {
    case ETHTYPE_IP:
        return guard_ip4_accepts(packet);
    case ETHTYPE_ARP:
        return arp_accepts(packet);
    case ETHTYPE_IPV6:
        return !LWIP_IPV6 || guard_ip6_accepts(packet);
    default:
        return true; // lwIP drops and counts it
    }
}

static bool frame_accepts(const u8_t *frame, const struct guard_packet *packet)
{
    const u8_t *own = packet->netif->hwaddr;
    if (!packet->to_group && !mac_equals(frame, own) &&
        guard_refuse(&guard_counters.drop_destination)) {
        return false;
    }
    const u8_t *source = frame + MAC_OCTETS;
    if ((is_group(source) || mac_equals(source, own)) &&
        guard_refuse(&guard_counters.drop_source)) {
        return false;
    }
    return true;
}

static bool accepts(struct pbuf *p, const struct netif *netif)
{
    if (p->len <= SIZEOF_ETH_HDR) {
        return true; // lwIP drops and counts it
    }
    u8_t *frame = (u8_t *)p->payload + ETH_PAD_SIZE;
    struct guard_packet packet = {
        .at = frame + HEADER_OCTETS,
        .first = (u16_t)(p->len - SIZEOF_ETH_HDR),
        .octets = (u16_t)(p->tot_len - SIZEOF_ETH_HDR),
        .to_group = is_group(frame),
        .netif = netif,
    };
    if (!frame_accepts(frame, &packet)) {
        return false;
    }
    u16_t type = guard_get16(frame + 2 * MAC_OCTETS);
    if (type == ETHTYPE_VLAN && packet.first > TAG_OCTETS) {
        if ((guard_get16(packet.at) & TAG_VLAN_MASK) != 0 &&
            guard_refuse(&guard_counters.drop_vlan)) {
            return false;
        }
        type = guard_get16(packet.at + 2);
        packet.at += TAG_OCTETS;
        packet.first = (u16_t)(packet.first - TAG_OCTETS);
        packet.octets = (u16_t)(packet.octets - TAG_OCTETS);
    }
    return type_accepts(type, &packet);
}

bool guard_accepts(struct pbuf *p, const struct netif *netif)
{
    handles_stranger = accepts(p, netif);
    return handles_stranger;
}

void guard_connection_found(void)
{
    handles_stranger = false;
}

void guard_done(void)
{
    handles_stranger = false;
}

/// Returns whether one more answer of a kind may leave now.
static bool answer_take(struct bucket *bucket)
{
    return bucket_take(bucket, ANSWER_MS, 1000);
}

bool guard_permits_icmp(void)
{
    return answer_take(&icmp_errors) || !guard_refuse(&guard_counters.limit_icmp);
}

bool guard_permits_reset(void)
{
    return !handles_stranger || answer_take(&resets) || !guard_refuse(&guard_counters.limit_reset);
}

bool guard_permits_dhcp(void)
{
    return bucket_take(&dhcp, 1000, 1000 * GUARD_DHCP_AT_ONCE) ||
           !guard_refuse(&guard_counters.limit_dhcp);
}

bool guard_permits(const struct pbuf *p, const struct netif *netif)
{
    if (p->len < SIZEOF_ETH_HDR) {
        return true;
    }
    const u8_t *frame = (const u8_t *)p->payload + ETH_PAD_SIZE;
    const u8_t *packet = frame + HEADER_OCTETS;
    size_t first = p->len - SIZEOF_ETH_HDR;
    switch (guard_get16(frame + 2 * MAC_OCTETS)) {
    case ETHTYPE_IP:
        return guard_ip4_permits(packet, first, netif);
    case ETHTYPE_IPV6:
        return !LWIP_IPV6 || guard_ip6_permits(packet, first);
    default:
        return true;
    }
}
