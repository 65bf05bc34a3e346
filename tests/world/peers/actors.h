// SPDX-License-Identifier: BSD-3-Clause
// What the files of the peers share: hosts, and how an actor begins.
#ifndef LWECHO_TESTS_WORLD_PEERS_ACTORS_H
#define LWECHO_TESTS_WORLD_PEERS_ACTORS_H

#include "../plan.h"
#include "lwip/netif.h"

/// Returns a host's interface.
struct netif *actors_netif(unsigned host);

/// Returns the address of the host that an actor runs on, and that of the device for it.
ip_addr_t actors_local_ip(const struct actor_plan *actor);
ip_addr_t actors_device_ip(const struct actor_plan *actor);

/// Lets the peers' timers run when they are due: to be called after whatever may have started one.
void actors_timers(void);

void actor_tcp_start(const struct actor_plan *actor);
void actor_udp_start(const struct actor_plan *actor);
void actor_scan_start(const struct actor_plan *actor);

#endif
