// SPDX-License-Identifier: BSD-3-Clause
// How the device gets its addresses: what both versions of IP share.
#include "address.h"

#include "address_ip4.h"
#include "address_ip6.h"
#include "text.h"

static netif_ext_callback_t on_change_entry;

static void ip4_log(struct netif *netif, const ip_addr_t *old)
{
    if (!ip4_addr_isany_val(*ip_2_ip4(old))) {
        LWIP_PLATFORM_DIAG(("address: remove ip=%s reason=%s", text_ip(old).text,
                            address_ip4_reason(netif, ip_2_ip4(old))));
    }
    if (!ip4_addr_isany_val(*netif_ip4_addr(netif))) {
        LWIP_PLATFORM_DIAG(("address: add ip=%s by=%s", text_ip(netif_ip_addr4(netif)).text,
                            address_ip4_origin(netif)));
    }
}

static void on_change(struct netif *netif, netif_nsc_reason_t reason,
                      const netif_ext_callback_args_t *args)
{
    if ((reason & LWIP_NSC_IPV4_ADDRESS_CHANGED) != 0) {
        ip4_log(netif, args->ipv4_changed.old_address);
    }
    address_ip4_on_change(netif, reason, args);
    address_ip6_on_change(netif, reason, args);
}

static u32_t netmask(u8_t prefix)
{
    return prefix == 0 ? 0 : lwip_htonl(0xffffffffu << (32 - prefix));
}

void address_ip4_set(struct netif *netif, const struct address_config *config)
{
    ip4_addr_t mask = {netmask(config->ip4_prefix)};
    netif_set_addr(netif, ip_2_ip4(&config->ip4), &mask, IP4_ADDR_ANY4);
}

err_t address_start(struct netif *netif, const struct address_config *config)
{
    if (!IP_IS_V4(&config->ip4) || config->ip4_prefix > 32 || !address_ip4_is_valid(config) ||
        !address_ip6_is_valid(config)) {
        return ERR_VAL;
    }
    if (LOG_LINES || LWIP_DHCP) { // a static address changes without consequences
        netif_add_ext_callback(&on_change_entry, on_change);
    }
    err_t err = address_ip4_start(netif, config);
    if (LWIP_DHCP && err != ERR_OK) { // nothing else can fail
        netif_remove_ext_callback(&on_change_entry);
        return err;
    }
    address_ip6_start(netif, config);
    return ERR_OK;
}

void address_stop(struct netif *netif)
{
    address_ip6_stop(netif);
    address_ip4_stop(netif);
    netif_remove_ext_callback(&on_change_entry);
}

bool address_settled(const struct netif *netif)
{
    return address_ip4_settled(netif) && address_ip6_settled(netif);
}

size_t address_list(const struct netif *netif, ip_addr_t list[ADDRESSES_MAX])
{
    size_t n = 0;
    if (!ip4_addr_isany_val(*netif_ip4_addr(netif))) {
        ip_addr_copy_from_ip4(list[n], *netif_ip4_addr(netif));
        n++;
    }
    return n + address_ip6_list(netif, &list[n]);
}
