// SPDX-License-Identifier: BSD-3-Clause
// A device that finds its address by itself, and a DHCP server at host 1.
#include "leased.h"

#include <string.h>

#include "lwip/dhcp.h"

struct app_config leased_config(void)
{
    struct app_config config = app_config_default();
    config.address.ip4_mode = ADDRESS_IP4_AUTO;
    config.address.ip6_mode = ADDRESS_IP6_OFF;
    return config;
}

void leased_start(void)
{
    struct app_config config = leased_config();
    rig_start_device();
    rig_host(1);
    rig.on_frame = dhcp_server_on_frame;
    assert_int_equal(app_start(&rig.netif, &config), ERR_OK);
    rig_settle();
}

int leased_setup(void **state)
{
    server = (struct dhcp_server){.lease_s = LEASE_S};
    return rig_setup(state);
}

int leased_teardown(void **state)
{
    if (netif_dhcp_data(&rig.netif) != NULL) {
        app_stop(&rig.netif);
        rig_settle();
    }
    rig.on_frame = NULL;
    return rig_teardown(state);
}

bool leased_has_lease(void)
{
    return lwip_ntohl(netif_ip4_addr(&rig.netif)->addr) == LWIP_MAKEU32(198, 51, 100, OFFERED);
}

bool leased_is_link_local(void)
{
    return ip4_addr_islinklocal(netif_ip4_addr(&rig.netif));
}

void leased_replug(void)
{
    rig.wire.link_is_down = true;
    rig_advance(SECOND_MS);
    rig.wire.link_is_down = false;
    rig_advance(SECOND_MS);
}

void leased_claim(void)
{
    struct host *host = rig_host(2);
    struct address own = host->address;
    host->is_mute = true; // it says so once
    memcpy(host->address.octets, &netif_ip4_addr(&rig.netif)->addr, 4);
    host_announce(host);
    rig_settle();
    host->address = own;
}
