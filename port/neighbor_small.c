// SPDX-License-Identifier: BSD-3-Clause
// Neighbours where flash is short: ARP for one interface, in a third of what lwIP's takes.
//
// A host is known by its own ARP packets to us. Answers need no more than the frame they answer.
// What is sent to a host unknown is dropped, and the host asked for, so that the next may reach it:
// nothing waits in memory. Nothing here runs by a timer: ages are judged when an entry is looked
// at.
// Source: RFC 826; RFC 1122 section 2.3.2; RFC 5227 section 3 for announcements.
#include "neighbor.h"

#include <stdbool.h>
#include <string.h>

#include "ethif.h"
#include "lwip/ip.h"
#include "lwip/prot/etharp.h"
#include "lwip/prot/iana.h"
#include "lwip/sys.h"
#include "netif/ethernet.h"

enum {
    AGE_MAX_MS = 300 * 1000,
    AGE_REFRESH_MS = 270 * 1000, // from then on a host in use is asked whether it is still there
    ASK_PAUSE_MS = 1000,         // RFC 1122 section 2.3.2.1: at most one request a second
};

struct neighbor {
    ip4_addr_t ip; // any: a free place
    struct eth_addr mac;
    u32_t since_ms;
};

static struct neighbor neighbors[ARP_TABLE_SIZE];
static ip4_addr_t asked; // who was asked for last
static u32_t asked_ms;
static ip4_addr_t announced;  // our address, as the link knows it
static struct eth_addr asker; // where the frame being handled came from
static bool has_asker;

void neighbor_heard(const struct pbuf *p)
{
    has_asker = p != NULL && p->len >= SIZEOF_ETH_HDR && DEFENCE_IS_ON(&ethif_counters.tx_direct);
    if (has_asker) {
        asker = ((const struct eth_hdr *)p->payload)->src;
    }
}

/// Returns the host's entry, or NULL. Forgets what is too old on its way.
static struct neighbor *find(const ip4_addr_t *ip)
{
    struct neighbor *found = NULL;
    for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
        struct neighbor *at = &neighbors[i];
        if (sys_now() - at->since_ms >= AGE_MAX_MS) {
            ip4_addr_set_any(&at->ip);
        }
        if (ip4_addr_eq(&at->ip, ip)) {
            found = at;
        }
    }
    return found;
}

static struct neighbor *oldest(void)
{
    struct neighbor *oldest = &neighbors[0];
    for (size_t i = 0; i < ARP_TABLE_SIZE; i++) {
        struct neighbor *at = &neighbors[i];
        if (ip4_addr_isany_val(at->ip)) {
            return at;
        }
        if ((s32_t)(at->since_ms - oldest->since_ms) < 0) {
            oldest = at;
        }
    }
    return oldest;
}

static err_t frame_output(struct netif *netif, struct pbuf *p, const struct eth_addr *to,
                          u16_t type)
{
    return ethernet_output(netif, p, (const struct eth_addr *)netif->hwaddr, to, type);
}

/// Sends an ARP packet about our own address.
static void arp_output(struct netif *netif, u16_t operation, const struct eth_addr *to,
                       const ip4_addr_t *ip)
{
    struct pbuf *p = pbuf_alloc(PBUF_LINK, SIZEOF_ETHARP_HDR, PBUF_RAM);
    if (p == NULL) {
        return; // who needs it asks again
    }
    struct etharp_hdr *arp = p->payload;
    arp->hwtype = PP_HTONS(LWIP_IANA_HWTYPE_ETHERNET);
    arp->proto = PP_HTONS(ETHTYPE_IP);
    arp->hwlen = ETH_HWADDR_LEN;
    arp->protolen = sizeof(ip4_addr_t);
    arp->opcode = lwip_htons(operation);
    arp->dhwaddr = *to;
    memcpy(&arp->shwaddr, netif->hwaddr, ETH_HWADDR_LEN);
    memcpy(&arp->sipaddr, netif_ip4_addr(netif), sizeof arp->sipaddr);
    memcpy(&arp->dipaddr, ip, sizeof arp->dipaddr);
    frame_output(netif, p, to, ETHTYPE_ARP);
    pbuf_free(p);
}

static void ask(struct netif *netif, const ip4_addr_t *ip, const struct eth_addr *to)
{
    if (ip4_addr_eq(ip, &asked) && sys_now() - asked_ms < ASK_PAUSE_MS) {
        return;
    }
    asked = *ip;
    asked_ms = sys_now();
    arp_output(netif, ARP_REQUEST, to, ip);
}

