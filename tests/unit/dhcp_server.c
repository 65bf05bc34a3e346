// SPDX-License-Identifier: BSD-3-Clause
// A DHCP server at host 1.
#include "dhcp_server.h"

#include <string.h>

#include "lwip/prot/iana.h"

enum {
    MESSAGE_OCTETS_MAX = 548, // that each client takes
    REQUEST = 1,              // BOOTP's
    REPLY = 2,
};

struct dhcp_server server;

static const u8_t *option_find(const struct packet *packet, u8_t code)
{
    const u8_t *at = packet->data + MESSAGE_OCTETS;
    const u8_t *end = packet->data + packet->data_octets;
    while (at + 1 < end && *at != 255) {
        if (*at == 0) {
            at++;
            continue;
        }
        if (*at == code) {
            return at + 2;
        }
        at += 2 + at[1];
    }
    return NULL;
}

static u8_t *option_put32(u8_t *at, u8_t code, u32_t value)
{
    at[0] = code;
    at[1] = 4;
    put32(at + 2, value);
    return at + 6;
}

const u8_t ip4_server[4] = {198, 51, 100, 11}; // host 1
static const u8_t ip4_offered[] = {198, 51, 100, OFFERED};

/// Sends an answer to the client whose message is `packet`.
static void answer(const struct packet *packet, enum dhcp_type type)
{
    server.answers++;
    u8_t message[MESSAGE_OCTETS_MAX] = {REPLY, 1, 6};
    memcpy(message + 4, packet->data + 4, 4);    // transaction
    memcpy(message + 28, packet->data + 28, 16); // client
    memcpy(message + MESSAGE_OCTETS - 4, (u8_t[]){99, 130, 83, 99}, 4);
    memcpy(message + 16, server.gives != NULL ? server.gives : ip4_offered, type == NAK ? 0 : 4);
    u8_t *at = message + MESSAGE_OCTETS;
    *at++ = 53;
    *at++ = 1;
    *at++ = (u8_t)type;
    at = option_put32(at, 54, get32(ip4_server));
    at = option_put32(at, 51, server.gives != NULL ? UINT32_MAX : server.lease_s);
    if (!server.has_no_mask) {
        at = option_put32(at, 1, 0xffffff00u);
        at = option_put32(at, 3, get32(ip4_server));
    }
    *at++ = 255;
    size_t octets = LWIP_MAX((size_t)(at - message), MESSAGE_OCTETS + 60);

    struct host *host = rig_host(1);
    struct address device = host->device;
    host->device = address_ip4(198, 51, 100, OFFERED);
    host_send_udp(host, LWIP_IANA_PORT_DHCP_SERVER, LWIP_IANA_PORT_DHCP_CLIENT, message,
                  octets - LWIP_MIN(server.cut, octets));
    host->device = device;
}

/// Of the address that is used, or of the one that is wanted.
/// Source: RFC 2131 section 4.4.1, table 5.
static void about_what(const struct packet *packet, enum dhcp_type type)
{
    bool is_used = get32(packet->data + 12) != 0;
    bool is_wanted = option_find(packet, 50) != NULL;
    if (type == REQUESTED) {
        assert_true(is_used != is_wanted);
    } else if (type == RELEASE) {
        assert_memory_equal(packet->data + 12, ip4_offered, sizeof ip4_offered);
        assert_memory_equal(packet->src.octets, ip4_offered, sizeof ip4_offered);
    }
}

bool dhcp_server_on_frame(const struct packet *packet)
{
    server.asks_for_nobody += packet->ethertype == ETHERTYPE_ARP && packet->dst.octets[3] == NOBODY;
    if (packet->ethertype != ETHERTYPE_IP4 || packet->protocol != PROTOCOL_UDP ||
        packet->dst_port != LWIP_IANA_PORT_DHCP_SERVER) {
        return false;
    }
    assert_true(packet->data_octets > MESSAGE_OCTETS);
    assert_int_equal(packet->data[0], REQUEST);
    const u8_t *type = option_find(packet, 53);
    assert_non_null(type);
    assert_in_range(*type, DISCOVER, RELEASE);
    about_what(packet, *type);
    server.came[*type]++;
    server.asker = packet->src;
    if (*type == DECLINE) {
        const u8_t *name = option_find(packet, 54);
        server.decline_named = name != NULL && memcmp(name, ip4_server, 4) == 0;
    }
    bool is_exhausted = server.answers_max > 0 && server.answers == server.answers_max;
    if (server.is_silent || server.silent_for > 0 || is_exhausted) {
        server.silent_for -= server.silent_for > 0;
    } else if (*type == DISCOVER) {
        answer(packet, OFFER);
    } else if (*type == REQUESTED && !server.only_offers) {
        answer(packet, server.refuses ? NAK : ACK);
    }
    return true;
}
