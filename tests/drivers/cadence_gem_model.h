// SPDX-License-Identifier: BSD-3-Clause
// A model of the Cadence GEM and its PHY as the datasheet describes them, with faults to order.
#ifndef LWECHO_TESTS_DRIVERS_CADENCE_GEM_MODEL_H
#define LWECHO_TESTS_DRIVERS_CADENCE_GEM_MODEL_H

#include "bus.h"

enum {
    CADENCE_GEM_MODEL_NO_PHY = 32,
};

/// What a test may change at any time, and what it may look at.
struct cadence_gem_model {
    // Faults
    uint32_t module_id;  ///< what the register of that name reads
    uint32_t tx_failure; ///< in the TX status instead of "complete"; such frames are lost
    bool tx_hangs;       ///< frames are never sent
    bool tx_go_sticks;   ///< "go" stays even when transmission is disabled
    bool mdio_hangs;     ///< the PHY's bus never becomes idle
    // Variants
    bool intr_write_clears;    ///< the interrupt status is cleared by writing, else by reading
    unsigned phy;              ///< the PHY's address; CADENCE_GEM_MODEL_NO_PHY: nobody answers
    unsigned mii_offered;      ///< the PHY's register 4
    unsigned mii_partner;      ///< 5
    unsigned mii_offered_1000; ///< 9
    unsigned mii_partner_1000; ///< 10
    bool mii_has_1000;         ///< the PHY knows these two
    // Seen
    unsigned misuses;     ///< what the datasheet forbids
    unsigned rx_restarts; ///< how often reception was enabled
    unsigned rx_lost;     ///< frames that found it disabled or stalled
    uint32_t net_cfg;     ///< that register
    uint8_t mac[6];       ///< the first specific address, once it is active
    uint64_t hash;        ///< the multicast filter
};

extern struct cadence_gem_model cadence_gem_model;
extern const struct bus_device cadence_gem_model_bus;

/// Power-up, with a link to a partner that can do everything.
void cadence_gem_model_reset(void);

/// Returns whether the interrupt is requested.
bool cadence_gem_model_interrupts(void);

/// Lets a frame arrive, without FCS.
void cadence_gem_model_receive(const uint8_t *frame, size_t octets);

/// Fills the next buffer and lets its descriptor say `status`.
void cadence_gem_model_receive_status(uint32_t status);

/// Raises bits of RX_STATUS, and stalls reception until it is enabled anew.
void cadence_gem_model_rx_fail(uint32_t status);

/// Takes the next frame sent. Returns its octets; 0: none was sent.
size_t cadence_gem_model_sent(uint8_t *frame);

/// Makes or breaks the link.
void cadence_gem_model_link(bool up);

#endif
