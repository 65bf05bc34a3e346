// SPDX-License-Identifier: BSD-3-Clause
// Frames for the guard, octet by octet. A frame is made from the outside in: each function appends
// a header; frame_finish() sets lengths and checksums.
#ifndef LWECHO_TESTS_GUARD_FRAME_H
#define LWECHO_TESTS_GUARD_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FRAME_OCTETS_MAX = 1518,

    TYPE_IP4 = 0x0800,
    TYPE_ARP = 0x0806,
    TYPE_VLAN = 0x8100,
    TYPE_IP6 = 0x86dd,

    HOP_BY_HOP = 0,
    ICMP = 1,
    IGMP = 2,
    TCP = 6,
    UDP = 17,
    ROUTING = 43,
    FRAGMENT = 44,
    ICMP6 = 58,
    NO_NEXT = 59,
    DESTINATION = 60,

    FIN = 1,
    SYN = 2,
    RST = 4,
    PSH = 8,
    ACK = 16,
    URG = 32,
};

struct frame {
    uint8_t data[FRAME_OCTETS_MAX];
    size_t octets;
    size_t ip;      ///< where the IP header stands
    size_t options; ///< where the last IPv4 options or extension header stand
    size_t upper;   ///< where the transport's header stands
};

extern const uint8_t mac_device[6];
extern const uint8_t mac_peer[6];
extern const uint8_t mac_all[6];
extern const uint8_t ip4_device[4]; ///< 198.51.100.2
extern const uint8_t ip4_peer[4];
extern const uint8_t ip6_device[16];      ///< 2001:db8:7::2
extern const uint8_t ip6_device_link[16]; ///< fe80::2
extern const uint8_t ip6_device_new[16];  ///< 2001:db8:7::3, still being tried for duplicates
extern const uint8_t ip6_peer[16];
extern const uint8_t ip6_peer_link[16];
extern const uint8_t ip6_all_nodes[16];

/// Begins a frame from the peer to the device.
struct frame frame_new(uint16_t type);

/// Appends octets; `bytes` NULL: as many of a pattern.
void frame_add(struct frame *frame, const void *bytes, size_t octets);

void frame_put16(struct frame *frame, size_t at, uint16_t value);
void frame_put32(struct frame *frame, size_t at, uint32_t value);

/// Writes a value at an offset from the IP header, or from the transport's header.
void frame_set_ip(struct frame *frame, size_t at, uint8_t value);
void frame_set_upper(struct frame *frame, size_t at, uint8_t value);

/// An ARP packet from the peer: `operation` 1 asks for the device, 2 answers it.
struct frame frame_arp(uint16_t operation);

/// An IPv4 packet with no transport yet, with `octets` of options, a multiple of 4.
struct frame frame_ip4(uint8_t protocol, const void *options, size_t octets);

/// An IPv6 packet with no transport yet. `next` may be an extension header, to be appended.
struct frame frame_ip6(uint8_t next);

/// Appends an extension header of `octets`, padded by one option; routing: with no segments left.
void frame_add_extension(struct frame *frame, uint8_t next, size_t octets);
void frame_add_routing(struct frame *frame, uint8_t next, uint8_t type, uint8_t segments_left);

/// Appends a fragment header, or writes the IPv4 fields. `offset` is in octets.
void frame_add_fragment(struct frame *frame, uint8_t next, size_t offset, bool more, uint32_t id);
void frame_set_fragment(struct frame *frame, size_t offset, bool more);

/// Appends a whole transport's header and `octets` of data.
void frame_add_udp(struct frame *frame, size_t octets);
void frame_add_tcp(struct frame *frame, uint8_t flags, const void *options, size_t option_octets,
                   size_t octets);
void frame_add_icmp(struct frame *frame, uint8_t type, const void *body, size_t octets);

/// Makes lengths and checksums right, those of all headers there are.
void frame_finish(struct frame *frame);

/// Whole packets.
struct frame frame_udp4(size_t octets);
struct frame frame_tcp4(uint8_t flags);
struct frame frame_udp6(size_t octets);
struct frame frame_tcp6(uint8_t flags);

/// An ICMPv6 message with hop limit 255 from the peer's link-local address.
struct frame frame_nd(uint8_t type, const void *body, size_t octets);

#endif
