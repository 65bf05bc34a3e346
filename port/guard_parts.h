// SPDX-License-Identifier: BSD-3-Clause
// What the guard's parts, one for each protocol, share.
#ifndef LWECHO_PORT_GUARD_PARTS_H
#define LWECHO_PORT_GUARD_PARTS_H

#include <string.h>

#include "guard.h"

/// An IP packet within a received frame. `at[0]` to `at[first - 1]` may be read.
struct guard_packet {
    u8_t *at;      ///< the IP header
    u16_t first;   ///< octets in the first pbuf
    u16_t octets;  ///< in all, with the padding of a short frame
    bool to_group; ///< the frame was sent to a group or to all
    const struct netif *netif;
};

/// What an IP packet carries: all of it, or its first fragment.
struct guard_payload {
    const u8_t *at;
    size_t first;  ///< octets in the first pbuf
    size_t octets; ///< in all
    u8_t protocol;
    bool is_fragment;
};

/// Counts a reason to drop.
/// Returns false when this defence is switched off, for a test.
static inline bool guard_refuse(COUNTER_T *counter)
{
    if (!DEFENCE_IS_ON(counter)) {
        return false;
    }
    COUNT(*counter);
    return true;
}

/// A 16-bit value in network byte order.
static inline u16_t guard_get16(const u8_t *at)
{
    return (u16_t)(at[0] << 8 | at[1]);
}

/// A 32-bit value in network byte order.
static inline u32_t guard_get32(const u8_t *at)
{
    return (u32_t)guard_get16(at) << 16 | guard_get16(at + 2);
}

static inline void guard_put16(u8_t *at, size_t value)
{
    at[0] = (u8_t)(value >> 8);
    at[1] = (u8_t)value;
}

bool guard_ip4_accepts(const struct guard_packet *packet);
bool guard_ip6_accepts(const struct guard_packet *packet);

/// Judges the ICMPv6 message in `payload` of `packet`.
bool guard_icmp6_accepts(const struct guard_packet *packet, const struct guard_payload *payload);

/// Judges the UDP header in `payload`.
bool guard_udp_accepts(const struct guard_payload *payload);

/// Returns how many octets follow the UDP datagram in `payload`, which guard_udp_accepts(). They
/// are to be cut (RFC 9868 section 8): 0 for fragments, whose length is not known yet.
size_t guard_udp_surplus(const struct guard_payload *payload);

/// Judges whether a first fragment holds its transport's header.
bool guard_first_fragment_accepts(const struct guard_payload *payload);

/// Returns whether `octets`, an IPv6 address, is one that `netif` uses; one still being tried for
/// duplicates is not.
bool guard_ip6_is_own(const struct netif *netif, const u8_t octets[16]);

/// As guard_permits(), for an IP packet that is sent, of which `first` octets are at `at`.
bool guard_ip4_permits(const u8_t *at, size_t first, const struct netif *netif);
bool guard_ip6_permits(const u8_t *at, size_t first);

/// Returns whether one more ICMP error, or reset, may leave now.
bool guard_permits_icmp(void);
bool guard_permits_reset(void);

/// The same for a DHCP message.
bool guard_permits_dhcp(void);

#endif
