// SPDX-License-Identifier: BSD-3-Clause
// IPv4 fragments: a datagram in two or three of them, of which one is bent.
#include "protocol.h"

enum {
    PART_OCTETS = 24,
    PARTS = 3,
};

/// Part `i` of a UDP datagram without a checksum, so that a bent one can be put together.
static struct frame part(size_t i)
{
    struct frame frame = frame_ip4(UDP, NULL, 0);
    if (i == 0) {
        frame_add_udp(&frame, PART_OCTETS - 8);
        frame_put16(&frame, frame.upper + 4, PARTS * PART_OCTETS);
    } else {
        frame_add(&frame, NULL, PART_OCTETS);
    }
    frame_set_fragment(&frame, i * PART_OCTETS, i + 1 < PARTS);
    frame_put16(&frame, frame.ip + 4, 0x1234);
    frame_finish(&frame);
    if (i == 0) {
        frame_put16(&frame, frame.upper + 6, 0);
    }
    return frame;
}

/// The parts in some order; `variant` is the one that is bent, in turn and in the datagram.
static void make(struct sample *sample, const struct scene *scene, int variant)
{
    static const size_t orders[PARTS][PARTS] = {{0, 1, 2}, {2, 1, 0}, {1, 0, 2}};
    (void)scene;
    for (int i = 0; i < PARTS; i++) {
        size_t which = orders[variant][i];
        struct frame frame = part(which);
        if (i != variant) {
            sample_add(sample, &frame);
            continue;
        }
        sample_bend(sample, &frame);
        if (which == 0) {
            sample_place(sample, &layer_udp, frame.upper);
        }
    }
}

static const struct subject subjects[] = {
    {"first", make, 0},
    {"middle", make, 1},
    {"last", make, 2},
};
const struct protocol protocol_fragments = {"fragments", subjects, 3, false};
