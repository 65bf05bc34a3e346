// SPDX-License-Identifier: BSD-3-Clause
// Fuzzes a driver against the model of its device: frames and faults from the one side, calls from
// the other, in any order.
#ifndef LWECHO_TESTS_FUZZ_DRIVER_H
#define LWECHO_TESTS_FUZZ_DRIVER_H

#include "bus.h"
#include "fuzz.h"
#include "netdev.h"

/// A driver and its device. Each fuzzer of a driver defines one.
struct driver {
    struct netdev *dev;
    size_t rx_octets_min; ///< of a frame that the device can receive

    /// Powers device and driver up.
    void (*reset)(void);

    /// Lets the device receive a frame, without FCS.
    void (*receive)(const uint8_t *frame, size_t octets);

    /// Lets the device say that it received what is bad or what it can't have received.
    /// Returns whether the driver may take it, or what comes behind it, for a frame.
    bool (*receive_bad)(uint32_t status, const uint8_t *frame, size_t octets);

    /// Takes the next frame that the device sent. Returns its octets; 0: none was sent.
    size_t (*sent)(uint8_t *frame);

    /// Sets a fault or a variant of the device, of those that can come about while it runs.
    void (*fault)(uint8_t which, uint32_t value);

    /// The driver's handler, when the device asks for it; NULL: it has none.
    void (*interrupt)(void);

    /// Returns how often the driver did what the datasheet forbids.
    unsigned (*misuses)(void);
};

extern const struct driver driver;

#endif
