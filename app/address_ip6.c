// SPDX-License-Identifier: BSD-3-Clause
// The IPv6 part of the addresses in a profile with IPv6.
#include "address_ip6.h"

#include "lwip/ip6.h"
#include "text.h"

enum {
    LINK_LOCAL = 0, // lwIP keeps the link-local address in this place
    STATIC = 1,
};

static enum address_ip6_mode mode;
static bool is_stopping;

static const char *origin(s8_t i)
{
    if (i == LINK_LOCAL) {
        return "link-local";
    }
    return mode == ADDRESS_IP6_STATIC ? "static" : "router";
}

void address_ip6_default(struct address_config *config)
{
    config->ip6_mode = ADDRESS_IP6_STATIC;
    config->ip6 = (ip_addr_t)IPADDR6_INIT_HOST(0x20010db8, 0x00070000, 0, 2);
}

bool address_ip6_is_valid(const struct address_config *config)
{
    const ip6_addr_t *ip6 = ip_2_ip6(&config->ip6);
    return config->ip6_mode != ADDRESS_IP6_STATIC ||
           (IP_IS_V6_VAL(config->ip6) && !ip6_addr_isany_val(*ip6) && !ip6_addr_ismulticast(ip6));
}

void address_ip6_start(struct netif *netif, const struct address_config *config)
{
    mode = config->ip6_mode;
    is_stopping = false;
    if (mode == ADDRESS_IP6_OFF) {
        return;
    }
    netif_set_ip6_autoconfig_enabled(netif, mode == ADDRESS_IP6_AUTO);
    netif_create_ip6_linklocal_address(netif, 1);
    if (mode == ADDRESS_IP6_STATIC) {
        netif_ip6_addr_set(netif, STATIC, ip_2_ip6(&config->ip6)); // in the zone of netif
        netif_ip6_addr_set_state(netif, STATIC, IP6_ADDR_TENTATIVE);
    }
}

void address_ip6_stop(struct netif *netif)
{
    is_stopping = true;
    netif_set_ip6_autoconfig_enabled(netif, 0);
    for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        netif_ip6_addr_set_state(netif, i, IP6_ADDR_INVALID);
    }
}

void address_ip6_on_change(struct netif *netif, netif_nsc_reason_t reason,
                           const netif_ext_callback_args_t *args)
{
    if ((reason & LWIP_NSC_IPV6_ADDR_STATE_CHANGED) == 0) {
        return;
    }
    s8_t i = args->ipv6_addr_state_changed.addr_index;
    u8_t was = args->ipv6_addr_state_changed.old_state;
    u8_t is = netif_ip6_addr_state(netif, i);
    struct text_ip ip = text_ip(netif_ip_addr6(netif, i));
    if (ip6_addr_isduplicated(is)) {
        LWIP_PLATFORM_DIAG(
            ("address: duplicate ip=%s (another host has it: choose a different one)", ip.text));
    } else if (ip6_addr_isvalid(is) && !ip6_addr_isvalid(was)) {
        LWIP_PLATFORM_DIAG(("address: add ip=%s by=%s", ip.text, origin(i)));
    } else if (!ip6_addr_isvalid(is) && ip6_addr_isvalid(was)) {
        LWIP_PLATFORM_DIAG(
            ("address: remove ip=%s reason=%s", ip.text, is_stopping ? "stop" : "expired"));
    }
}

bool address_ip6_settled(const struct netif *netif)
{
    for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (ip6_addr_istentative(netif_ip6_addr_state(netif, i))) {
            return false;
        }
    }
    return true;
}

bool address_is_same_peer(const ip_addr_t *a, const ip_addr_t *b)
{
    if (IP_GET_TYPE(a) != IP_GET_TYPE(b)) {
        return false;
    }
    return IP_IS_V6_VAL(*a) ? ip6_addr_net_eq(ip_2_ip6(a), ip_2_ip6(b))
                            : ip4_addr_eq(ip_2_ip4(a), ip_2_ip4(b));
}

size_t address_ip6_list(const struct netif *netif, ip_addr_t *list)
{
    // The link-local address comes last: it is the one that people use least.
    static const s8_t order[] = {STATIC, 2, 3, LINK_LOCAL};
    static_assert(LWIP_ARRAYSIZE(order) == LWIP_IPV6_NUM_ADDRESSES, "every address has its turn");
    size_t n = 0;
    for (size_t i = 0; i < LWIP_ARRAYSIZE(order); i++) {
        if (ip6_addr_isvalid(netif_ip6_addr_state(netif, order[i]))) {
            ip_addr_copy_from_ip6(list[n], *netif_ip6_addr(netif, order[i]));
            n++;
        }
    }
    return n;
}
