// SPDX-License-Identifier: BSD-3-Clause
// A neighbour of the device.
#include "host.h"

#include <string.h>

#include "peer.h"
#include "target.h"

enum {
    NEIGHBOUR_SOLICITATION = 135,
    NEIGHBOUR_ADVERTISEMENT = 136,
};

static const uint8_t broadcast_mac[6] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

void host_init(struct host *host, struct wire *wire, unsigned n, bool is_ip6)
{
    memset(host, 0, sizeof *host);
    host->wire = wire;
    host->fragment_octets = 1448;
    uint8_t mac[6] = {0x02, 0, 0, 0, is_ip6 ? 6 : 4, (uint8_t)n};
    memcpy(host->mac, mac, sizeof mac);
    if (is_ip6) {
        host->address = address_ip6((uint16_t[8]){0x2001, 0xdb8, 7, 0, 0, 0, 1, (uint16_t)n});
        host->device = address_ip6((uint16_t[8]){0x2001, 0xdb8, 7, 0, 0, 0, 0, 2});
    } else {
        host->address = address_ip4(198, 51, 100, (uint8_t)(10 + n));
        host->device = address_ip4(198, 51, 100, 2);
    }
}

struct route host_route(const struct host *host)
{
    struct route route = {.src = host->address,
                          .dst = host->device,
                          .option_octets = host->option_octets};
    memcpy(route.src_mac, host->mac, 6);
    memcpy(route.dst_mac, host->wire->mac, 6);
    return route;
}

static void frame_send(struct host *host, const struct packet_frame *frame)
{
    wire_push(host->wire, frame->data, frame->octets);
}

/// Sends a neighbour solicitation or advertisement about `target`, with the host's MAC address.
static void neighbour_send(struct host *host, const struct route *route, uint8_t type,
                           const struct address *target)
{
    uint8_t icmp[32] = {type};
    if (type == NEIGHBOUR_ADVERTISEMENT) {
        icmp[4] = 0x20 | (route->dst.octets[0] == 0xff ? 0 : 0x40); // override, solicited
    }
    memcpy(icmp + 8, target->octets, 16);
    icmp[24] = type == NEIGHBOUR_SOLICITATION ? 1 : 2;
    icmp[25] = 1;
    memcpy(icmp + 26, host->mac, 6);
    uint32_t sum = packet_pseudo_sum(&route->src, &route->dst, PROTOCOL_ICMP6, sizeof icmp);
    put16(icmp + 2, packet_checksum(sum, icmp, sizeof icmp));
    struct packet_frame frame;
    packet_build(&frame, route, PROTOCOL_ICMP6, &(struct fragment){0}, icmp, sizeof icmp);
    frame.data[14 + 7] = 255; // the hop limit, which no checksum covers
    frame_send(host, &frame);
}

void host_announce(struct host *host)
{
    struct route route = host_route(host);
    route.option_octets = 0;
    if (host->address.is_ip6) {
        neighbour_send(host, &route, NEIGHBOUR_SOLICITATION, &host->device);
        return;
    }
    memcpy(route.dst_mac, broadcast_mac, 6);
    struct packet_frame frame;
    packet_build_arp(&frame, &route, 1);
    frame_send(host, &frame);
}

void host_send(struct host *host, uint8_t protocol, const void *upper, size_t octets)
{
    static uint32_t next_id = 1;
    struct route route = host_route(host);
    struct packet_frame frame;
    struct fragment fragment = {.id = next_id++};
    if (packet_build(&frame, &route, protocol, &fragment, upper, octets)) {
        frame_send(host, &frame);
        return;
    }
    for (; fragment.offset < octets; fragment.offset += host->fragment_octets) {
        size_t part = octets - fragment.offset;
        fragment.more = part > host->fragment_octets;
        part = fragment.more ? host->fragment_octets : part;
        const uint8_t *data = (const uint8_t *)upper + fragment.offset;
        if (!packet_build(&frame, &route, protocol, &fragment, data, part)) {
            target_panic("fragment_octets fits a frame", __FILE__, __LINE__);
        }
        frame_send(host, &frame);
    }
}

void host_send_udp(struct host *host, uint16_t src_port, uint16_t dst_port, const void *data,
                   size_t octets)
{
    static uint8_t upper[8 + HOST_DATAGRAM_OCTETS_MAX];
    struct route route = host_route(host);
    host_send(host, PROTOCOL_UDP, upper,
              packet_build_udp(upper, &route, src_port, dst_port, data, octets));
}

