// SPDX-License-Identifier: BSD-3-Clause
// UDP over IPv4.
#include "protocol.h"

static void make(struct sample *sample, const struct scene *scene, int port)
{
    (void)scene;
    struct frame frame = frame_ip4(UDP, NULL, 0);
    frame_add_udp(&frame, 20);
    frame_put16(&frame, frame.upper + 2, (uint16_t)port);
    frame_finish(&frame);
    sample_bend(sample, &frame);
    sample_place(sample, &layer_udp, frame.upper);
}

static const struct subject subjects[] = {{"to the echo", make, 7}, {"to nobody", make, 5353}};
const struct protocol protocol_udp = {"udp", subjects, 2, false};
