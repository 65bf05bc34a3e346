// SPDX-License-Identifier: BSD-3-Clause
// Frames over a UNIX stream socket, as a netdev: the protocol of passt and of QEMU's
// `-netdev stream`.
#ifndef LWECHO_PORT_LINUX_STREAM_H
#define LWECHO_PORT_LINUX_STREAM_H

#include <sys/un.h>

#include "../netdev.h"

enum {
    STREAM_LENGTH_OCTETS = 4,          ///< in front of each frame, big-endian
    STREAM_FRAME_OCTETS_MAX = 1 << 17, ///< a longer one is no frame: the peer talks otherwise
    STREAM_IN_OCTETS = 1 << 18,
};

struct stream {
    struct netdev netdev; ///< first: a struct netdev is all that the port sees
    struct sockaddr_un address;
    uint8_t mac[NETDEV_MAC_OCTETS];
    int fd;            ///< -1: not connected
    bool ready;        ///< something may have happened on fd
    uint32_t tried_ms; ///< when it was last tried to connect
    size_t in_begin;   ///< of what was received and not taken
    size_t in_end;
    size_t out_begin; ///< of what is left to send of a frame
    size_t out_end;
    uint8_t out[STREAM_LENGTH_OCTETS + NETDEV_FRAME_OCTETS_MAX];
    uint8_t in[STREAM_IN_OCTETS];
};

/// Connects to the socket at `path`. The device's first frame, once it is started, tells the peer
/// its MAC address: passt sends to everybody's until it has heard from the device. When the peer
/// goes later, the link is down, and comes up again with a peer that listens there anew: that is
/// tried once a second.
/// Returns true; false, after an error line: nothing is held.
bool stream_open(struct stream *stream, const char *path);

void stream_close(struct stream *stream);

#endif
