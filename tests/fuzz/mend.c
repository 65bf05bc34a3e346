// SPDX-License-Identifier: BSD-3-Clause
// Mends lengths and checksums of a frame.
#include "mend.h"

#include <stdbool.h>
#include <string.h>

#include "packet.h"

enum {
    ETHERNET_OCTETS = 14,
    ETHERTYPE_VLAN = 0x8100,
    VLAN_OCTETS = 4,
    IP4_OCTETS = 20,
    IP6_OCTETS = 40,
    FRAGMENT_OCTETS = 8,
    ROUTING = 43,
};

/// What an IP packet carries.
struct upper {
    uint8_t *at;
    size_t octets;
    uint8_t protocol;
    bool is_ip6;
    const uint8_t *addresses; // source, then destination
};

static void upper_mend(const struct upper *upper, unsigned how)
{
    static const uint8_t places[256] = {[PROTOCOL_ICMP] = 2 + 1,
                                        [PROTOCOL_TCP] = 16 + 1,
                                        [PROTOCOL_UDP] = 6 + 1,
                                        [PROTOCOL_ICMP6] = 2 + 1}; // one more than where it is
    if (upper->protocol == PROTOCOL_UDP && (how & MEND_LENGTHS) != 0 && upper->octets >= 6) {
        put16(upper->at + 4, (uint32_t)upper->octets);
    }
    size_t place = places[upper->protocol];
    if (place == 0 || (how & MEND_CHECKSUMS) == 0 || upper->octets < place + 1) {
        return;
    }
    struct address src = {.is_ip6 = upper->is_ip6};
    struct address dst = src;
    size_t address_octets = upper->is_ip6 ? 16 : 4;
    memcpy(src.octets, upper->addresses, address_octets);
    memcpy(dst.octets, upper->addresses + address_octets, address_octets);
    uint32_t sum = upper->protocol == PROTOCOL_ICMP
                       ? 0
                       : packet_pseudo_sum(&src, &dst, upper->protocol, upper->octets);
    put16(upper->at + place - 1, 0);
    put16(upper->at + place - 1, packet_checksum(sum, upper->at, upper->octets));
}

static void ip4_mend(uint8_t *ip, size_t octets, unsigned how)
{
    size_t header = (size_t)(ip[0] & 15) * 4;
    if (octets < IP4_OCTETS || header < IP4_OCTETS || header > octets) {
        return;
    }
    if ((how & MEND_LENGTHS) != 0) {
        put16(ip + 2, (uint32_t)octets);
    }
    if ((how & MEND_CHECKSUMS) != 0) {
        put16(ip + 10, 0);
        put16(ip + 10, packet_checksum(0, ip, header));
    }
    bool is_later = (get16(ip + 6) & 0x1fff) != 0;
    size_t total = get16(ip + 2) < octets ? get16(ip + 2) : octets;
    if (!is_later && total >= header) {
        upper_mend(&(struct upper){ip + header, total - header, ip[9], false, ip + 12}, how);
    }
}

static void ip6_mend(uint8_t *ip, size_t octets, unsigned how)
{
    if (octets < IP6_OCTETS) {
        return;
    }
    if ((how & MEND_LENGTHS) != 0) {
        put16(ip + 4, (uint32_t)(octets - IP6_OCTETS));
    }
    size_t end = IP6_OCTETS + get16(ip + 4);
    end = end < octets ? end : octets;
    uint8_t next = ip[6];
    size_t at = IP6_OCTETS;
    while (end - at >= FRAGMENT_OCTETS &&
           (next == PROTOCOL_HOP_BY_HOP || next == ROUTING || next == PROTOCOL_FRAGMENT ||
            next == PROTOCOL_DESTINATION)) {
        bool is_fragment = next == PROTOCOL_FRAGMENT;
        size_t step = is_fragment ? FRAGMENT_OCTETS : ((size_t)ip[at + 1] + 1) * 8;
        if (step > end - at || (is_fragment && get16(ip + at + 2) >> 3 != 0)) {
            return;
        }
        next = ip[at];
        at += step;
    }
    upper_mend(&(struct upper){ip + at, end - at, next, true, ip + 8}, how);
}

void mend(uint8_t *frame, size_t octets, unsigned how, const uint8_t mac[6])
{
    if (octets < ETHERNET_OCTETS) {
        return;
    }
    if ((how & MEND_DESTINATION) != 0) {
        memcpy(frame, mac, 6);
    }
    size_t at = ETHERNET_OCTETS;
    uint16_t type = get16(frame + 12);
    if (type == ETHERTYPE_VLAN && octets >= at + VLAN_OCTETS) {
        type = get16(frame + at + 2);
        at += VLAN_OCTETS;
    }
    if (type == ETHERTYPE_IP4 && octets > at) {
        ip4_mend(frame + at, octets - at, how);
    } else if (type == ETHERTYPE_IP6 && octets > at) {
        ip6_mend(frame + at, octets - at, how);
    }
}
