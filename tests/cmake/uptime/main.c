// SPDX-License-Identifier: BSD-3-Clause
// Says how long it has been up to everyone who asks by UDP: `uptime TAP`, until it is killed.
#include <stdio.h>
#include <sys/socket.h>

#include "device.h"
#include "linux/hostnet.h"
#include "linux/tap.h"
#include "linux/target.h"
#include "lwip/sys.h"
#include "lwip/udp.h"

static_assert(ARP_TABLE_SIZE == 2, "the options are ours");

static void on_recv(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *peer,
                    u16_t port)
{
    LWIP_UNUSED_ARG(arg);
    char text[32];
    int octets = snprintf(text, sizeof(text), "up %" U32_F " ms\n", sys_now());
    struct pbuf *answer = pbuf_alloc(PBUF_TRANSPORT, (u16_t)octets, PBUF_RAM);
    pbuf_free(p);
    if (answer != NULL) {
        pbuf_take(answer, text, (u16_t)octets);
        udp_sendto(pcb, answer, peer, port);
        pbuf_free(answer);
    }
}

/// Returns whether the service listens on port 7.
static bool serve(struct netif *netif)
{
    struct udp_pcb *pcb = udp_new();
    if (pcb == NULL || udp_bind(pcb, IP_ANY_TYPE, 7) != ERR_OK) {
        return false;
    }
    udp_recv(pcb, on_recv, NULL);
    ip4_addr_t ip;
    ip4_addr_t netmask;
    IP4_ADDR(&ip, 198, 51, 100, 2);
    IP4_ADDR(&netmask, 255, 255, 255, 0);
    netif_set_addr(netif, &ip, &netmask, NULL);
    return true;
}

int main(int argc, char **argv)
{
    static const uint8_t mac[NETDEV_MAC_OCTETS] = {0x02, 0, 0, 0, 0, 2};
    static struct tap tap;
    static struct netif netif;
    struct hostnet_address host;
    if (argc != 2 || !tap_open(&tap, argv[1], false)) {
        return 1;
    }
    if (!hostnet_address_parse("198.51.100.1/24", AF_INET, &host) ||
        hostnet_address_add(tap.name, &host) != 0 || hostnet_link_up(tap.name) != 0 ||
        device_start(&netif, &tap.netdev, mac) != ERR_OK || !serve(&netif)) {
        return 1;
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        target_sleep(device_poll(&netif));
    }
}
