// SPDX-License-Identifier: BSD-3-Clause
// A DHCP server at host 1, as a case wants it.
#ifndef LWECHO_TESTS_UNIT_DHCP_SERVER_H
#define LWECHO_TESTS_UNIT_DHCP_SERVER_H

#include "unit.h"

enum {
    MESSAGE_OCTETS = 240, ///< before the options
    LEASE_S = 240,        ///< its half and 7/8 are whole minutes
    OFFERED = 77,         ///< the address, in its last octet
    NOBODY = 99,          ///< as is this one's, which no host has
};

/// What a message of DHCP is.
/// Source: RFC 2132 section 9.6.
enum dhcp_type { DISCOVER = 1, OFFER, REQUESTED, DECLINE, ACK, NAK, RELEASE, TYPES };

struct dhcp_server {
    bool is_silent;
    bool refuses;       // what was requested
    bool only_offers;   // and says nothing to what was requested
    bool has_no_mask;   // it says nothing of the network
    const u8_t *gives;  // this address for ever, not the usual one for a while; NULL: no
    size_t cut;         // octets that it leaves away at the end of each message
    size_t silent_for;  // so many messages, then it speaks
    u32_t lease_s;      // of each lease
    size_t answers_max; // then it is silent for ever; 0: no such limit
    size_t answers;
    size_t came[TYPES];     // messages by their type
    size_t asks_for_nobody; // of the device, by ARP
    bool decline_named;     // a DECLINE said whom it was for
    struct address asker;   // where the last message came from
};

extern struct dhcp_server server;

extern const u8_t ip4_server[4];

/// Answers what the device sends to servers, and checks it: for rig.on_frame.
/// Returns true: it was such a message.
bool dhcp_server_on_frame(const struct packet *packet);

#endif
