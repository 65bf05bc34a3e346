// SPDX-License-Identifier: BSD-3-Clause
// The multicast DNS responder in a profile without one.
#include "mdns.h"

const struct counters mdns_counters_info = {.module = "mdns"};

bool mdns_name_is_valid(const char *name)
{
    LWIP_UNUSED_ARG(name);
    return true;
}

err_t mdns_start(struct netif *netif, const struct mdns_config *config)
{
    LWIP_UNUSED_ARG(netif);
    LWIP_UNUSED_ARG(config);
    return ERR_OK;
}

void mdns_stop(void)
{
}

const char *mdns_name(void)
{
    return NULL;
}