static err_t unicast_output(struct netif *netif, struct pbuf *p, const ip4_addr_t *ip)
{
    bool on_link = ip4_addr_net_eq(ip, netif_ip4_addr(netif), netif_ip4_netmask(netif)) ||
                   ip4_addr_islinklocal(ip);
    const ip4_addr_t *hop = on_link ? ip : netif_ip4_gw(netif);
    if (ip4_addr_isany(hop)) {
        return ERR_RTE;
    }
    struct neighbor *neighbor = find(hop);
    if (neighbor == NULL && has_asker && ip4_addr_eq(ip, ip4_current_src_addr())) {
        COUNT(ethif_counters.tx_direct);
        return frame_output(netif, p, &asker, ETHTYPE_IP);
    }
    if (neighbor == NULL) {
        ask(netif, hop, &ethbroadcast);
        COUNT(ethif_counters.tx_drop_unresolved);
        return ERR_MEM;
    }
    if (sys_now() - neighbor->since_ms >= AGE_REFRESH_MS) {
        ask(netif, hop, &neighbor->mac);
    }
    return frame_output(netif, p, &neighbor->mac, ETHTYPE_IP);
}

err_t neighbor_output_ip4(struct netif *netif, struct pbuf *p, const ip4_addr_t *ip)
{
    if (ip4_addr_isbroadcast(ip, netif)) {
        return frame_output(netif, p, &ethbroadcast, ETHTYPE_IP);
    }
    if (!ip4_addr_ismulticast(ip)) {
        return unicast_output(netif, p, ip);
    }
    const struct eth_addr group = {{LL_IP4_MULTICAST_ADDR_0, LL_IP4_MULTICAST_ADDR_1,
                                    LL_IP4_MULTICAST_ADDR_2, ip4_addr2(ip) & 0x7f, ip4_addr3(ip),
                                    ip4_addr4(ip)}};
    return frame_output(netif, p, &group, ETHTYPE_IP);
}

/// Notes where `ip` is. Who does not talk to us gets no place, but keeps its own.
static void learn(const ip4_addr_t *ip, const struct eth_addr *mac, bool talks_to_us)
{
    struct neighbor *neighbor = find(ip);
    if (neighbor == NULL) {
        if (!talks_to_us) {
            return;
        }
        neighbor = oldest();
    }
    *neighbor = (struct neighbor){*ip, *mac, sys_now()};
}

/// The guard has seen to it that the packet is whole and that its sender can be one.
static void arp_input(struct netif *netif, const struct etharp_hdr *arp)
{
    if (arp->hwtype != PP_HTONS(LWIP_IANA_HWTYPE_ETHERNET) || arp->proto != PP_HTONS(ETHTYPE_IP) ||
        arp->hwlen != ETH_HWADDR_LEN || arp->protolen != sizeof(ip4_addr_t)) {
        return;
    }
    ip4_addr_t from;
    ip4_addr_t to;
    memcpy(&from, &arp->sipaddr, sizeof from);
    memcpy(&to, &arp->dipaddr, sizeof to);
    const ip4_addr_t *own = netif_ip4_addr(netif);
    if (ip4_addr_eq(&from, own)) {
        return; // also while we have none
    }
    bool for_us = ip4_addr_eq(&to, own);
    if (!ip4_addr_isany_val(from) && !ip4_addr_isbroadcast(&from, netif) &&
        !ip4_addr_ismulticast(&from)) {
        learn(&from, &arp->shwaddr, for_us);
    }
    if (for_us && arp->opcode == PP_HTONS(ARP_REQUEST)) {
        arp_output(netif, ARP_REPLY, &arp->shwaddr, &from);
    }
}

err_t neighbor_input(struct pbuf *p, struct netif *netif)
{
    if (p->len <= SIZEOF_ETH_HDR + SIZEOF_VLAN_HDR) {
        pbuf_free(p); // too short for anything
        return ERR_OK;
    }
    const struct eth_hdr *eth = p->payload;
    u16_t type = eth->type;
    pbuf_remove_header(p, SIZEOF_ETH_HDR);
    if (type == PP_HTONS(ETHTYPE_VLAN)) {
        const struct eth_vlan_hdr *tag = p->payload;
        type = tag->tpid;
        pbuf_remove_header(p, SIZEOF_VLAN_HDR);
    }
    if (type == PP_HTONS(ETHTYPE_IP)) {
        return ip4_input(p, netif);
    }
    if (type == PP_HTONS(ETHTYPE_ARP)) {
        arp_input(netif, p->payload);
    }
    pbuf_free(p);
    return ERR_OK;
}

void neighbor_poll(struct netif *netif)
{
    const ip4_addr_t *ip = netif_ip4_addr(netif);
    if (!netif_is_link_up(netif)) {
        ip4_addr_set_any(&announced);
    } else if (!ip4_addr_eq(ip, &announced)) {
        announced = *ip;
        arp_output(netif, ARP_REQUEST, &ethbroadcast, ip);
    }
}
