// SPDX-License-Identifier: BSD-3-Clause
// Where the peers' packets leave: lwIP's hooks, set in its options. Left to itself lwIP would
// take any interface.
#ifndef LWECHO_TESTS_WORLD_PEERS_ACTORS_ROUTE_H
#define LWECHO_TESTS_WORLD_PEERS_ACTORS_ROUTE_H

#include "lwip/ip_addr.h"

/// Returns the interface that has this address, NULL when none has.
struct netif *actors_route_ip4(const ip4_addr_t *src);
struct netif *actors_route_ip6(const ip6_addr_t *src);

#endif
