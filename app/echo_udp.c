// SPDX-License-Identifier: BSD-3-Clause
// The UDP echo service.
#include "echo_udp.h"

#include "lwip/ip.h"
#include "lwip/udp.h"
#include "text.h"

enum {
    WELL_KNOWN_PORTS_END = 1024, // RFC 6335 section 6: system ports end below
};

struct echo_udp_counters echo_udp_counters;
COUNTERS_DEFINE(echo_udp_counters_info, "echo_udp", ECHO_UDP_COUNTERS, echo_udp_counters);

static struct udp_pcb *service;
static bool verbose;

/// Of IPv4, 0.0.0.0 is a broadcast, too; of IPv6, nothing comes for ::, which is never ours.
static bool is_unicast(const ip_addr_t *ip)
{
    return !ip_addr_ismulticast(ip) && !ip_addr_isbroadcast(ip, ip_current_input_netif());
}

static void answer(struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *peer, u16_t peer_port)
{
    // lwIP has dropped what comes from a group or a broadcast address.
    if ((!is_unicast(ip_current_dest_addr()) || ip_addr_isany_val(*peer)) &&
        DEFENCE_IS_ON(&echo_udp_counters.drop_not_unicast)) {
        COUNT(echo_udp_counters.drop_not_unicast);
        return;
    }
    if ((peer_port < WELL_KNOWN_PORTS_END || peer_port == pcb->local_port) &&
        DEFENCE_IS_ON(&echo_udp_counters.drop_source_port)) {
        COUNT(echo_udp_counters.drop_source_port);
        return;
    }
    u16_t octets = p->tot_len; // sending puts headers in front
    if (udp_sendto_if_src(pcb, p, peer, peer_port, ip_current_input_netif(),
                          ip_current_dest_addr()) != ERR_OK) {
        COUNT(echo_udp_counters.drop_send_failed);
        return;
    }
    COUNT(echo_udp_counters.answered);
    COUNT_BY(echo_udp_counters.octets_out, octets);
}

static void on_datagram(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *peer,
                        u16_t peer_port)
{
    LWIP_UNUSED_ARG(arg);
    COUNT(echo_udp_counters.received);
    COUNT_BY(echo_udp_counters.octets_in, p->tot_len);
    if (verbose) {
        LWIP_PLATFORM_DIAG(("udp: received peer=%s octets=%u data=%s",
                            text_endpoint(peer, peer_port).text, (unsigned)p->tot_len,
                            text_data(p).text));
    }
    answer(pcb, p, peer, peer_port);
    pbuf_free(p);
}

err_t echo_udp_start(const struct echo_udp_config *config)
{
    if (service != NULL || config->port == 0) {
        return ERR_VAL;
    }
    struct udp_pcb *pcb = udp_new_ip_type(IPADDR_TYPE_ANY);
    if (pcb == NULL) {
        return ERR_MEM;
    }
    err_t err = udp_bind(pcb, IP_ANY_TYPE, config->port);
    if (err != ERR_OK) {
        udp_remove(pcb);
        return err;
    }
    verbose = config->verbose;
    udp_recv(pcb, on_datagram, NULL);
    service = pcb;
    LWIP_PLATFORM_DIAG(("udp: serving port=%u", (unsigned)config->port));
    return ERR_OK;
}

void echo_udp_stop(void)
{
    if (service != NULL) {
        udp_remove(service);
        service = NULL;
    }
}
