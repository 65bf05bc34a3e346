// SPDX-License-Identifier: BSD-3-Clause
// Damage to frames.
#include "damage.h"

#include "octets.h"

enum {
    IP6_ADDRESSES = ETHERNET_OCTETS + 8,
    PADDING_MAX = 32,
};

/// Finds what a checksum covers: from `*from`, an even place, on. Returns false when there is none.
static bool covered_from(const struct frame *frame, unsigned *from)
{
    const uint8_t *ip = frame->data + ETHERNET_OCTETS;
    switch (get16(frame->data + 12)) {
    case TYPE_IP4:
        *from = ETHERNET_OCTETS;
        // Two fragments could be damaged so that the sum stays the same.
        return frame->octets >= ETHERNET_OCTETS + IP4_OCTETS && (get16(ip + 6) & 0x1fff) == 0;
    case TYPE_IP6:
        if (frame->octets < ETHERNET_OCTETS + IP6_HEADER_OCTETS) {
            return false;
        }
        *from = IP6_ADDRESSES;
        if (ip[6] == PROTOCOL_FRAGMENT) {
            *from = ETHERNET_OCTETS + IP6_HEADER_OCTETS + FRAGMENT_OCTETS;
            return (get16(ip + IP6_HEADER_OCTETS + 2) & 0xfff8) == 0;
        }
        return ip[6] == PROTOCOL_TCP || ip[6] == PROTOCOL_UDP || ip[6] == PROTOCOL_ICMP6;
    default:
        return false;
    }
}

bool damage_covered(struct frame *frame, struct rng *rng)
{
    unsigned from;
    if (!covered_from(frame, &from) || from + 2 > frame->octets) {
        return false;
    }
    unsigned at = from + 2 * rng_between(rng, 0, (frame->octets - from) / 2u - 1);
    // All bits would turn 0 into the other 0 of the sum.
    uint32_t bits = rng_between(rng, 1, 0xfffe);
    frame->data[at] ^= (uint8_t)(bits >> 8);
    frame->data[at + 1] ^= (uint8_t)bits;
    frame->is_damaged = true;
    return true;
}

void damage_link(struct frame *frame, struct rng *rng)
{
    // Where a frame goes to on its way to a host has been decided already.
    unsigned from = frame->to_device ? 0 : MAC_OCTETS;
    unsigned at = rng_between(rng, from, ETHERNET_OCTETS - 1);
    frame->data[at] ^= (uint8_t)(1u << rng_between(rng, 0, 7));
}

bool damage_cut(struct frame *frame, struct rng *rng)
{
    if (frame->octets <= ETHERNET_OCTETS) {
        return false;
    }
    frame->octets = (uint16_t)rng_between(rng, 1, frame->octets - 1u);
    frame->is_damaged = true;
    return true;
}

void damage_pad(struct frame *frame, struct rng *rng)
{
    uint32_t octets = rng_between(rng, 1, PADDING_MAX);
    while (octets > 0 && frame->octets < FRAME_OCTETS_MAX) {
        frame->data[frame->octets++] = (uint8_t)rng_next(rng);
        octets--;
    }
}
