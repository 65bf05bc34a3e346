// SPDX-License-Identifier: BSD-3-Clause
// The seam between the network stack and anything that carries Ethernet frames.
#ifndef LWECHO_PORT_NETDEV_H
#define LWECHO_PORT_NETDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NETDEV_MAC_OCTETS = 6,
    NETDEV_FRAME_OCTETS_MAX = 1518, ///< header, one VLAN tag and 1500 octets; no FCS
};

/// One piece of memory of a frame. A frame lies in an array of them, in order.
struct netdev_seg {
    void *data;    ///< of the first piece 2 octets behind a 4-octet boundary, else anywhere
    size_t octets; ///< may be 0
};

struct netdev;

/// What a carrier of frames does. A frame goes from the destination MAC address to the last octet
/// of the payload, without FCS; padding a short one to 60 octets is the carrier's work.
/// Context: all of it on lwIP's single thread of control, never from an interrupt.
struct netdev_ops {
    /// Makes the device ready and receive frames for `mac`, broadcast and multicast.
    /// Returns false, after having logged why, when the device can't be used; nothing is held then.
    bool (*start)(struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS]);

    /// Stops receiving and gives back what start() took.
    void (*stop)(struct netdev *dev);

    /// Returns true while frames can pass. Cheap enough to be asked before each batch of frames.
    bool (*link_up)(struct netdev *dev);

    /// Returns an upper bound on the octets of the next received frame, 0 when none waits.
    size_t (*rx_pending)(struct netdev *dev);

    /// Takes the next received frame into `segs`, as far as it fits; the rest of it is lost.
    /// Zero pieces drop the frame.
    /// Returns the octets of the whole frame, which is more than fitted when it was cut; 0 when
    /// there was no frame after all.
    size_t (*rx)(struct netdev *dev, const struct netdev_seg *segs, size_t n);

    /// Sends the frame that lies in `segs`. The memory is the caller's again on return.
    /// Returns false when the frame was not taken (no room, link down): the caller may try again.
    bool (*tx)(struct netdev *dev, const struct netdev_seg *segs, size_t n);
};

/// A device: its driver embeds this as the first member of a structure of its own.
struct netdev {
    const struct netdev_ops *ops;
};

#endif
