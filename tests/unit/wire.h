// SPDX-License-Identifier: BSD-3-Clause
// A netdev in memory: frames that the device is to receive, and those that it sent.
#ifndef LWECHO_TESTS_UNIT_WIRE_H
#define LWECHO_TESTS_UNIT_WIRE_H

#include "netdev.h"

enum {
    WIRE_FRAME_OCTETS_MAX = 4096, ///< longer than a frame can be, so that tests can send such
};

struct wire_frame {
    struct wire_frame *next;
    size_t octets;
    size_t pieces; ///< in how many pieces the device sent it
    uint8_t data[];
};

struct wire {
    struct netdev netdev;
    struct wire_frame *queue; ///< to be received, oldest first
    struct wire_frame *sent;  ///< by the device, oldest first
    uint8_t mac[NETDEV_MAC_OCTETS];
    bool started;
    // Switches.
    bool start_fails;
    bool link_is_down;
    bool refuses_tx;
    bool knows_length; ///< rx_pending() answers the exact length, as a FIFO does; else the largest
    bool has_frame_gone; ///< rx_pending() announces a frame that rx() doesn't find then
    size_t lose_sent;    ///< so many frames of the device are taken and lost
};

void wire_init(struct wire *wire);

/// Frees what is queued.
void wire_clear(struct wire *wire);

/// Lets the device receive a frame.
void wire_push(struct wire *wire, const void *data, size_t octets);

/// Returns the oldest frame that the device sent, NULL: none. The caller frees it with free().
struct wire_frame *wire_take_sent(struct wire *wire);

size_t wire_count(const struct wire_frame *frame);

#endif
