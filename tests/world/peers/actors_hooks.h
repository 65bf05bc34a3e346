// SPDX-License-Identifier: BSD-3-Clause
// The peers' lwIP's hooks, set in its options: where packets leave, as lwIP would take any
// interface, and which segments it can't stand.
#ifndef LWECHO_TESTS_WORLD_PEERS_ACTORS_HOOKS_H
#define LWECHO_TESTS_WORLD_PEERS_ACTORS_HOOKS_H

#include "lwip/err.h"
#include "lwip/ip_addr.h"
#include "lwip/pbuf.h"
#include "lwip/prot/tcp.h"

struct tcp_pcb;

/// Returns the interface that has this address, NULL when none has.
struct netif *actors_route_ip4(const ip4_addr_t *src);
struct netif *actors_route_ip6(const ip6_addr_t *src);

/// Judges a segment for a connection. One that is out of order and reaches beyond the window is
/// dropped, which lwIP asserts on once it has kept it; and one whose acknowledgement can't be, from
/// the port's last connection, which lwIP would take (RFC 5961 section 5).
/// Returns ERR_OK: lwIP may have it.
err_t actors_segment(const struct tcp_pcb *pcb, const struct tcp_hdr *hdr, const struct pbuf *p);

#endif
