// SPDX-License-Identifier: BSD-3-Clause
// The Ethernet controllers LAN9118, LAN9220 and their relatives as a netdev: FIFOs, no DMA.
//
// Frames go between the FIFOs and their pieces in memory word by word, at any address and length.
// Source: LAN9118 datasheet, revision 1.5; the sections named in lan9118.c are those of it.
#ifndef LWECHO_PORT_DRIVERS_LAN9118_H
#define LWECHO_PORT_DRIVERS_LAN9118_H

#include "arch/counters.h"
#include "netdev.h"

#define LAN9118_COUNTERS(X)                                                                        \
    X(rx_overruns)   /* frames that the controller dropped because its FIFO was full */            \
    X(rx_bad_status) /* frames with a wrong FCS or another error on the wire */                    \
    X(rx_errors)     /* FIFO and status disagree: all waiting frames were given up */              \
    X(tx_busy)       /* frames not taken because there was no room in time */                      \
    X(tx_bad_status) /* frames that could not be sent: collisions, no carrier */                   \
    X(tx_errors)     /* the transmitter stalled: all waiting frames were given up */               \
    X(restarts)      /* resets after an error */                                                   \
    X(no_answers)    /* waits that reached their limit */

struct lan9118_counters {
    LAN9118_COUNTERS(COUNTERS_MEMBER)
};

extern struct lan9118_counters lan9118_counters;
extern const struct counters lan9118_counters_info;

struct lan9118 {
    struct netdev netdev; ///< first: a struct netdev is all that the port sees
    uintptr_t base;
    uint8_t mac[NETDEV_MAC_OCTETS];
    volatile bool interrupted; ///< its interrupts are off until somebody has seen to all it has
    bool answers;              ///< it is started, and did what it was told the last time
    bool up;                   ///< link, when last asked
    uint32_t mac_cr;           ///< what its register of that name holds
    size_t rx_octets;          ///< of the frame that starts the RX data FIFO; 0: not known yet
    unsigned tx_refused;       ///< frames in a row that found no room
};

/// Prepares the controller at `base`, whose interrupt may be let through to the CPU afterwards.
/// Waits: 100 ms at most, for it to be powered up.
void lan9118_init(struct lan9118 *lan, uintptr_t base);

/// Copies the MAC address that the controller loaded from its EEPROM.
/// Waits: 100 ms at most, for it to be loaded.
/// Returns false: it has no EEPROM, or none with an address.
/// Context: after lan9118_init(), before the device is started.
bool lan9118_mac(struct lan9118 *lan, uint8_t mac[NETDEV_MAC_OCTETS]);

/// Makes the controller silent until the next poll, and wakes that up.
/// Context: the controller's interrupt.
void lan9118_on_interrupt(struct lan9118 *lan);

#endif
