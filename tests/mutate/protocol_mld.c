// SPDX-License-Identifier: BSD-3-Clause
// Multicast listener discovery, versions 1 and 2.
#include <string.h>

#include "protocol.h"

enum {
    QUERY = 130,
    REPORT = 131,
    DONE = 132,
    V1_OCTETS = 20,
    V2_OCTETS = 24,
};

static const struct field fields[] = {
    {"response delay", 32, 16, FIELD_NUMBER, NULL},
    {"reserved", 48, 16, FIELD_NUMBER, NULL},
    {"group", 64, 128, FIELD_IP6, NULL},
};
static const struct layer layer = LAYER("mld", fields);
static const struct field v2_fields[] = {
    {"flags", 0, 8, FIELD_NUMBER, NULL},
    {"query interval", 8, 8, FIELD_NUMBER, NULL},
    {"sources", 16, 16, FIELD_NUMBER, NULL},
};
static const struct layer layer_v2 = LAYER("mld 2", v2_fields);

static void make(struct sample *sample, uint8_t type, size_t octets)
{
    uint8_t body[V2_OCTETS] = {0, 100};
    struct frame frame = frame_ip6(HOP_BY_HOP);
    frame_add_extension(&frame, ICMP6, 8);
    memcpy(frame.data + frame.options + 2, (uint8_t[]){5, 2, 0, 0, 1, 0}, 6); // router alert
    frame_set_ip(&frame, 7, 1);
    memcpy(frame.data + frame.ip + 8, ip6_peer_link, 16);
    memcpy(frame.data + frame.ip + 24, ip6_all_nodes, 16);
    memcpy(frame.data, (uint8_t[]){0x33, 0x33, 0, 0, 0, 1}, 6);
    frame_add_icmp(&frame, type, body, octets);
    frame_finish(&frame);
    sample_bend(sample, &frame);
    sample_place(sample, &layer_options, frame.options);
    sample_place(sample, &layer_icmp, frame.upper);
    sample_place(sample, &layer, frame.upper);
    if (octets == V2_OCTETS) {
        sample_place(sample, &layer_v2, frame.upper + 4 + V1_OCTETS);
    }
}

static void version1(struct sample *sample, const struct scene *scene, int type)
{
    (void)scene;
    make(sample, (uint8_t)type, V1_OCTETS);
}

static void version2(struct sample *sample, const struct scene *scene, int type)
{
    (void)scene;
    make(sample, (uint8_t)type, V2_OCTETS);
}

static const struct subject subjects[] = {
    {"query", version1, QUERY},
    {"report", version1, REPORT},
    {"done", version1, DONE},
    {"query of version 2", version2, QUERY},
};
const struct protocol protocol_mld = {"mld", subjects, 4, true};
