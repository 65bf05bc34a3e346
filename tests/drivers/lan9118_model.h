// SPDX-License-Identifier: BSD-3-Clause
// A model of the LAN9118 as its datasheet describes it, with faults to order.
#ifndef LWECHO_TESTS_DRIVERS_LAN9118_MODEL_H
#define LWECHO_TESTS_DRIVERS_LAN9118_MODEL_H

#include "bus.h"

enum {
    LAN9118_MODEL_ERROR = 1 << 15, ///< in a status: the frame is bad
};

/// What a test may change at any time, and what it may look at.
struct lan9118_model {
    // Faults
    bool absent;        ///< nobody answers on the bus
    bool asleep;        ///< it is never powered up
    bool reset_hangs;   ///< the soft reset never ends
    bool eeprom_hangs;  ///< loading from the EEPROM never ends
    bool csr_hangs;     ///< access to the MAC's registers never ends
    bool mii_hangs;     ///< access to the PHY's registers never ends
    bool tx_hangs;      ///< frames stay in the TX data FIFO
    unsigned tx_status; ///< added to the status of frames sent
    // Variants
    bool rsfl_is_level; ///< INT_STS's RSFL cannot be cleared while a frame waits
    bool has_eeprom;    ///< with the MAC address 02:11:22:33:44:55
    bool cable;         ///< the link's other end is there
    unsigned partner;   ///< what it advertises, as in the PHY's register 5
    // Seen
    unsigned rx_underruns;  ///< reads of an empty FIFO
    unsigned tx_overruns;   ///< writes to a full FIFO, or commands that make no sense
    unsigned hurried_reads; ///< registers read before their value was valid (section 6.1)
    unsigned mac_cr;        ///< the MAC's control register
    uint8_t mac[6];         ///< its address
};

extern struct lan9118_model lan9118_model;
extern const struct bus_device lan9118_model_bus;

/// Power-up, with a cable to a partner that can do everything.
void lan9118_model_reset(void);

/// Returns whether the interrupt line is at the level that interrupts the CPU, which is high.
bool lan9118_model_interrupts(void);

/// Lets a frame arrive, without FCS. `status` is added to the status word that the model makes.
void lan9118_model_receive(const uint8_t *frame, size_t octets, unsigned status);

/// Puts only a status into its FIFO, as of a frame whose words never came.
void lan9118_model_receive_status(unsigned status);

/// Takes the next frame sent. Returns its octets; 0: none was sent.
size_t lan9118_model_sent(uint8_t *frame);

/// Connects or disconnects the cable.
void lan9118_model_cable(bool connected);

/// Raises bits of INT_STS.
void lan9118_model_raise(uint32_t events);

#endif
