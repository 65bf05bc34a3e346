// SPDX-License-Identifier: BSD-3-Clause
// TCP over IPv4 and IPv6: a SYN, data, an acknowledgement of everything, and a FIN.
#include "protocol.h"

enum {
    SEGMENTS = 4,
    DATA_OCTETS = 30,
    OTHER_PORT = 40001,
    WINDOW = 0x1000,
};

static const struct field syn_fields[] = {
    {"MSS kind", 0, 8, FIELD_NUMBER, ALSO(2, 3, 4, 5, 8, 253)},
    {"MSS length", 8, 8, FIELD_LENGTH, NULL},
    {"MSS", 16, 16, FIELD_NUMBER, ALSO(2, 63, 64, 65, 536)},
    {"scale kind", 40, 8, FIELD_NUMBER, ALSO(2, 4, 5, 8, 253)},
    {"scale length", 48, 8, FIELD_LENGTH, NULL},
    {"scale", 56, 8, FIELD_NUMBER, ALSO(14, 15, 16)},
    {"SACK kind", 80, 8, FIELD_NUMBER, ALSO(2, 3, 5, 8, 253)},
    {"SACK length, the last octet", 88, 8, FIELD_LENGTH, ALSO(3, 4, 5, 8, 253)},
};
static const struct layer layer_syn = LAYER("options", syn_fields);
static const uint8_t syn_options[12] = {2, 4, 5, 0xb4, 1, 3, 3, 2, 1, 1, 4, 2};

static const struct field data_fields[] = {
    {"MSS kind", 0, 8, FIELD_NUMBER, ALSO(2, 3, 4, 5, 8, 253)},
    {"MSS length", 8, 8, FIELD_LENGTH, NULL},
    {"MSS", 16, 16, FIELD_NUMBER, ALSO(2, 63, 64, 536)},
    {"SACK kind", 48, 8, FIELD_NUMBER, ALSO(2, 3, 8, 253)},
    {"SACK length", 56, 8, FIELD_LENGTH, NULL},
    {"SACK left", 64, 32, FIELD_ACK, NULL},
    {"SACK right", 96, 32, FIELD_ACK, NULL},
    {"last octet", 152, 8, FIELD_NUMBER, ALSO(2, 3, 4, 5, 8, 253)},
};
static const struct layer layer_data = LAYER("options", data_fields);
static const uint8_t data_options[20] = {2, 4, 5, 0xb4, 1, 1, 5, 10, [16] = 1, 1, 1, 1};

struct kind {
    uint8_t flags;
    size_t octets; // of data
    const uint8_t *options;
    size_t option_octets;
    const struct layer *option_layer;
};

static const struct kind kinds[SEGMENTS] = {
    {SYN, 0, syn_options, sizeof syn_options, &layer_syn},
    {ACK | PSH, DATA_OCTETS, data_options, sizeof data_options, &layer_data},
    {ACK, 0, data_options, sizeof data_options, &layer_data},
    {ACK | FIN, 0, data_options, sizeof data_options, &layer_data},
};

/// Adds the segment to the IP header in `frame`.
static void make(struct sample *sample, const struct kind *kind, struct frame frame,
                 const struct edges *edges, uint16_t device_port)
{
    bool is_syn = (kind->flags & SYN) != 0;
    frame_add_tcp(&frame, kind->flags, kind->options, kind->option_octets, kind->octets);
    frame_put16(&frame, frame.upper, is_syn ? OTHER_PORT : edges->port);
    frame_put16(&frame, frame.upper + 2, device_port);
    frame_put32(&frame, frame.upper + 4, is_syn ? edges->seq_next - 1 : edges->seq_next);
    frame_put32(&frame, frame.upper + 8, is_syn ? 0 : edges->ack_next);
    frame_put16(&frame, frame.upper + 14, WINDOW);
    if (kind->options == data_options) {
        frame_put32(&frame, frame.upper + 28, edges->ack_oldest);
        frame_put32(&frame, frame.upper + 32, edges->ack_next);
    }
    frame_finish(&frame);
    sample_bend(sample, &frame);
    sample_place(sample, &layer_tcp, frame.upper);
    if (kind->option_layer != NULL) {
        sample_place(sample, kind->option_layer, frame.upper + 20);
    }
}

static void make4(struct sample *sample, const struct scene *scene, int variant)
{
    struct frame frame = frame_ip4(TCP, NULL, 0);
    make(sample, &kinds[variant], frame, &scene->ip4, scene->device_port);
}

static void make6(struct sample *sample, const struct scene *scene, int variant)
{
    struct frame frame = frame_ip6(TCP);
    make(sample, &kinds[variant], frame, &scene->ip6, scene->device_port);
}

#define SUBJECTS(make)                                                                             \
    {                                                                                              \
        {"SYN", make, 0}, {"data", make, 1}, {"acknowledgement", make, 2}, {"FIN", make, 3},       \
    }

static const struct subject subjects4[] = SUBJECTS(make4);
static const struct subject subjects6[] = SUBJECTS(make6);
const struct protocol protocol_tcp = {"tcp", subjects4, SEGMENTS, false};
const struct protocol protocol_tcp6 = {"tcp6", subjects6, SEGMENTS, true};