static const char *arp_take(struct host *host, const struct packet *packet)
{
    bool is_request = get16(packet->upper + 6) == 1;
    if (!is_request || !address_is_equal(&packet->dst, &host->address)) {
        return NULL;
    }
    host->arp_requests++;
    if (!host->is_mute) {
        struct route route = host_route(host);
        route.dst = packet->src;
        struct packet_frame frame;
        packet_build_arp(&frame, &route, 2);
        frame_send(host, &frame);
    }
    return NULL;
}

static bool is_unspecified(const struct address *address)
{
    static const struct address unspecified = {.is_ip6 = true};
    return address_is_equal(address, &unspecified);
}

static const char *solicitation_take(struct host *host, const struct packet *packet)
{
    if (packet->hops != 255 || packet->upper_octets < 24) {
        return "neighbour solicitation: hop limit or length";
    }
    struct address target = {.is_ip6 = true};
    memcpy(target.octets, packet->upper + 8, 16);
    struct route route = host_route(host);
    route.option_octets = 0;
    if (is_unspecified(&packet->src)) {
        if (host->defends && address_is_equal(&target, &host->device)) {
            static const uint8_t all_nodes_mac[6] = {0x33, 0x33, 0, 0, 0, 1};
            memcpy(route.dst_mac, all_nodes_mac, 6);
            route.src = target;
            route.dst = address_ip6((uint16_t[8]){0xff02, 0, 0, 0, 0, 0, 0, 1});
            neighbour_send(host, &route, NEIGHBOUR_ADVERTISEMENT, &target);
        }
        return NULL;
    }
    if (address_is_equal(&target, &host->address)) {
        host->arp_requests++;
        if (!host->is_mute) {
            route.dst = packet->src;
            neighbour_send(host, &route, NEIGHBOUR_ADVERTISEMENT, &target);
        }
    }
    return NULL;
}

/// Puts a datagram or the next fragment of one into the inbox.
static const char *inbox_take(struct host *host, const struct packet *packet)
{
    struct inbox *inbox = &host->inbox;
    if (packet->fragment.offset == 0) {
        inbox->packet = *packet;
        inbox->frames = 0;
        inbox->octets = 0;
        inbox->complete = false;
    } else if (inbox->complete || packet->fragment.id != inbox->packet.fragment.id ||
               packet->fragment.offset != inbox->octets) {
        return NULL; // its beginning was lost: it can't be put together
    }
    if (inbox->octets + packet->upper_octets > HOST_DATAGRAM_OCTETS_MAX) {
        return "fragments: more than a datagram can have";
    }
    memcpy(inbox->data + inbox->octets, packet->upper, packet->upper_octets);
    inbox->octets += packet->upper_octets;
    inbox->frames++;
    if (packet->fragment.more) {
        return packet->upper_octets % 8 == 0 ? NULL : "fragments: not a multiple of 8";
    }
    inbox->packet.upper = inbox->data;
    inbox->packet.upper_octets = inbox->octets;
    const char *problem = packet_parse_upper(&inbox->packet);
    if (problem != NULL) {
        return problem;
    }
    inbox->complete = true;
    host->datagrams++;
    return NULL;
}

const char *host_take(struct host *host, const struct packet *packet)
{
    if (packet->ethertype == ETHERTYPE_ARP) {
        return arp_take(host, packet);
    }
    if (packet->protocol == PROTOCOL_ICMP6 && !packet->is_fragment &&
        packet->upper[0] == NEIGHBOUR_SOLICITATION && host->address.is_ip6) {
        return solicitation_take(host, packet);
    }
    if (!address_is_equal(&packet->dst, &host->address)) {
        return NULL;
    }
    if (memcmp(packet->dst_mac, host->mac, 6) != 0) {
        return "the frame goes to the MAC address of another host";
    }
    switch (packet->protocol) {
    case PROTOCOL_UDP:
        return inbox_take(host, packet);
    case PROTOCOL_TCP:
        return packet->is_fragment ? "TCP: in fragments" : peer_take(host, packet);
    default:
        host->icmp += packet->upper[0] == NEIGHBOUR_ADVERTISEMENT ? 0 : 1;
        return NULL;
    }
}
