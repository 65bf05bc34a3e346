// SPDX-License-Identifier: BSD-3-Clause
// Sends IP packets to neighbours without letting those that wait for an address take TCP's memory.
#ifndef LWECHO_PORT_NEIGHBOR_H
#define LWECHO_PORT_NEIGHBOR_H

#include "lwip/netif.h"

/// As etharp_output(): sends `p` to `ip`, or lets it wait in a copy until the address is resolved.
///
/// A copy is made only while the heap keeps what all TCP segments in flight can take. Otherwise the
/// packet is dropped and counted, and the address resolved for the next one: datagrams from sources
/// that don't exist can't starve connections.
/// Returns what etharp_output() returns; ERR_MEM: dropped.
err_t neighbor_output_ip4(struct netif *netif, struct pbuf *p, const ip4_addr_t *ip);

#if LWIP_IPV6
/// The same for IPv6, as ethip6_output(), but for one thing: a packet that is dropped does not have
/// its address resolved.
err_t neighbor_output_ip6(struct netif *netif, struct pbuf *p, const ip6_addr_t *ip);
#endif

#endif
