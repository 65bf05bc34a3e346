// SPDX-License-Identifier: BSD-3-Clause
// ARP.
#include "protocol.h"

static const struct field fields[] = {
    {"hardware type", 0, 16, FIELD_NUMBER, NULL},
    {"protocol type", 16, 16, FIELD_TYPE, NULL},
    {"hardware length", 32, 8, FIELD_LENGTH, NULL},
    {"protocol length", 40, 8, FIELD_LENGTH, NULL},
    {"operation", 48, 16, FIELD_NUMBER, ALSO(2, 3, 4, 8, 9)},
    {"sender's MAC", 64, 48, FIELD_MAC, NULL},
    {"sender's IP", 112, 32, FIELD_IP4, NULL},
    {"target's MAC", 144, 48, FIELD_MAC, NULL},
    {"target's IP", 192, 32, FIELD_IP4, NULL},
};
static const struct layer layer = LAYER("arp", fields);

static void make(struct sample *sample, const struct scene *scene, int operation)
{
    (void)scene;
    struct frame frame = frame_arp((uint16_t)operation);
    sample_bend(sample, &frame);
    sample_place(sample, &layer, frame.ip);
}

static const struct subject subjects[] = {{"request", make, 1}, {"reply", make, 2}};
const struct protocol protocol_arp = {"arp", subjects, 2, false};
