// SPDX-License-Identifier: BSD-3-Clause
// The IPv6 part of the addresses in a profile without IPv6: there are none.
#include "address_ip6.h"

void address_ip6_default(struct address_config *config)
{
    config->ip6_mode = ADDRESS_IP6_OFF;
}

bool address_ip6_is_valid(const struct address_config *config)
{
    return config->ip6_mode == ADDRESS_IP6_OFF;
}

void address_ip6_start(struct netif *netif, const struct address_config *config)
{
    LWIP_UNUSED_ARG(netif);
    LWIP_UNUSED_ARG(config);
}

void address_ip6_stop(struct netif *netif)
{
    LWIP_UNUSED_ARG(netif);
}

void address_ip6_on_change(struct netif *netif, netif_nsc_reason_t reason,
                           const netif_ext_callback_args_t *args)
{
    LWIP_UNUSED_ARG(netif);
    LWIP_UNUSED_ARG(reason);
    LWIP_UNUSED_ARG(args);
}

bool address_ip6_settled(const struct netif *netif)
{
    LWIP_UNUSED_ARG(netif);
    return true;
}

bool address_is_same_peer(const ip_addr_t *a, const ip_addr_t *b)
{
    return ip_addr_eq(a, b);
}

size_t address_ip6_list(const struct netif *netif, ip_addr_t *list)
{
    LWIP_UNUSED_ARG(netif);
    LWIP_UNUSED_ARG(list);
    return 0;
}
