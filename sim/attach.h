// SPDX-License-Identifier: BSD-3-Clause
// What the device is attached to: its carrier of frames, the faults of the link, the capture.
#ifndef LWECHO_SIM_ATTACH_H
#define LWECHO_SIM_ATTACH_H

#include "capture.h"
#include "impair.h"
#include "linux/stream.h"
#include "linux/tap.h"
#include "options.h"

struct attach {
    struct tap tap;
    struct stream stream; ///< in its place, when `streams`
    bool streams;
    const char *bridge;
    struct impair impair;
    struct capture capture;
    bool captures;
    struct netdev *netdev; ///< what the device sees of all this
};

/// Opens everything that `options` ask for, and sets up the host's side of a TAP that was made.
/// Returns false, after an error line: nothing is held.
/// `attach` must be all zero before.
bool attach_open(struct attach *attach, const struct options *options);

/// Lets frames go that are due, and tells the capture's reader. Call it after the device was
/// polled, before it sleeps.
/// Returns the milliseconds that the target may sleep at most.
uint32_t attach_poll(struct attach *attach);

/// Returns whether no frame will ever pass again; an error line has said why.
bool attach_is_gone(const struct attach *attach);

void attach_close(struct attach *attach);

#endif
