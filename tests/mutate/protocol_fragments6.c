// SPDX-License-Identifier: BSD-3-Clause
// IPv6 fragments: a datagram in three of them, of which one is bent.
#include "protocol.h"

enum {
    PART_OCTETS = 24,
    PARTS = 3,
};

/// Part `i` of a UDP datagram.
static struct frame part(size_t i)
{
    struct frame whole = frame_udp6(PARTS * PART_OCTETS - 8);
    struct frame frame = frame_ip6(FRAGMENT);
    frame_add_fragment(&frame, UDP, i * PART_OCTETS, i + 1 < PARTS, 0x12345678);
    frame_add(&frame, whole.data + whole.upper + i * PART_OCTETS, PART_OCTETS);
    frame_put16(&frame, frame.ip + 4, 8 + PART_OCTETS);
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
        sample_place(sample, &layer_fragment6, frame.options);
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
const struct protocol protocol_fragments6 = {"fragments6", subjects, 3, true};
