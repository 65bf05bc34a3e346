// SPDX-License-Identifier: BSD-3-Clause
// Judges every frame that the device sends, by the RFCs and by what the device can know.
//
// None of lwIP's code is used. What hosts sent and the device took is noted, so that an answer to
// what was never asked, an acknowledgement of what never came, or an octet too many is found on the
// wire, before any peer's TCP may hide it.
#ifndef LWECHO_TESTS_WORLD_CHECK_H
#define LWECHO_TESTS_WORLD_CHECK_H

#include "link.h"

/// A host has sent a frame, which may get lost.
void check_host_frame(const uint8_t *data, size_t octets);

/// The device has taken a frame.
void check_delivered_frame(const struct frame *frame);

/// Judges a frame that the device sends; ends the run when it is wrong.
void check_device_frame(const uint8_t *data, size_t octets);

/// The device has started anew, and forgotten all connections.
void check_device_restarted(void);

#endif
