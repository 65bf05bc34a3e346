// SPDX-License-Identifier: BSD-3-Clause
// What stands in front of each frame of a TAP that offloads: which checksum is missing, and how a
// large segment is to be cut.
#ifndef LWECHO_PORT_LINUX_VNET_H
#define LWECHO_PORT_LINUX_VNET_H

#include <linux/virtio_net.h>

#include "../netdev.h"

/// Returns which NETDEV_SUM_* of a received frame, of which `octets` are at `frame`, are right by
/// the kernel's word.
/// Source: Virtual I/O Device (VIRTIO) 1.2, section 5.1.6.4.
unsigned vnet_rx_sums(const struct virtio_net_hdr *vnet, const uint8_t *frame, size_t octets);

/// Says of the frame in `segs` what is left to do: a TCP checksum, of which the pseudo-header's sum
/// is put into the frame, and unless `mss` is 0, to cut its data into that many octets each. All
/// headers lie in the first piece.
/// Source: section 5.1.6.2.
struct virtio_net_hdr vnet_tx(const struct netdev_seg *segs, size_t n, size_t mss);

#endif
