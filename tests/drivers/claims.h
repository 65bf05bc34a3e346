// SPDX-License-Identifier: BSD-3-Clause
// Claims about frames that hold for every driver (netdev.h), whatever its device.
#ifndef LWECHO_TESTS_DRIVERS_CLAIMS_H
#define LWECHO_TESTS_DRIVERS_CLAIMS_H

#include <stddef.h>
#include <stdint.h>

#include "bus.h"
#include "netdev.h"

enum {
    CLAIMS_FRAME_OCTETS_MAX = 4096, ///< no device has room for more
};

/// A started driver and the other end of its cable.
struct claims_subject {
    struct netdev *dev;
    size_t rx_octets_min; ///< of a frame that the device can receive

    /// Lets the device receive a frame, without FCS.
    void (*receive)(const uint8_t *frame, size_t octets);

    /// Takes the next frame that the device sent, without FCS.
    /// Returns its octets; 0: none was sent.
    size_t (*sent)(uint8_t frame[CLAIMS_FRAME_OCTETS_MAX]);

    /// Returns whether the device asks for an interrupt.
    bool (*interrupts)(void);

    /// The driver's handler.
    void (*on_interrupt)(void);
};

/// Fills `frame` with octets that differ from frame to frame and from place to place.
void claims_frame_fill(uint8_t *frame, size_t octets, unsigned seed);

/// Receives one frame of `octets` into one piece and checks it.
void claims_receives(const struct claims_subject *subject, size_t octets);

/// Sends one frame of `octets` out of one piece and checks it.
void claims_sends(const struct claims_subject *subject, size_t octets);

// Frames of 1, 60, 1514 and 1518 octets and many in between arrive as they were sent, alone and
// several at a time.
void claims_receives_every_length(const struct claims_subject *subject);
void claims_sends_every_length(const struct claims_subject *subject);

// Pieces begin and end anywhere, may be empty, and nothing is written around them.
void claims_scatters_at_any_offset(const struct claims_subject *subject);
void claims_gathers_at_any_offset(const struct claims_subject *subject);

// A frame that is dropped or cut is told by its whole length, and the next one is intact.
void claims_drops_and_cuts_frames(const struct claims_subject *subject);

// At whatever moment a frame comes, the driver finds it or the device interrupts once it may sleep.
void claims_sleeps_over_no_frame(const struct claims_subject *subject);

#endif
