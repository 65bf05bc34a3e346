// SPDX-License-Identifier: BSD-3-Clause
// IPv4 and its options.
#include "protocol.h"

static const struct field fields[] = {
    {"first type", 0, 8, FIELD_NUMBER, ALSO(7, 68, 131, 136, 137, 148)},
    {"first length", 8, 8, FIELD_LENGTH, ALSO(3, 12)},
    {"first pointer", 16, 8, FIELD_NUMBER, ALSO(4, 8)},
    {"second type", 64, 8, FIELD_NUMBER, ALSO(7, 68, 131, 137, 148)},
    {"second length", 72, 8, FIELD_LENGTH, NULL},
    {"last octet", 88, 8, FIELD_NUMBER, ALSO(7, 68, 131, 148)},
};
static const struct layer layer = LAYER("options", fields);

/// lwIP answers an unknown protocol with an ICMP error.
static void make(struct sample *sample, const struct scene *scene, int protocol)
{
    (void)scene;
    // Record route, timestamp, no operation
    static const uint8_t options[12] = {7, 7, 4, 0, 0, 0, 0, 1, 148, 3, 0, 1};
    struct frame frame = frame_ip4((uint8_t)protocol, options, sizeof options);
    frame_add_udp(&frame, 20);
    frame_finish(&frame);
    sample_bend(sample, &frame);
    sample_place(sample, &layer, frame.options);
}

static const struct subject subjects[] = {{"options", make, UDP}, {"unknown protocol", make, 253}};
const struct protocol protocol_ip4 = {"ip4", subjects, 2, false};
