// SPDX-License-Identifier: BSD-3-Clause
// The honest peers' hosts: an interface of the second lwIP for each.
#include "peers.h"

#include <string.h>

#include "../clock.h"
#include "../link.h"
#include "../octets.h"
#include "../world.h"
#include "actors.h"
#include "actors_hooks.h"
#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/init.h"
#include "lwip/timeouts.h"
#include "mend.h"
#include "netif/ethernet.h"

static struct netif netifs[HOSTS_MAX];
static uint64_t timers_due_us = UINT64_MAX;

struct netif *actors_netif(unsigned host)
{
    return &netifs[host];
}

static ip_addr_t ip6_of(const uint8_t octets[IP6_OCTETS])
{
    ip_addr_t ip = *IP6_ADDR_ANY;
    for (unsigned i = 0; i < IP6_OCTETS; i++) {
        ((uint8_t *)ip_2_ip6(&ip)->addr)[i] = octets[i];
    }
    return ip;
}

ip_addr_t actors_local_ip(const struct actor_plan *actor)
{
    const struct host_plan *host = &plan.hosts[actor->host];
    if (actor->is_ip6) {
        return ip6_of(host->ip6);
    }
    return (ip_addr_t)IPADDR4_INIT(lwip_htonl(host->ip4));
}

ip_addr_t actors_device_ip(const struct actor_plan *actor)
{
    if (actor->is_ip6) {
        return (ip_addr_t)IPADDR6_INIT_HOST(0x20010db8, 0x00070000, 0, 2);
    }
    return (ip_addr_t)IPADDR4_INIT_BYTES(198, 51, 100, 2);
}

static void on_timers(void *arg)
{
    LWIP_UNUSED_ARG(arg);
    if (clock_us() < timers_due_us) {
        return; // an earlier one has run
    }
    timers_due_us = UINT64_MAX;
    mend_before_tcp_timer();
    sys_check_timeouts();
    actors_timers();
}

void actors_timers(void)
{
    u32_t sleep_ms = sys_timeouts_sleeptime();
    if (sleep_ms == SYS_TIMEOUTS_SLEEPTIME_INFINITE) {
        return;
    }
    uint64_t due_us = (clock_us() / US_PER_MS + sleep_ms) * US_PER_MS;
    if (due_us < timers_due_us) {
        timers_due_us = due_us;
        clock_at(due_us, on_timers, NULL);
    }
}

struct netif *actors_route_ip4(const ip4_addr_t *src)
{
    for (unsigned i = 0; i < plan.hosts_n; i++) {
        if (src != NULL && lwip_ntohl(src->addr) == plan.hosts[i].ip4) {
            return &netifs[i];
        }
    }
    return NULL;
}

struct netif *actors_route_ip6(const ip6_addr_t *src)
{
    for (unsigned i = 0; i < plan.hosts_n; i++) {
        if (src != NULL && memcmp(src->addr, plan.hosts[i].ip6, IP6_OCTETS) == 0) {
            return &netifs[i];
        }
    }
    return NULL;
}

/// Returns the host whose address a frame is from. lwIP keeps one entry for a neighbour of all its
/// interfaces, and what has waited there leaves by another's.
static unsigned sender_of(const uint8_t *data, const struct netif *netif)
{
    const uint8_t *ip = data + ETHERNET_OCTETS;
    for (unsigned i = 0; i < plan.hosts_n && get16(data + 12) == TYPE_IP6; i++) {
        if (memcmp(ip + 8, plan.hosts[i].ip6, IP6_OCTETS) == 0) {
            return i;
        }
    }
    return (unsigned)(netif - netifs);
}

static err_t on_linkoutput(struct netif *netif, struct pbuf *p)
{
    uint8_t data[FRAME_OCTETS_MAX];
    u16_t octets = pbuf_copy_partial(p, data, sizeof data, ETH_PAD_SIZE);
    unsigned host = sender_of(data, netif);
    memcpy(data + MAC_OCTETS, plan.hosts[host].mac, MAC_OCTETS);
    link_from_host(host, data, octets);
    return ERR_OK;
}

static err_t on_init(struct netif *netif)
{
    const struct host_plan *host = netif->state;
    netif->mtu = host->mtu;
    netif->mtu6 = host->mtu;
    netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET;
    netif->output = etharp_output;
    netif->output_ip6 = ethip6_output;
    netif->linkoutput = on_linkoutput;
    netif->hwaddr_len = MAC_OCTETS;
    SMEMCPY(netif->hwaddr, host->mac, MAC_OCTETS);
    return ERR_OK;
}

static void host_start(unsigned i)
{
    struct host_plan *host = &plan.hosts[i];
    struct netif *netif = &netifs[i];
    ip4_addr_t ip4 = {lwip_htonl(host->ip4)};
    ip4_addr_t mask = {PP_HTONL(0xffffff00)};
    netif_add(netif, &ip4, &mask, IP4_ADDR_ANY4, host, on_init, ethernet_input);
    ip_addr_t ip6 = ip6_of(host->ip6);
    netif_ip6_addr_set(netif, 1, ip_2_ip6(&ip6));
    netif_ip6_addr_set_state(netif, 1, IP6_ADDR_PREFERRED);
    netif_set_up(netif);
    netif_set_link_up(netif);
}

void peers_init(void)
{
    lwip_init();
}

void peers_start(void)
{
    for (unsigned i = 0; i < plan.hosts_n; i++) {
        if (!plan.hosts[i].is_scripted) {
            host_start(i);
        }
    }
    for (unsigned i = 0; i < plan.actors_n; i++) {
        const struct actor_plan *actor = &plan.actors[i];
        if (!actor->is_on || actor->kind == ACTOR_script) {
            continue;
        }
        if (actor->kind == ACTOR_udp) {
            actor_udp_start(actor);
        } else if (actor->kind == ACTOR_scan) {
            actor_scan_start(actor);
        } else {
            actor_tcp_start(actor);
        }
    }
    actors_timers();
}

void peers_frame(unsigned host, const uint8_t *frame, size_t octets)
{
    struct pbuf *p = pbuf_alloc(PBUF_RAW, (u16_t)(octets + ETH_PAD_SIZE), PBUF_RAM);
    if (p == NULL) {
        world_fail("the world: the peers have no memory");
    }
    pbuf_remove_header(p, ETH_PAD_SIZE);
    pbuf_take(p, frame, (u16_t)octets);
    pbuf_add_header(p, ETH_PAD_SIZE);
    if (netifs[host].input(p, &netifs[host]) != ERR_OK) {
        pbuf_free(p);
    }
    actors_timers();
}
