// SPDX-License-Identifier: BSD-3-Clause
// A Linux TAP device as a netdev.
#ifndef LWECHO_PORT_LINUX_TAP_H
#define LWECHO_PORT_LINUX_TAP_H

#include "vnet.h"

enum {
    TAP_NAME_OCTETS = 16, ///< the kernel's IFNAMSIZ, with the terminating zero
};

struct tap {
    struct netdev netdev; ///< first: a struct netdev is all that the port sees
    char name[TAP_NAME_OCTETS];
    int fd;
    int control_fd;      ///< a socket for questions about the interface
    bool created;        ///< the TAP did not exist before tap_open() and vanishes at tap_close()
    bool gone;           ///< somebody deleted the interface: no frame will pass any more
    bool readable;       ///< frames may wait
    bool up;             ///< the interface was up when last asked
    uint32_t checked_ms; ///< when that was
    bool offload;        ///< each frame is behind a header with what is left to do of it
    unsigned rx_sums;    ///< what that said of the frame last received
};

/// Returns why `name` can't be an interface's name, in words that follow it in a sentence; NULL: it
/// can.
const char *tap_name_problem(const char *name);

/// Attaches to the TAP `name` of this network namespace, or makes it when there is none. The
/// kernel's settings of an existing one (addresses, up or down) stay as they are. With `offload`
/// the kernel and the device leave checksums and the cutting of large TCP segments to each other.
/// Limits: `name` is one that tap_name_problem() has no objection to.
/// Returns true; false, after an error line: nothing is held.
bool tap_open(struct tap *tap, const char *name, bool offload);

/// Detaches. A TAP that was created here vanishes.
void tap_close(struct tap *tap);

#endif
