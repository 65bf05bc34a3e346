// SPDX-License-Identifier: BSD-3-Clause
// The frames of scripted hosts: TCP segments out and in, and answers to who asks for their address.
#ifndef LWECHO_TESTS_WORLD_SCRIPT_WIRE_H
#define LWECHO_TESTS_WORLD_SCRIPT_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct script_segment {
    unsigned host;
    bool is_ip6;
    uint16_t port; ///< the host's; the device's is the echo's
    uint32_t seq;
    uint32_t ack;
    uint8_t flags;
    uint16_t window;
    uint16_t urgent;
    uint8_t options[40];
    size_t options_octets; ///< a multiple of 4
    const uint8_t *data;
    size_t octets;
};

/// Sends a segment to the device.
void script_wire_send(const struct script_segment *segment);

/// Answers what asks for the host's address. Else fills `segment` with what the device sent.
/// Returns false when there is nothing in it for TCP.
bool script_wire_take(unsigned host, const uint8_t *frame, size_t octets,
                      struct script_segment *segment);

#endif
