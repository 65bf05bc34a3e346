// SPDX-License-Identifier: BSD-3-Clause
// Sends IP packets to neighbours, and bounds the copies that wait for an address.
#include "neighbor.h"

#include <stdbool.h>

#include "ethif.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/priv/nd6_priv.h"
#include "lwip/stats.h"
#include "opts/budget.h"

static bool heap_has_room(const struct pbuf *p)
{
    size_t copy = sizeof(struct pbuf) + PBUF_LINK_ENCAPSULATION_HLEN + PBUF_LINK_HLEN +
                  HEAP_BLOCK_OCTETS + p->tot_len;
    return lwip_stats.mem.used + copy <= (size_t)MEM_SIZE - TCP_HEAP_OCTETS;
}

static err_t drop(void)
{
    COUNT(ethif_counters.tx_drop_unresolved);
    return ERR_MEM;
}

static bool is_known_ip4(struct netif *netif, const ip4_addr_t *hop)
{
    struct eth_addr *mac;
    const ip4_addr_t *entry;
    return ip4_addr_isbroadcast(hop, netif) || ip4_addr_ismulticast(hop) ||
           etharp_find_addr(netif, hop, &mac, &entry) >= 0;
}

err_t neighbor_output_ip4(struct netif *netif, struct pbuf *p, const ip4_addr_t *ip)
{
    if (heap_has_room(p)) {
        return etharp_output(netif, p, ip);
    }
    bool on_link = ip4_addr_net_eq(ip, netif_ip4_addr(netif), netif_ip4_netmask(netif)) ||
                   ip4_addr_islinklocal(ip);
    const ip4_addr_t *hop = on_link ? ip : netif_ip4_gw(netif);
    if (ip4_addr_isany(hop) || is_known_ip4(netif, hop)) {
        return etharp_output(netif, p, ip);
    }
    etharp_query(netif, hop, NULL); // should it fail, the next packet tries again
    return drop();
}

#if LWIP_IPV6
static bool neighbor_is_known(const ip6_addr_t *hop)
{
    for (size_t i = 0; i < LWIP_ND6_NUM_NEIGHBORS; i++) {
        if (neighbor_cache[i].state > ND6_INCOMPLETE &&
            ip6_addr_eq(hop, &neighbor_cache[i].next_hop_address)) {
            return true;
        }
    }
    return false;
}

static bool is_known_ip6(const ip6_addr_t *ip)
{
    for (size_t i = 0; i < LWIP_ND6_NUM_DESTINATIONS; i++) {
        if (ip6_addr_eq(ip, &destination_cache[i].destination_addr)) {
            return neighbor_is_known(&destination_cache[i].next_hop_addr);
        }
    }
    return neighbor_is_known(ip);
}

err_t neighbor_output_ip6(struct netif *netif, struct pbuf *p, const ip6_addr_t *ip)
{
    if (heap_has_room(p) || ip6_addr_ismulticast(ip) || is_known_ip6(ip)) {
        return ethip6_output(netif, p, ip);
    }
    return drop();
}
#endif
