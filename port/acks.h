// SPDX-License-Identifier: BSD-3-Clause
// Acknowledgements that a later one of the same burst makes needless.
//
// lwIP acknowledges every second segment as soon as it has come. Where more wait to be received,
// the next of the connection will have it say the same and more: a bare acknowledgement leaves when
// the burst has been handled, unless it is superseded by then.
#ifndef LWECHO_PORT_ACKS_H
#define LWECHO_PORT_ACKS_H

#include <stdbool.h>

#include "arch/counters.h"
#include "lwip/pbuf.h"

#define ACKS_COUNTERS(X) X(merged) /* acknowledgements that another one superseded */

struct acks_counters {
    ACKS_COUNTERS(COUNTERS_MEMBER)
};

extern struct acks_counters acks_counters;
extern const struct counters acks_counters_info;

// All this is of an image with ACKS_MERGED.

/// Says that a burst of frames is being handled, until acks_settle().
void acks_gather(void);

/// Judges a frame that is about to leave, `p` with its Ethernet header first.
/// `before` is set to a frame that must leave before it, NULL when there is none.
/// Ownership: `before` is the caller's to free; a kept `p` is referred to.
/// Returns true: `p` is kept, and leaves later or never.
bool acks_keep(struct pbuf *p, struct pbuf **before);

/// Ends the burst. Returns the frame that must leave now, NULL when there is none.
/// Ownership: the frame is the caller's to free.
struct pbuf *acks_settle(void);

#endif
