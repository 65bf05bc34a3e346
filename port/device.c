// SPDX-License-Identifier: BSD-3-Clause
// The device as a target's main loop sees it.
#include "device.h"

#include "acks.h"
#include "guard.h"
#include "hooks.h"
#include "large.h"
#include "lwip/init.h"
#include "lwip/timeouts.h"

const struct counters *const device_counters[DEVICE_COUNTERS] = {
    &ethif_counters_info,     &guard_counters_info, &guard_ip_counters_info, &hooks_counters_info,
#if LWIP_IPV6
    &guard_ip6_counters_info,
#endif
#if ETHIF_LARGE
    &large_counters_info,
#endif
#if ACKS_MERGED
    &acks_counters_info,
#endif
};

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
    enum {
        LINK_LOOK_MS = 1000, // nobody tells of the link
    };
    bool more = ethif_poll(netif);
    sys_check_timeouts();
    if (more) {
        return 0;
    }
    u32_t sleep_ms = sys_timeouts_sleeptime();
    return LWIP_MIN(sleep_ms, LINK_LOOK_MS);
}
