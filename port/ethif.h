// SPDX-License-Identifier: BSD-3-Clause
// Joins a netdev to an lwIP netif: the only code that turns frames into pbufs and back.
#ifndef LWECHO_PORT_ETHIF_H
#define LWECHO_PORT_ETHIF_H

#include <stdbool.h>

#include "arch/counters.h"
#include "lwip/err.h"
#include "lwip/netif.h"
#include "netdev.h"

// rx_frames = rx_delivered + rx_drop_*
#define ETHIF_COUNTERS(X)                                                                          \
    X(rx_frames)          /* taken from the device */                                              \
    X(rx_octets)          /* of these, without FCS */                                              \
    X(rx_delivered)       /* given to lwIP */                                                      \
    X(rx_drop_no_buffer)  /* no receive buffer was free */                                         \
    X(rx_drop_length)     /* shorter than an Ethernet header, or longer than a frame can be */     \
    X(rx_drop_guard)      /* the guard refused it: its own counters say why */                     \
    X(rx_drop_refused)    /* lwIP did not take it */                                               \
    X(tx_frames)          /* taken by the device */                                                \
    X(tx_octets)          /* of these, without FCS */                                              \
    X(tx_direct)          /* of these, to where the question came from, without resolution */      \
    X(tx_drop_refused)    /* the device did not take it */                                         \
    X(tx_drop_guard)      /* the guard limits answers to strangers: its own counters say which */  \
    X(tx_drop_unresolved) /* the neighbour's address is not known and no room to let it wait */    \
    X(tx_drop_no_memory)  /* no memory to gather a frame of too many pieces */                     \
    X(link_changes)       /* link gone up or down */

struct ethif_counters {
    ETHIF_COUNTERS(COUNTERS_MEMBER)
};

extern struct ethif_counters ethif_counters;
extern const struct counters ethif_counters_info;

/// Makes `netif` out of `dev`, starts it and brings the interface up. One at a time in an image.
/// Ownership: `netif` and `dev` stay with the caller and must outlive ethif_remove().
/// Returns ERR_OK; ERR_IF: the device did not start (it logged why). On error nothing is held.
err_t ethif_add(struct netif *netif, struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS]);

/// Takes the interface out of lwIP and stops its device.
void ethif_remove(struct netif *netif);

/// Follows the link and hands received frames to lwIP, a bounded batch of them.
/// Returns true when more frames may be waiting.
bool ethif_poll(struct netif *netif);

#endif
