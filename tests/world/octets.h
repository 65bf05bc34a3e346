// SPDX-License-Identifier: BSD-3-Clause
// Numbers in network byte order and the shapes of headers, written anew: nothing of lwIP's is used
// to judge lwIP.
#ifndef LWECHO_TESTS_WORLD_OCTETS_H
#define LWECHO_TESTS_WORLD_OCTETS_H

#include <stddef.h>
#include <stdint.h>

enum {
    ETHERNET_OCTETS = 14,
    ARP_OCTETS = 28,
    IP4_OCTETS = 20,
    IP6_HEADER_OCTETS = 40,
    FRAGMENT_OCTETS = 8,
    UDP_OCTETS = 8,
    TCP_OCTETS = 20,
    ND_TARGET = 8, ///< where a solicitation or an advertisement has its target
    ND_OCTETS = ND_TARGET + 16,
    TYPE_IP4 = 0x0800,
    TYPE_ARP = 0x0806,
    TYPE_IP6 = 0x86dd,
    PROTOCOL_HOP_BY_HOP = 0,
    PROTOCOL_ICMP = 1,
    PROTOCOL_TCP = 6,
    PROTOCOL_UDP = 17,
    PROTOCOL_FRAGMENT = 44,
    PROTOCOL_ICMP6 = 58,
    ICMP6_ECHO_REQUEST = 128,
    ICMP6_ECHO_REPLY = 129,
    ICMP6_MLD_QUERY = 130,
    ICMP6_MLD_DONE = 132,
    ICMP6_ROUTER_SOLICIT = 133,
    ICMP6_SOLICIT = 135,
    ICMP6_ADVERTISE = 136,
    TCP_FLAG_FIN = 1,
    TCP_FLAG_SYN = 2,
    TCP_FLAG_RST = 4,
    TCP_FLAG_PSH = 8,
    TCP_FLAG_ACK = 16,
    TCP_FLAG_URG = 32,
};

static inline uint16_t get16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t get32(const uint8_t *at)
{
    return (uint32_t)get16(at) << 16 | get16(at + 2);
}

static inline void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

static inline void put32(uint8_t *at, uint32_t value)
{
    put16(at, value >> 16);
    put16(at + 2, value & 0xffff);
}

/// Adds octets to a sum of 16-bit words, the first one in the upper half.
/// Source: RFC 1071.
static inline uint64_t sum_add(uint64_t sum, const uint8_t *at, size_t octets)
{
    while (octets >= 4) {
        sum += get32(at);
        at += 4;
        octets -= 4;
    }
    for (size_t i = 0; i < octets; i++) {
        sum += (uint64_t)at[i] << (8 * (3 - i));
    }
    return sum;
}

/// Returns the checksum of a sum: 0 when it holds a checksum that fits.
static inline uint16_t sum_end(uint64_t sum)
{
    while (sum >> 16 != 0) {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    return (uint16_t)~sum;
}

#endif
