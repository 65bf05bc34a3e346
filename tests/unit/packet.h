// SPDX-License-Identifier: BSD-3-Clause
// Frames on the wire, built and taken apart by code of its own: nothing here calls lwIP.
#ifndef LWECHO_TESTS_UNIT_PACKET_H
#define LWECHO_TESTS_UNIT_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PACKET_MTU = 1500,
    PACKET_FRAME_OCTETS_MAX = 14 + PACKET_MTU,

    ETHERTYPE_IP4 = 0x0800,
    ETHERTYPE_ARP = 0x0806,
    ETHERTYPE_IP6 = 0x86dd,

    PROTOCOL_HOP_BY_HOP = 0,
    PROTOCOL_ICMP = 1,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    PROTOCOL_FRAGMENT = 44,
    PROTOCOL_ICMP6 = 58,
    PROTOCOL_NONE = 59,
    PROTOCOL_DESTINATION = 60,

    FLAG_FIN = 0x01,
    FLAG_SYN = 0x02,
    FLAG_RST = 0x04,
    FLAG_PSH = 0x08,
    FLAG_ACK = 0x10,
};

/// An address of either version; IPv4 in the first four octets, the rest zero.
struct address {
    bool is_ip6;
    uint8_t octets[16];
};

/// What stands around the payload of a frame that is built.
struct route {
    uint8_t src_mac[6];
    uint8_t dst_mac[6];
    struct address src;
    struct address dst;
    /// IPv4: octets of no-operation options, a multiple of 4 up to 40.
    /// IPv6: octets of a destination options header, a multiple of 8 up to 1024.
    size_t option_octets;
};

/// Which part of a datagram a frame carries; all zero: the whole.
struct fragment {
    uint32_t id;
    size_t offset; ///< a multiple of 8
    bool more;
};

struct packet_frame {
    size_t octets;
    uint8_t data[PACKET_FRAME_OCTETS_MAX];
};

/// A TCP header that is built.
struct segment {
    uint16_t src_port;
    uint16_t dst_port;
    uint32_t seq;
    uint32_t ack;
    uint8_t flags;
    uint16_t window;
    uint16_t mss;         ///< 0: no option
    int scale;            ///< negative: no option
    size_t option_octets; ///< of no-operation options besides, a multiple of 4
    const uint8_t *data;
    size_t data_octets;
};

/// A frame taken apart. Pointers lead into the frame.
struct packet {
    uint16_t ethertype;
    uint8_t src_mac[6];
    uint8_t dst_mac[6];
    struct address src; ///< ARP: the sender
    struct address dst; ///< ARP: the target
    uint8_t hops;       ///< time to live, hop limit
    uint8_t protocol;   ///< what `upper` is, behind all extension headers
    bool is_fragment;
    struct fragment fragment;
    const uint8_t
        *upper; ///< ARP: the packet; IP: the header of the transport, or a fragment's data
    size_t upper_octets;
    // TCP and UDP
    uint16_t src_port;
    uint16_t dst_port;
    const uint8_t *data;
    size_t data_octets;
    // TCP
    uint32_t seq;
    uint32_t ack;
    uint8_t flags;
    uint16_t window;
    uint16_t mss; ///< 0: no option
    int scale;    ///< negative: no option
};

uint16_t get16(const uint8_t *at);
uint32_t get32(const uint8_t *at);
void put16(uint8_t *at, uint32_t value);
void put32(uint8_t *at, uint32_t value);

struct address address_ip4(uint8_t a, uint8_t b, uint8_t c, uint8_t d);
struct address address_ip6(const uint16_t groups[8]);
bool address_is_equal(const struct address *a, const struct address *b);

/// The Internet checksum of `octets`, on top of `sum` (RFC 1071).
uint16_t packet_checksum(uint32_t sum, const uint8_t *data, size_t octets);

/// The part of a transport's checksum that comes from addresses, length and protocol.
uint32_t packet_pseudo_sum(const struct address *src, const struct address *dst, uint8_t protocol,
                           size_t octets);

/// Builds an IP packet in a frame out of `octets` of `upper`.
/// Returns false when they don't fit a frame.
bool packet_build(struct packet_frame *frame, const struct route *route, uint8_t protocol,
                  const struct fragment *fragment, const void *upper, size_t octets);

/// Builds header, options, data and checksum of TCP. Returns the octets.
size_t packet_build_tcp(uint8_t *upper, const struct route *route, const struct segment *segment);

/// The same for UDP.
size_t packet_build_udp(uint8_t *upper, const struct route *route, uint16_t src_port,
                        uint16_t dst_port, const void *data, size_t octets);

/// Builds an ARP packet: `operation` 1 asks for, 2 answers with `route`'s source.
void packet_build_arp(struct packet_frame *frame, const struct route *route, uint16_t operation);

/// Takes a frame apart and checks all lengths, checksums and constants.
/// Returns NULL: well-formed; else what is wrong.
const char *packet_parse(struct packet *packet, const uint8_t *frame, size_t octets);

/// Checks and takes apart what a datagram carries that was put together from fragments.
/// `packet` has addresses, protocol, upper and upper_octets. Returns as packet_parse().
const char *packet_parse_upper(struct packet *packet);

#endif
