// SPDX-License-Identifier: BSD-3-Clause
// IPv6 with UDP, alone and behind each extension header.
#include "protocol.h"

enum {
    DATA_OCTETS = 20,
};

static const struct field routing_fields[] = {
    {"next header", 0, 8, FIELD_PROTOCOL, NULL},
    {"header length", 8, 8, FIELD_NUMBER, ALSO(2, 4)},
    {"type", 16, 8, FIELD_NUMBER, ALSO(2, 3, 4)},
    {"segments left", 24, 8, FIELD_NUMBER, ALSO(2, 3)},
};
static const struct layer layer_routing = LAYER("routing", routing_fields);

static void bend(struct sample *sample, struct frame *frame)
{
    frame_add_udp(frame, DATA_OCTETS);
    frame_finish(frame);
    sample_bend(sample, frame);
    sample_place(sample, &layer_udp, frame->upper);
}

/// UDP to a port.
static void plain(struct sample *sample, const struct scene *scene, int port)
{
    (void)scene;
    struct frame frame = frame_ip6(UDP);
    bend(sample, &frame);
    struct frame *bent = &sample->frames[sample->bent];
    frame_put16(bent, bent->upper + 2, (uint16_t)port);
    frame_finish(bent);
}

/// Behind one header of options; a fragment header follows the hop-by-hop options.
static void options(struct sample *sample, const struct scene *scene, int type)
{
    (void)scene;
    struct frame frame = frame_ip6((uint8_t)type);
    bool is_first = type == HOP_BY_HOP;
    frame_add_extension(&frame, is_first ? FRAGMENT : UDP, 16);
    size_t at = frame.options;
    if (is_first) {
        frame_add_fragment(&frame, UDP, 0, false, 0x12345678);
    }
    bend(sample, &frame);
    sample_place(sample, &layer_options, at);
    if (is_first) {
        sample_place(sample, &layer_fragment6, frame.options);
    }
}

static void routing(struct sample *sample, const struct scene *scene, int variant)
{
    (void)scene;
    (void)variant;
    struct frame frame = frame_ip6(ROUTING);
    frame_add_routing(&frame, UDP, 0, 0);
    bend(sample, &frame);
    sample_place(sample, &layer_routing, frame.options);
}

static const struct subject subjects[] = {
    {"udp to the echo", plain, 7},
    {"udp to nobody", plain, 5353},
    {"hop-by-hop options", options, HOP_BY_HOP},
    {"destination options", options, DESTINATION},
    {"routing header", routing, 0},
};
const struct protocol protocol_ip6 = {"ip6", subjects, 5, true};
