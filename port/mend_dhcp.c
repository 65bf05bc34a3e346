// SPDX-License-Identifier: BSD-3-Clause
// Mends what lwIP 2.2.1's DHCP client leaves inconsistent.
#include <stdbool.h>
#include <string.h>

#include "lwip/dhcp.h"
#include "lwip/prot/dhcp.h"
#include "mend.h"

enum {
    ADDRESS_OCTETS = 4,
    OPTION_OCTETS = 2 + ADDRESS_OCTETS, // with its code and length
};

static void server_name(const struct dhcp *dhcp, struct dhcp_msg *msg, u16_t *octets)
{
    LWIP_ASSERT("a message has room for it", (size_t)*octets + OPTION_OCTETS < DHCP_OPTIONS_LEN);
    u8_t *option = &msg->options[*octets];
    option[0] = DHCP_OPTION_SERVER_ID;
    option[1] = ADDRESS_OCTETS;
    memcpy(&option[2], &ip_2_ip4(&dhcp->server_ip_addr)->addr, ADDRESS_OCTETS);
    *octets = (u16_t)(*octets + OPTION_OCTETS);
}

static bool has_leased(const struct netif *netif)
{
    const ip4_addr_t *ip = netif_ip4_addr(netif);
    return !ip4_addr_isany(ip) && !ip4_addr_islinklocal(ip);
}

/// Returns whether `netif` has an address although its lease has ended: the client has started
/// again from nothing.
static bool has_expired(const struct netif *netif, const struct dhcp *dhcp)
{
    return dhcp->offered_t0_lease == 0 && has_leased(netif);
}

void mend_dhcp_message(struct netif *netif, const struct dhcp *dhcp, struct dhcp_msg *msg,
                       u8_t type, u16_t *octets)
{
    if (type == DHCP_DECLINE) {
        server_name(dhcp, msg, octets);
        return;
    }
    if (type == DHCP_DISCOVER && has_expired(netif, dhcp)) {
        netif_set_addr(netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4);
    }
}
