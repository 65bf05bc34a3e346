// SPDX-License-Identifier: BSD-3-Clause
// A model of the Stellaris Ethernet controller as its datasheet describes it, with faults to order.
#ifndef LWECHO_TESTS_DRIVERS_STELLARIS_ETH_MODEL_H
#define LWECHO_TESTS_DRIVERS_STELLARIS_ETH_MODEL_H

#include "bus.h"

enum {
    STELLARIS_ETH_MODEL_TXER = 1 << 1,
    STELLARIS_ETH_MODEL_FOV = 1 << 3,
    STELLARIS_ETH_MODEL_RXER = 1 << 4,
};

/// What a test may change at any time, and what it may look at.
struct stellaris_eth_model {
    // Faults and variants
    bool tx_hangs;    ///< the frame in the FIFO is never sent
    bool mii_hangs;   ///< the PHY never answers
    bool has_phy;     ///< there is one; QEMU has none
    bool link;        ///< the PHY has a link
    bool full_duplex; ///< which it negotiated to be this
    // Seen
    unsigned rx_underruns; ///< reads of an empty FIFO
    unsigned tx_overruns;  ///< writes to a full FIFO, or while a frame is being sent
    unsigned fifo_resets_while_running;
    uint32_t rx_control;
    uint32_t tx_control;
    uint8_t mac[6];
};

extern struct stellaris_eth_model stellaris_eth_model;
extern const struct bus_device stellaris_eth_model_bus;

/// Power-up, with a PHY and a link.
void stellaris_eth_model_reset(void);

/// Returns whether the interrupt line is at the level that interrupts the CPU.
bool stellaris_eth_model_interrupts(void);

/// Lets a frame arrive, without FCS. One that finds no room is lost and raises FOV.
void stellaris_eth_model_receive(const uint8_t *frame, size_t octets);

/// Lets a frame arrive whose length word is wrong.
void stellaris_eth_model_receive_length(unsigned length);

/// Takes the frame sent. Returns its octets; 0: none was sent.
size_t stellaris_eth_model_sent(uint8_t *frame);

/// Raises bits of the raw interrupt status.
void stellaris_eth_model_raise(uint32_t status);

#endif
