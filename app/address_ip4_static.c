// SPDX-License-Identifier: BSD-3-Clause
// The IPv4 part of the addresses in a profile without DHCP: one static address.
#include "address_ip4.h"

bool address_ip4_is_valid(const struct address_config *config)
{
    return config->ip4_mode == ADDRESS_IP4_STATIC;
}

err_t address_ip4_start(struct netif *netif, const struct address_config *config)
{
    address_ip4_set(netif, config);
    return ERR_OK;
}

void address_ip4_stop(struct netif *netif)
{
    netif_set_addr(netif, IP4_ADDR_ANY4, IP4_ADDR_ANY4, IP4_ADDR_ANY4);
}

const char *address_ip4_origin(struct netif *netif)
{
    LWIP_UNUSED_ARG(netif);
    return "static";
}

const char *address_ip4_reason(struct netif *netif, const ip4_addr_t *old)
{
    LWIP_UNUSED_ARG(netif);
    LWIP_UNUSED_ARG(old);
    return "stop";
}

void address_ip4_on_change(struct netif *netif, netif_nsc_reason_t reason,
                           const netif_ext_callback_args_t *args)
{
    LWIP_UNUSED_ARG(netif);
    LWIP_UNUSED_ARG(reason);
    LWIP_UNUSED_ARG(args);
}

bool address_ip4_settled(const struct netif *netif)
{
    LWIP_UNUSED_ARG(netif);
    return true;
}
