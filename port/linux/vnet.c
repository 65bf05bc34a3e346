// SPDX-License-Identifier: BSD-3-Clause
// What stands in front of each frame of a TAP that offloads. All its values are little-endian.
#include "vnet.h"

#include <endian.h>
#include <netinet/in.h>
#include <stddef.h>
#include <string.h>

enum {
    ETHERNET_OCTETS = 14,
    TYPE_AT = 12,
    IP4_OCTETS = 20,
    IP4_FRAGMENT_AT = 6,
    IP4_PROTOCOL_AT = 9,
    IP4_ADDRESSES_AT = 12,
    IP6_OCTETS = 40,
    IP6_PROTOCOL_AT = 6,
    IP6_ADDRESSES_AT = 8,
    TCP_OCTETS = 20,
    TCP_LENGTH_AT = 12, // in words, in the upper four bits
    TCP_SUM_AT = 16,
    UDP_SUM_AT = 6,
};

/// What a frame carries behind its IP header. No fragment has a transport.
struct transport {
    uint8_t protocol; // 0: none that we know of
    size_t at;
    size_t addresses_at;
};

static struct transport transport_find(const uint8_t *frame, size_t octets)
{
    static const uint8_t ip4[] = {0x08, 0x00};
    static const uint8_t ip6[] = {0x86, 0xdd};
    const uint8_t *ip = frame + ETHERNET_OCTETS;
    if (octets >= ETHERNET_OCTETS + IP4_OCTETS && memcmp(frame + TYPE_AT, ip4, sizeof ip4) == 0 &&
        (ip[IP4_FRAGMENT_AT] & 0x3f) == 0 && ip[IP4_FRAGMENT_AT + 1] == 0) {
        return (struct transport){ip[IP4_PROTOCOL_AT], ETHERNET_OCTETS + (ip[0] & 15u) * 4,
                                  ETHERNET_OCTETS + IP4_ADDRESSES_AT};
    }
    if (octets >= ETHERNET_OCTETS + IP6_OCTETS && memcmp(frame + TYPE_AT, ip6, sizeof ip6) == 0) {
        return (struct transport){ip[IP6_PROTOCOL_AT], ETHERNET_OCTETS + IP6_OCTETS,
                                  ETHERNET_OCTETS + IP6_ADDRESSES_AT};
    }
    return (struct transport){.protocol = 0};
}

unsigned vnet_rx_sums(const struct virtio_net_hdr *vnet, const uint8_t *frame, size_t octets)
{
    if ((vnet->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) != 0) {
        switch (le16toh(vnet->csum_offset)) {
        case TCP_SUM_AT:
            return NETDEV_SUM_TCP;
        case UDP_SUM_AT:
            return NETDEV_SUM_UDP;
        default:
            return 0;
        }
    }
    if ((vnet->flags & VIRTIO_NET_HDR_F_DATA_VALID) == 0) {
        return 0;
    }
    switch (transport_find(frame, octets).protocol) {
    case IPPROTO_TCP:
        return NETDEV_SUM_TCP;
    case IPPROTO_UDP:
        return NETDEV_SUM_UDP;
    default:
        return 0;
    }
}

/// Adds 16-bit words in network byte order.
static uint32_t sum_add(uint32_t sum, const uint8_t *at, size_t octets)
{
    for (size_t i = 0; i < octets; i += 2) {
        sum += (uint32_t)(at[i] << 8 | at[i + 1]);
    }
    return sum;
}

/// Puts the pseudo-header's sum where the kernel wants it: it adds the rest.
/// Source: RFC 9293 section 3.1, RFC 8200 section 8.1.
static void pseudo_header_sum(uint8_t *frame, const struct transport *transport, size_t octets)
{
    uint8_t *checksum = frame + transport->at + TCP_SUM_AT;
    size_t addresses_octets = transport->at - transport->addresses_at;
    uint32_t sum = IPPROTO_TCP + (uint32_t)octets;
    sum = sum_add(sum, frame + transport->addresses_at, addresses_octets);
    sum = (sum & 0xffff) + (sum >> 16);
    sum = (sum & 0xffff) + (sum >> 16);
    checksum[0] = (uint8_t)(sum >> 8);
    checksum[1] = (uint8_t)sum;
}

static size_t octets_of(const struct netdev_seg *segs, size_t n)
{
    size_t octets = 0;
    for (size_t i = 0; i < n; i++) {
        octets += segs[i].octets;
    }
    return octets;
}

struct virtio_net_hdr vnet_tx(const struct netdev_seg *segs, size_t n, size_t mss)
{
    uint8_t *frame = segs[0].data;
    struct virtio_net_hdr vnet = {.gso_type = VIRTIO_NET_HDR_GSO_NONE};
    struct transport transport = transport_find(frame, segs[0].octets);
    if (transport.protocol != IPPROTO_TCP || segs[0].octets < transport.at + TCP_OCTETS) {
        return vnet;
    }
    pseudo_header_sum(frame, &transport, octets_of(segs, n) - transport.at);
    vnet.flags = VIRTIO_NET_HDR_F_NEEDS_CSUM;
    vnet.csum_start = htole16((uint16_t)transport.at);
    vnet.csum_offset = htole16(TCP_SUM_AT);
    if (mss > 0) {
        size_t tcp_octets = (frame[transport.at + TCP_LENGTH_AT] >> 4) * 4u;
        bool is_ip4 = transport.at - transport.addresses_at < IP6_OCTETS - IP6_ADDRESSES_AT;
        vnet.gso_type = is_ip4 ? VIRTIO_NET_HDR_GSO_TCPV4 : VIRTIO_NET_HDR_GSO_TCPV6;
        vnet.gso_size = htole16((uint16_t)mss);
        vnet.hdr_len = htole16((uint16_t)(transport.at + tcp_octets));
    }
    return vnet;
}
