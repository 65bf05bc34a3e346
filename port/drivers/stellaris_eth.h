// SPDX-License-Identifier: BSD-3-Clause
// The Ethernet controller of the Stellaris LM3S6000 and LM3S8000 series.
#ifndef LWECHO_PORT_DRIVERS_STELLARIS_ETH_H
#define LWECHO_PORT_DRIVERS_STELLARIS_ETH_H

#include <stdbool.h>
#include <stdint.h>

#include "arch/counters.h"
#include "netdev.h"

#define STELLARIS_ETH_COUNTERS(X)                                                                  \
    X(rx_overruns)    /* frames came faster than they were read: the FIFO was emptied */           \
    X(rx_errors)      /* the receiver reported a bad frame, which it did not keep */               \
    X(rx_bad_lengths) /* a length that no frame has: the FIFO was emptied */                       \
    X(tx_timeouts)    /* the frame before was not sent in time, both were dropped */               \
    X(tx_errors)      /* the transmitter reported an error */                                      \
    X(phy_timeouts)   /* the PHY did not answer in time */

struct stellaris_eth_counters {
    STELLARIS_ETH_COUNTERS(COUNTERS_MEMBER)
};

extern struct stellaris_eth_counters stellaris_eth_counters;
extern const struct counters stellaris_eth_counters_info;

/// The controller. Its members are the driver's own.
struct stellaris_eth {
    struct netdev netdev; ///< first
    uintptr_t base;
    uint32_t rx_first; ///< the word that leads the next frame, once it was read; 0: not yet
    bool has_phy;      ///< a PHY answers; without one the link counts as up
    bool link_up;
    bool link_asked; ///< the PHY is being read
};

/// Makes a netdev of the controller at `base`.
/// Limits: MDC stays within 2.5 MHz for a system clock up to 50 MHz.
/// Source: LM3S6965 datasheet, chapter "Ethernet Controller".
void stellaris_eth_init(struct stellaris_eth *eth, uintptr_t base);

/// Silences the controller until all that it received is read.
/// Context: the controller's interrupt, whose board then calls cpu_wake().
void stellaris_eth_on_interrupt(struct stellaris_eth *eth);

#endif
