// SPDX-License-Identifier: BSD-3-Clause
// Sends IP packets to neighbours, and bounds the copies that wait for an address.
#include "neighbor.h"

#include <stdbool.h>
#include <string.h>

#include "ethif.h"
#include "heap.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/ip.h"
#include "lwip/nd6.h"
#include "lwip/priv/nd6_priv.h"
#include "netif/ethernet.h"

enum {
    SOURCE_AT = ETH_PAD_SIZE + ETH_HWADDR_LEN, // in a frame
};

static struct eth_addr asker; // where the frame being handled came from
static bool has_asker;

void neighbor_heard(const struct pbuf *p)
{
    has_asker = p != NULL && p->len >= SIZEOF_ETH_HDR && DEFENCE_IS_ON(&ethif_counters.tx_direct);
    if (has_asker) {
        memcpy(&asker, (const u8_t *)p->payload + SOURCE_AT, sizeof asker);
    }
}

static err_t answer(struct netif *netif, struct pbuf *p, u16_t type)
{
    COUNT(ethif_counters.tx_direct);
    return ethernet_output(netif, p, (const struct eth_addr *)netif->hwaddr, &asker, type);
}

/// Returns whether `p` may wait for an address, in a copy. A large segment would leave whole.
static bool may_wait(const struct pbuf *p)
{
    return (!ETHIF_LARGE || p->tot_len <= NETDEV_FRAME_OCTETS_MAX) &&
           heap_has_room(sizeof(struct pbuf) + LWIP_MEM_ALIGN_SIZE(PBUF_LINK) + p->tot_len);
}

static err_t drop(void)
{
    COUNT(ethif_counters.tx_drop_unresolved);
    return ERR_MEM;
}

/// Returns whether the address is resolved. As most packets go where the one before went, the entry
/// of that one is looked at first.
static bool is_resolved_ip4(struct netif *netif, const ip4_addr_t *hop)
{
    static size_t last;
    ip4_addr_t *ip;
    struct netif *entry_netif;
    struct eth_addr *mac;
    if (etharp_get_entry(last, &ip, &entry_netif, &mac) != 0 && ip4_addr_eq(ip, hop)) {
        return true;
    }
    const ip4_addr_t *entry_ip;
    ssize_t entry = etharp_find_addr(netif, hop, &mac, &entry_ip);
    if (entry >= 0) {
        last = (size_t)entry;
    }
    return entry >= 0;
}

static bool is_known_ip4(struct netif *netif, const ip4_addr_t *hop)
{
    return is_resolved_ip4(netif, hop) || ip4_addr_isbroadcast(hop, netif) ||
           ip4_addr_ismulticast(hop);
}

err_t neighbor_output_ip4(struct netif *netif, struct pbuf *p, const ip4_addr_t *ip)
{
    bool on_link = ip4_addr_net_eq(ip, netif_ip4_addr(netif), netif_ip4_netmask(netif)) ||
                   ip4_addr_islinklocal(ip);
    const ip4_addr_t *hop = on_link ? ip : netif_ip4_gw(netif);
    if (ip4_addr_isany(hop) || is_known_ip4(netif, hop)) {
        return etharp_output(netif, p, ip);
    }
    if (has_asker && !IP_IS_V6(ip_current_src_addr()) && ip4_addr_eq(ip, ip4_current_src_addr())) {
        return answer(netif, p, ETHTYPE_IP);
    }
    if (may_wait(p)) {
        return etharp_output(netif, p, ip);
    }
    etharp_query(netif, hop, NULL); // should it fail, the next packet tries again
    return drop();
}

err_t neighbor_input(struct pbuf *p, struct netif *netif)
{
    return ethernet_input(p, netif);
}

void neighbor_poll(struct netif *netif)
{
    LWIP_UNUSED_ARG(netif); // lwIP announces it
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

/// Returns whether `ip` is on the link for sure: nothing behind a router looks so.
static bool is_neighbor(const struct netif *netif, const ip6_addr_t *ip)
{
    for (int i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) &&
            ip6_addr_net_eq(ip, netif_ip6_addr(netif, i))) {
            return true;
        }
    }
    return false;
}

err_t neighbor_output_ip6(struct netif *netif, struct pbuf *p, const ip6_addr_t *ip)
{
    if (ip6_addr_ismulticast(ip) || is_known_ip6(ip)) {
        return ethip6_output(netif, p, ip);
    }
    if (has_asker && IP_IS_V6(ip_current_src_addr()) && ip6_addr_eq(ip, ip6_current_src_addr()) &&
        is_neighbor(netif, ip)) {
        return answer(netif, p, ETHTYPE_IPV6);
    }
    if (may_wait(p)) {
        return ethip6_output(netif, p, ip);
    }
    // No packet: the address is asked for, and known to the next one. Nobody else might ask.
    const u8_t *mac;
    nd6_get_next_hop_addr_or_queue(netif, NULL, ip, &mac);
    return drop();
}
#endif
