// SPDX-License-Identifier: BSD-3-Clause
// lwIP's own raw echoes over its own TAP driver, with one thread and the driver's own select.
#include <stdio.h>
#include <stdlib.h>

#include "apps/tcpecho_raw/tcpecho_raw.h"
#include "apps/udpecho_raw/udpecho_raw.h"
#include "lwip/init.h"
#include "lwip/netif.h"
#include "lwip/timeouts.h"
#include "netif/ethernet.h"
#include "netif/tapif.h"

static struct netif netif;

int main(void)
{
    ip4_addr_t address;
    ip4_addr_t mask;
    ip4_addr_t gateway;
    IP4_ADDR(&address, 198, 51, 100, 2);
    IP4_ADDR(&mask, 255, 255, 255, 0);
    IP4_ADDR(&gateway, 198, 51, 100, 1);
    lwip_init();
    if (netif_add(&netif, &address, &mask, &gateway, NULL, tapif_init, ethernet_input) == NULL) {
        fputs("contrib: no interface\n", stderr);
        return EXIT_FAILURE;
    }
    netif_set_default(&netif);
    netif_set_up(&netif);
    tcpecho_raw_init();
    udpecho_raw_init();
    for (;;) {
        sys_check_timeouts();
        tapif_select(&netif);
    }
}
