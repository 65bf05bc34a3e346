// SPDX-License-Identifier: BSD-3-Clause
// A capture as pcapng: wraps a netdev and writes each frame, with the reason when one was dropped.
#ifndef LWECHO_SIM_CAPTURE_H
#define LWECHO_SIM_CAPTURE_H

#include <stdio.h>

#include "impair.h"
#include "netdev.h"

struct capture {
    struct netdev netdev; ///< first: a struct netdev is all that the port sees
    struct netdev_ops ops;
    struct netdev_offload offload; ///< what `base` does, when it does anything
    struct netdev *base;
    FILE *file;            ///< NULL: a write failed, nothing is written any more
    bool in_tx;            ///< tx_data is being sent
    const char *tx_reason; ///< why it was dropped, if it was
    size_t tx_octets;
    uint8_t tx_data[NETDEV_LARGE_OCTETS_MAX];
    bool rx_waits;  ///< the frame last received is not written: what becomes of it is not known yet
    uint64_t rx_ns; ///< when it came
    size_t rx_octets;
    size_t rx_captured;
    uint8_t rx_data[NETDEV_LARGE_OCTETS_MAX];
};

/// Wraps `base` and writes to `file` what a capture begins with. `interface` names the interface.
/// What `base` offloads, it has all of: rx_sums() and tx_large(). One capture at a time in a
/// process.
/// Ownership: `base` stays with the caller and must outlive `capture`; `file` is ours.
/// Returns false when `file` can't be written; it is closed then.
bool capture_open(struct capture *capture, struct netdev *base, FILE *file, const char *interface);

/// Writes a frame that the link lost, or notes why the frame being sent was: as impair's witness.
void capture_on_drop(void *capture, enum impair_direction direction, const uint8_t *frame,
                     size_t octets, const char *reason);

/// Hands to the reader of the capture what has come. Call it after the device was polled.
void capture_poll(struct capture *capture);

void capture_close(struct capture *capture);

#endif
