// SPDX-License-Identifier: BSD-3-Clause
// Damage to frames that whoever receives them is sure to notice, or that does not matter.
//
// A checksum of 16 bits misses some damage, and nothing could be said about an echo of octets that
// came changed and unnoticed. So only what the checksum surely finds is done to what it covers.
#ifndef LWECHO_TESTS_WORLD_DAMAGE_H
#define LWECHO_TESTS_WORLD_DAMAGE_H

#include "link.h"
#include "rng.h"

/// Changes some bits of an aligned pair of octets that a checksum covers. Returns false when the
/// frame has none: it is left as it was.
bool damage_covered(struct frame *frame, struct rng *rng);

/// Changes a bit of the Ethernet header.
void damage_link(struct frame *frame, struct rng *rng);

/// Takes octets from the end. Returns false when there is nothing behind the Ethernet header.
bool damage_cut(struct frame *frame, struct rng *rng);

/// Puts octets behind the end.
void damage_pad(struct frame *frame, struct rng *rng);

#endif
