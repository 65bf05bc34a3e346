// SPDX-License-Identifier: BSD-3-Clause
// The device as a target's main loop sees it.
#include "device.h"

#include "lwip/init.h"
#include "lwip/timeouts.h"

const struct counters *const device_counters[DEVICE_COUNTERS] = {&ethif_counters_info};

err_t device_start(struct netif *netif, struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    static bool initialised;
    if (!initialised) {
        initialised = true;
        lwip_init();
    }
    return ethif_add(netif, dev, mac);
}

void device_stop(struct netif *netif)
{
    ethif_remove(netif);
}

u32_t device_poll(struct netif *netif)
{
    bool more = ethif_poll(netif);
    sys_check_timeouts();
    return more ? 0 : sys_timeouts_sleeptime();
}
