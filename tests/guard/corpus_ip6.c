// SPDX-License-Identifier: BSD-3-Clause
// Traffic that is odd and valid: IPv6.
#include <string.h>

#include "corpus.h"

static const uint8_t unspecified[16];
static const uint8_t solicited_node[16] = {0xff, 2, [11] = 1, 0xff, 0, 0, 2};

static struct frame finished(struct frame frame)
{
    frame_finish(&frame);
    return frame;
}

static struct frame extended(uint8_t type, size_t octets)
{
    struct frame frame = frame_ip6(type);
    frame_add_extension(&frame, UDP, octets);
    frame_add_udp(&frame, 5);
    return finished(frame);
}

static struct frame chained(void)
{
    struct frame frame = frame_ip6(HOP_BY_HOP);
    frame_add_extension(&frame, DESTINATION, 8);
    frame_add_extension(&frame, ROUTING, 16);
    frame_add_routing(&frame, DESTINATION, 0, 0);
    frame_add_extension(&frame, TCP, 80);
    frame_add_tcp(&frame, ACK, NULL, 0, 3);
    return finished(frame);
}

static struct frame unknown_option(uint8_t type)
{
    struct frame frame = extended(DESTINATION, 8);
    memcpy(frame.data + frame.options + 2, (uint8_t[]){type, 1, 0, 0, 0, 0}, 6);
    return frame;
}

static struct frame jumbo(void)
{
    struct frame frame = extended(HOP_BY_HOP, 8);
    memcpy(frame.data + frame.options + 2, (uint8_t[]){0xc2, 4, 0, 1, 0, 0}, 6);
    return frame;
}

static struct frame routed(uint8_t type, uint8_t segments_left)
{
    struct frame frame = frame_ip6(ROUTING);
    frame_add_routing(&frame, UDP, type, segments_left);
    frame_add_udp(&frame, 5);
    return finished(frame);
}

/// A first fragment, or an atomic one.
static struct frame fragment_first(uint8_t protocol, bool more, size_t octets)
{
    struct frame frame = frame_ip6(FRAGMENT);
    frame_add_fragment(&frame, protocol, 0, more, 0xdeadbeef);
    if (protocol == UDP) {
        frame_add_udp(&frame, octets);
    } else if (protocol == TCP) {
        frame_add_tcp(&frame, ACK, NULL, 0, octets);
    } else {
        frame_add_icmp(&frame, 128, NULL, octets);
    }
    return finished(frame);
}

static struct frame fragment_later(uint8_t protocol, size_t offset, bool more, size_t octets)
{
    struct frame frame = frame_ip6(FRAGMENT);
    frame_add_fragment(&frame, protocol, offset, more, 0xdeadbeef);
    frame_add(&frame, NULL, octets);
    frame_put16(&frame, frame.ip + 4, (uint16_t)(8 + octets));
    return frame;
}

static struct frame fragment_with_options(void)
{
    struct frame frame = frame_ip6(HOP_BY_HOP);
    frame_add_extension(&frame, FRAGMENT, 8);
    frame_add_fragment(&frame, DESTINATION, 0, true, 1);
    frame_add_extension(&frame, UDP, 16);
    frame_add_udp(&frame, 16);
    return finished(frame);
}

static struct frame solicitation(const uint8_t source[16], const void *options, size_t octets)
{
    uint8_t body[4 + 16 + 32] = {0};
    memcpy(body + 4, ip6_device, 16);
    memcpy(body + 20, options, octets);
    struct frame frame = frame_nd(135, body, 20 + octets);
    memcpy(frame.data + frame.ip + 8, source, 16);
    memcpy(frame.data + frame.ip + 24, solicited_node, 16);
    memcpy(frame.data, (uint8_t[]){0x33, 0x33, 0xff, 0, 0, 2}, 6);
    return finished(frame);
}

static struct frame advertisement(uint8_t flags, size_t option_octets, const uint8_t target[16])
{
    uint8_t body[28] = {flags};
    memcpy(body + 4, target, 16);
    memcpy(body + 20, (uint8_t[]){2, 1, 2, 0, 198, 51, 100, 1}, 8);
    return frame_nd(136, body, 20 + option_octets);
}

