// SPDX-License-Identifier: BSD-3-Clause
// ICMP.
#include <string.h>

#include "packet.h"
#include "protocol.h"

static const struct field ping_fields[] = {
    {"identifier", 32, 16, FIELD_NUMBER, NULL},
    {"sequence number", 48, 16, FIELD_NUMBER, NULL},
};
static const struct layer layer_ping = LAYER("ping", ping_fields);
static const struct field quote_fields[] = {
    {"quoted source port", 0, 16, FIELD_PORT, NULL},
    {"quoted destination port", 16, 16, FIELD_PORT, NULL},
    {"quoted sequence number", 32, 32, FIELD_ACK, NULL},
};
static const struct layer layer_quote = LAYER("quote", quote_fields);

static void ping(struct sample *sample, const struct scene *scene, int variant)
{
    (void)scene;
    (void)variant;
    struct frame frame = frame_ip4(ICMP, NULL, 0);
    frame_add_icmp(&frame, 8, NULL, 24);
    frame_finish(&frame);
    sample_bend(sample, &frame);
    sample_place(sample, &layer_icmp, frame.upper);
    sample_place(sample, &layer_ping, frame.upper);
}

/// About a segment that the device has sent.
static void unreachable(struct sample *sample, const struct scene *scene, int variant)
{
    (void)variant;
    uint8_t body[4 + 20 + 8] = {[2] = 5, 0xdc, [4] = 0x45, [7] = 40, [12] = 255, TCP};
    memcpy(body + 16, ip4_device, 4);
    memcpy(body + 20, ip4_peer, 4);
    put16(body + 24, scene->device_port);
    put16(body + 26, scene->ip4.port);
    put32(body + 28, scene->ip4.ack_oldest);
    struct frame frame = frame_ip4(ICMP, NULL, 0);
    frame_add_icmp(&frame, 3, body, sizeof body);
    frame_set_upper(&frame, 1, 4);
    frame_finish(&frame);
    sample_bend(sample, &frame);
    sample_place(sample, &layer_icmp, frame.upper);
    sample_place(sample, &layer_ip4, frame.upper + 8);
    sample_place(sample, &layer_quote, frame.upper + 28);
}

static const struct subject subjects[] = {{"ping", ping, 0}, {"unreachable", unreachable, 0}};
const struct protocol protocol_icmp = {"icmp", subjects, 2, false};
