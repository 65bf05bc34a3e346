// SPDX-License-Identifier: BSD-3-Clause
// The wire between the device and all hosts, with everything that can happen to a frame on it.
#ifndef LWECHO_TESTS_WORLD_LINK_H
#define LWECHO_TESTS_WORLD_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan.h"

struct frame {
    struct frame *next;
    unsigned host; ///< who sent it, or who gets it
    bool to_device;
    bool is_damaged; ///< a checksum will not fit
    uint16_t octets;
    uint8_t data[FRAME_OCTETS_MAX + 32];
};

/// Sets the link up as the plan says.
void link_start(void);

/// A host sends a frame to the device.
void link_from_host(unsigned host, const uint8_t *data, size_t octets);

/// The device sends a frame, to one host or to all, as its destination says.
void link_from_device(const uint8_t *data, size_t octets);

/// Returns whether the cable is in.
bool link_is_up(void);

/// Gives a frame back.
void frame_free(struct frame *frame);

#endif