static struct frame router(void)
{
    uint8_t body[12 + 8 + 8 + 32 + 24] = {64, 0, 7, 8};
    uint8_t *at = body + 12;
    memcpy(at, (uint8_t[]){1, 1, 2, 0, 198, 51, 100, 1}, 8);
    memcpy(at + 8, (uint8_t[]){5, 1, 0, 0, 0, 0, 5, 0xdc}, 8);
    memcpy(at + 16, (uint8_t[]){3, 4, 64, 0xc0}, 4);
    memcpy(at + 32, ip6_peer, 8);
    memcpy(at + 48, (uint8_t[]){25, 3}, 2);
    struct frame frame = frame_nd(134, body, sizeof body);
    memcpy(frame.data + frame.ip + 24, ip6_all_nodes, 16);
    return finished(frame);
}

static struct frame listeners(uint8_t type, const uint8_t source[16])
{
    uint8_t body[20] = {0, 100};
    struct frame frame = frame_ip6(HOP_BY_HOP);
    frame_add_extension(&frame, ICMP6, 8);
    memcpy(frame.data + frame.options + 2, (uint8_t[]){5, 2, 0, 0, 1, 0}, 6); // router alert
    frame_set_ip(&frame, 7, 1);
    memcpy(frame.data + frame.ip + 8, source, 16);
    memcpy(frame.data + frame.ip + 24, ip6_all_nodes, 16);
    frame_add_icmp(&frame, type, body, sizeof body);
    return finished(frame);
}

size_t corpus_ip6(struct odd *odd)
{
    static const uint8_t link_option[8] = {1, 1, 2, 0, 198, 51, 100, 1};
    static const uint8_t two_options[16] = {1, 1, 2, 0, 198, 51, 100, 1, 14, 1};
    static const uint8_t nonce_first[16] = {14, 1, 0, 0, 0, 0, 0, 0, 1, 1, 2, 0, 198, 51, 100, 1};
    static const uint8_t nonce[8] = {14, 1, 1, 2, 3, 4, 5, 6};
    const struct odd frames[] = {
        {"UDP", frame_udp6(5)},
        {"UDP with a priority tag", priority_tagged(frame_udp6(5))},
        {"the largest UDP in one frame", frame_udp6(1452)},
        {"TCP", frame_tcp6(ACK)},
        {"no next header", finished(frame_ip6(NO_NEXT))},
        {"an unknown next header", finished(frame_ip6(253))},
        {"hop-by-hop options", extended(HOP_BY_HOP, 8)},
        {"destination options as long as may be", extended(DESTINATION, 128)},
        {"an unknown option to skip", unknown_option(0x1e)},
        {"an unknown option to report", unknown_option(0x9e)},
        {"a jumbo payload option, which lwIP reports", jumbo()},
        {"a chain of extension headers", chained()},
        {"routing header type 0, nothing left", routed(0, 0)},
        {"routing header type 2, nothing left", routed(2, 0)},
        {"routing header type 0, one left: lwIP reports it", routed(0, 1)},
        {"atomic fragment", fragment_first(UDP, false, 5)},
        {"first fragment of UDP", fragment_first(UDP, true, 1440)},
        {"first fragment of TCP", fragment_first(TCP, true, 4)},
        {"first fragment of a ping", fragment_first(ICMP6, true, 1444)},
        {"middle fragment", fragment_later(UDP, 1448, true, 1448)},
        {"last fragment of odd length", fragment_later(UDP, 2896, false, 1)},
        {"the last fragment of 65535 octets", fragment_later(UDP, 65488, false, 7)},
        {"fragment of options, behind options", fragment_with_options()},
        {"solicitation", solicitation(ip6_peer_link, link_option, 8)},
        {"solicitation without an option", solicitation(ip6_peer_link, link_option, 0)},
        {"solicitation with a second option", solicitation(ip6_peer, two_options, 16)},
        {"solicitation with a nonce first", solicitation(ip6_peer, nonce_first, 16)},
        {"duplicate address detection", solicitation(unspecified, link_option, 0)},
        {"the same with a nonce", solicitation(unspecified, nonce, 8)},
        {"advertisement", advertisement(0x60, 8, ip6_peer)},
        {"advertisement without an option", advertisement(0x40, 0, ip6_peer)},
        {"advertisement of an address that we are trying", advertisement(0x20, 8, ip6_device_new)},
        {"router advertisement", router()},
        {"multicast listener query", listeners(130, ip6_peer_link)},
        {"multicast listener report", listeners(131, ip6_peer_link)},
        {"multicast listener report without an address yet", listeners(131, unspecified)},
    };
    memcpy(odd, frames, sizeof frames);
    return sizeof frames / sizeof frames[0];
}
