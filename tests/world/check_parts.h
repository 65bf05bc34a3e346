// SPDX-License-Identifier: BSD-3-Clause
// What the parts of the frame checker share.
#ifndef LWECHO_TESTS_WORLD_CHECK_PARTS_H
#define LWECHO_TESTS_WORLD_CHECK_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// An IP packet with its transport's part.
struct packet {
    const uint8_t *src;
    const uint8_t *dst;
    size_t address_octets; ///< 4 or 16
    uint8_t hop_limit;
    uint8_t protocol;
    bool is_fragment;
    bool is_first; ///< it has the transport's header
    bool is_to_group;
    bool has_router_alert;
    unsigned host; ///< who gets it or sent it, HOSTS_MAX: no one host
    const uint8_t *at;
    size_t octets;
};

/// Returns the transport's checksum with the pseudo-header: 0 when it fits.
uint16_t packet_checksum(const struct packet *packet);

/// Returns whether a packet is a DHCP client's.
bool check_is_dhcp(const struct packet *packet);

/// Parts of check_device_frame().
void check_icmp(const struct packet *packet);
void check_icmp6(const struct packet *packet);
void check_udp(const struct packet *packet);
void check_tcp(const struct packet *packet);

/// Parts of check_host_frame() and check_delivered_frame().
void check_tcp_host(const struct packet *packet);
void check_tcp_delivered(const struct packet *packet);
void check_asked(const struct packet *packet);

#endif
