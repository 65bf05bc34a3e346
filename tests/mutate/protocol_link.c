// SPDX-License-Identifier: BSD-3-Clause
// Ethernet itself: a frame with the tag of a virtual LAN, and one with padding.
#include "protocol.h"

static const struct field tag_fields[] = {
    {"priority", 0, 3, FIELD_ALL, NULL},
    {"drop eligible", 3, 1, FIELD_ALL, NULL},
    {"virtual LAN", 4, 12, FIELD_NUMBER, NULL},
    {"type", 16, 16, FIELD_TYPE, NULL},
};
static const struct layer layer_tag = LAYER("tag", tag_fields);

static void tagged(struct sample *sample, const struct scene *scene, int variant)
{
    (void)scene;
    (void)variant;
    struct frame plain = frame_udp4(5);
    struct frame frame = frame_new(TYPE_VLAN);
    frame_add(&frame, (uint8_t[]){0xe0, 0, 8, 0}, 4);
    frame.ip = frame.octets;
    frame_add(&frame, plain.data + plain.ip, plain.octets - plain.ip);
    frame.upper = plain.upper + 4;
    sample_bend(sample, &frame);
    sample_place(sample, &layer_tag, 14);
    sample_place(sample, &layer_udp, frame.upper);
}

static void padded(struct sample *sample, const struct scene *scene, int variant)
{
    (void)scene;
    (void)variant;
    struct frame frame = frame_udp4(1);
    frame_add(&frame, NULL, 60 - frame.octets);
    sample_bend(sample, &frame);
    sample_place(sample, &layer_udp, frame.upper);
}

static const struct subject subjects[] = {{"priority tag", tagged, 0}, {"padding", padded, 0}};
const struct protocol protocol_link = {"link", subjects, 2, false};
