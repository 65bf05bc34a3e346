// SPDX-License-Identifier: BSD-3-Clause
// A neighbour of the device: answers ARP and neighbour solicitations, sends datagrams, and receives
// what the device answers. Its TCP connections are peers (peer.h).
#ifndef LWECHO_TESTS_UNIT_HOST_H
#define LWECHO_TESTS_UNIT_HOST_H

#include "packet.h"
#include "wire.h"

enum {
    HOST_DATAGRAM_OCTETS_MAX = 65535,
};

struct peer;

/// The last datagram that a host received, put together from its fragments.
struct inbox {
    struct packet packet; ///< without data while `complete` is false
    bool complete;
    size_t frames; ///< that it came in
    size_t octets; ///< of it until now
    uint8_t data[HOST_DATAGRAM_OCTETS_MAX + 1];
};

struct host {
    struct host *next;
    struct wire *wire;
    struct peer *peers;
    uint8_t mac[6];
    struct address address;
    struct address device; ///< the address of the device that it talks to
    // Switches.
    bool is_mute;           ///< answers neither ARP nor neighbour solicitations
    bool defends;           ///< answers the device's duplicate address detection of `device`
    size_t option_octets;   ///< route.option_octets of all that it sends
    size_t fragment_octets; ///< of data in a fragment, when a datagram needs more than one
    // What came.
    size_t arp_requests; ///< and neighbour solicitations
    size_t datagrams;
    size_t icmp; ///< messages other than neighbour discovery
    struct inbox inbox;
};

/// Makes host number `n` (1..200), IPv4 or IPv6, on `wire`, and has it announce itself to the
/// device.
void host_init(struct host *host, struct wire *wire, unsigned n, bool is_ip6);

/// Where packets of `host` to the device go.
struct route host_route(const struct host *host);

/// Sends an ARP request or neighbour solicitation, from which the device learns the host's address.
void host_announce(struct host *host);

/// Sends one packet, in fragments when it doesn't fit a frame.
void host_send(struct host *host, uint8_t protocol, const void *upper, size_t octets);

/// Sends one UDP datagram.
void host_send_udp(struct host *host, uint16_t src_port, uint16_t dst_port, const void *data,
                   size_t octets);

/// Takes a frame of the device that may be for this host. `packet` is well-formed.
/// Returns NULL, or what is wrong with it.
const char *host_take(struct host *host, const struct packet *packet);

#endif
