// SPDX-License-Identifier: BSD-3-Clause
// The seam between the network stack and anything that carries Ethernet frames.
#ifndef LWECHO_PORT_NETDEV_H
#define LWECHO_PORT_NETDEV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NETDEV_MAC_OCTETS = 6,
    NETDEV_FRAME_OCTETS_MAX = 1518,  ///< header, one VLAN tag and 1500 octets; no FCS
    NETDEV_LARGE_OCTETS_MAX = 65526, ///< of a device that puts TCP segments together
};

/// One piece of memory of a frame. A frame lies in an array of them, in order.
struct netdev_seg {
    void *data;    ///< of the first piece 2 octets behind a 4-octet boundary, else anywhere
    size_t octets; ///< may be 0
};

struct netdev;

/// Checksums that a device can compute or verify, as bits of a set.
enum netdev_sum {
    NETDEV_SUM_IP4 = 1 << 0, ///< of IPv4 headers
    NETDEV_SUM_UDP = 1 << 1,
    NETDEV_SUM_TCP = 1 << 2,
    NETDEV_SUM_ICMP4 = 1 << 3,
    NETDEV_SUM_ICMP6 = 1 << 4,
};

/// What a device does in the stack's place; the image's options say whether the stack lets it
/// (LWIP_CHECKSUM_CTRL_PER_NETIF, ETHIF_LARGE).
struct netdev_offload {
    /// NETDEV_SUM_* that tx() fills in: they are 0 in the frames that it is given.
    unsigned tx_sums;

    /// Returns which NETDEV_SUM_* of the frame that rx() took last are known to be right; the stack
    /// verifies the others. Of a fragment nothing behind the IP header is. NULL: none ever is.
    unsigned (*rx_sums)(struct netdev *dev);

    /// As tx(), for a TCP segment with more than `mss` octets of data, which leaves in segments of
    /// `mss` octets, the last one of the rest. Their headers differ from the one given in what
    /// follows from that. All headers lie in the first piece. NULL: the device can't do it, and
    /// does not receive such frames either, of up to NETDEV_LARGE_OCTETS_MAX.
    bool (*tx_large)(struct netdev *dev, const struct netdev_seg *segs, size_t n, size_t mss);
};

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

    const struct netdev_offload *offload; ///< NULL: nothing
};

/// A device: its driver embeds this as the first member of a structure of its own.
struct netdev {
    const struct netdev_ops *ops;
};

#endif
