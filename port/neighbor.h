// SPDX-License-Identifier: BSD-3-Clause
// Sends IP packets to neighbours without letting strangers take the memory and the tables that
// connections need.
#ifndef LWECHO_PORT_NEIGHBOR_H
#define LWECHO_PORT_NEIGHBOR_H

#include "lwip/netif.h"

/// Says that the frame of `p` is handled from now on, until NULL says that it no longer is.
void neighbor_heard(const struct pbuf *p);

/// As etharp_output(): sends `p` to `ip`, or lets it wait in a copy until the address is resolved.
///
/// While a packet is handled, what is sent to its source goes back to where its frame came from
/// unless the source, or the router to it, is known to have another address. So answers need no
/// resolution: strangers whose addresses are forged take no place in the table, and no memory.
/// Of what else is sent, a copy is made only while the heap keeps what all TCP segments in flight
/// can take. Otherwise the packet is dropped and counted, and the address resolved for the next.
/// Returns what etharp_output() returns; ERR_MEM: dropped.
err_t neighbor_output_ip4(struct netif *netif, struct pbuf *p, const ip4_addr_t *ip);

/// As ethernet_input(): takes a received frame that the guard accepted.
/// Ownership: `p` is consumed.
/// Returns ERR_OK.
err_t neighbor_input(struct pbuf *p, struct netif *netif);

/// To be called in each turn of the main loop: tells the link our address, where lwIP does not.
void neighbor_poll(struct netif *netif);

#if LWIP_IPV6
/// The same for IPv6, as ethip6_output().
err_t neighbor_output_ip6(struct netif *netif, struct pbuf *p, const ip6_addr_t *ip);
#endif

#endif
