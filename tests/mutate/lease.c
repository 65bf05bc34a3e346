// SPDX-License-Identifier: BSD-3-Clause
// The DHCP server of a device that has its address from one.
#include "lease.h"

#include "unit.h"

enum {
    SERVER_PORT = 67,
    MESSAGE_OCTETS = 240,
    DISCOVER = 1,
    REQUEST = 3,
    OPTION_TYPE = 53,
    SETTLE_MS = 3000,
    BOUND_MS = 20 * 1000,       // within which an address is leased and tried
    RENEWAL_MS = 2 * 60 * 1000, // half of the lease
    WAIT_MS = 20 * 60 * 1000,
};

static struct {
    bool offers;
    bool acknowledges;
    uint32_t transaction;
    size_t requests;
} server;

static void answer(int type)
{
    struct frame frame = frame_dhcp(type, server.transaction);
    wire_push(&rig.wire, frame.data, frame.octets);
}

void lease_take(const struct packet *packet)
{
    if (packet->ethertype != ETHERTYPE_IP4 || packet->protocol != PROTOCOL_UDP ||
        packet->is_fragment || packet->dst_port != SERVER_PORT ||
        packet->data_octets <= MESSAGE_OCTETS + 2) {
        return;
    }
    assert_int_equal(packet->data[MESSAGE_OCTETS], OPTION_TYPE);
    uint8_t type = packet->data[MESSAGE_OCTETS + 2];
    server.transaction = get32(packet->data + 4);
    server.requests += type == REQUEST;
    if (type == DISCOVER && server.offers) {
        answer(DHCP_OFFER);
    } else if (type == REQUEST && server.acknowledges) {
        answer(DHCP_ACK);
    }
}

void lease_start(enum state state)
{
    struct app_config config = app_config_default();
    config.address.ip4_mode = ADDRESS_IP4_AUTO;
    server.offers = state != STATE_SELECTING;
    server.acknowledges = state == STATE_RENEWING;
    assert_int_equal(app_start(&rig.netif, &config), ERR_OK);
    rig_advance(SETTLE_MS);
    assert_int_equal(server.requests > 0, server.offers);
    if (state == STATE_RENEWING) {
        rig_advance(BOUND_MS);
        assert_true(lease_wait());
        server.acknowledges = false;
        size_t requests = server.requests;
        rig_advance(RENEWAL_MS);
        assert_true(server.requests > requests);
    }
}

uint32_t lease_transaction(void)
{
    return server.transaction;
}

void lease_go_on(void)
{
    server.offers = true;
    server.acknowledges = true;
}

/// Returns whether the device has what the server gives.
static bool is_leased(void)
{
    const ip4_addr_t ip = {PP_HTONL(LWIP_MAKEU32(198, 51, 100, 2))};
    const ip4_addr_t mask = {PP_HTONL(LWIP_MAKEU32(255, 255, 255, 0))};
    return ip4_addr_eq(netif_ip4_addr(&rig.netif), &ip) &&
           ip4_addr_eq(netif_ip4_netmask(&rig.netif), &mask);
}

bool lease_wait(void)
{
    for (uint32_t ms = 0; !is_leased() && ms < WAIT_MS; ms += 1000) {
        rig_advance(1000);
    }
    if (ip4_addr_isany(netif_ip4_addr(&rig.netif))) {
        fail_msg("the device stays without an address");
    }
    const ip4_addr_t *ip = netif_ip4_addr(&rig.netif);
    if (ip4_addr_ismulticast(ip) || ip4_addr_isbroadcast(ip, &rig.netif) ||
        ip4_addr_isloopback(ip)) {
        fail_msg("the device has taken an address that no host can have");
    }
    return is_leased();
}
