// SPDX-License-Identifier: BSD-3-Clause
// The device as a target's main loop sees it: start the stack on a netdev, then poll and sleep.
#ifndef LWECHO_PORT_DEVICE_H
#define LWECHO_PORT_DEVICE_H

#include "ethif.h"

enum {
    DEVICE_COUNTERS = 4 + LWIP_IPV6 + ETHIF_LARGE + ACKS_MERGED,
};

/// Every counter of the port, a module each.
extern const struct counters *const device_counters[DEVICE_COUNTERS];

/// Initialises lwIP, once in a process, and adds `netif` on `dev` as its default interface.
/// Returns what ethif_add() returns.
err_t device_start(struct netif *netif, struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS]);

/// Takes the interface away again.
void device_stop(struct netif *netif);

/// Hands received frames to lwIP and runs its timers.
/// Returns the milliseconds that the target may sleep unless a frame arrives, a second at the most;
/// 0: call again at once.
u32_t device_poll(struct netif *netif);

#endif
