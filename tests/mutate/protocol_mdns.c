// SPDX-License-Identifier: BSD-3-Clause
// Multicast DNS: questions, probes and answers of other hosts.
#include <string.h>

#include "packet.h"
#include "protocol.h"

enum {
    PORT = 5353,
    SINGLE_PORT = 40000, // of someone who does not listen to the group
    RESPONSE = 0x8400,
    HEADER_OCTETS = 12,
    QUESTION_AT = HEADER_OCTETS,
    NAME_OCTETS = 14, // lwecho.local
    QUESTION_OCTETS = NAME_OCTETS + 4,
    POINTER = 0xc000,
    TYPE_A = 1,
    TYPE_PTR = 12,
    TYPE_SRV = 33,
    TYPE_ANY = 255,
    TTL_S = 120,
    LONG_NAME_LABELS = 126,
};

static const struct field header_fields[] = {
    {"id", 0, 16, FIELD_NUMBER, NULL},
    {"response", 16, 1, FIELD_ALL, NULL},
    {"operation", 17, 4, FIELD_NUMBER, NULL},
    {"flags", 21, 11, FIELD_NUMBER, ALSO(0x200, 0x400)},
    {"questions", 32, 16, FIELD_LENGTH, NULL},
    {"answers", 48, 16, FIELD_LENGTH, NULL},
    {"authorities", 64, 16, FIELD_LENGTH, NULL},
    {"additionals", 80, 16, FIELD_LENGTH, NULL},
};
static const struct layer layer_header = LAYER("mdns", header_fields);

#define LABELS ALSO(0x3f, 0x40, 0x80, 0xc0)
#define TYPES ALSO(TYPE_A, 2, TYPE_PTR, 16, 28, TYPE_SRV, 41, 47, TYPE_ANY)
#define CLASSES ALSO(1, 255, 0x8001, 0x80ff)
static const struct field question_fields[] = {
    {"length", 0, 8, FIELD_LENGTH, LABELS},         {"letter", 8, 8, FIELD_NUMBER, ALSO('L', 'x')},
    {"second length", 56, 8, FIELD_LENGTH, LABELS}, {"end", 104, 8, FIELD_LENGTH, LABELS},
    {"type", 112, 16, FIELD_NUMBER, TYPES},         {"class", 128, 16, FIELD_NUMBER, CLASSES},
};
static const struct layer layer_question = LAYER("question", question_fields);

#define POINTERS ALSO(0xc000, 0xc00c, 0xc00d, 0xc013, 0xc01e, 0xc01f, 0xffff)
static const struct field record_fields[] = {
    {"name", 0, 16, FIELD_NUMBER, POINTERS},
    {"type", 16, 16, FIELD_NUMBER, TYPES},
    {"class", 32, 16, FIELD_NUMBER, CLASSES},
    {"time to live", 48, 32, FIELD_NUMBER, ALSO(60, 59, 4500)},
    {"length", 80, 16, FIELD_LENGTH, ALSO(4, 16)},
    {"data", 96, 16, FIELD_NUMBER, POINTERS},
    {"more data", 112, 16, FIELD_NUMBER, NULL},
};
static const struct layer layer_record = LAYER("record", record_fields);

/// Begins a message to the group. `data` of it follow.
static struct frame message_begin(bool is_ip6, uint16_t port, uint16_t flags, const uint8_t n[4])
{
    struct frame frame = is_ip6 ? frame_ip6(UDP) : frame_ip4(UDP, NULL, 0);
    if (is_ip6) {
        memcpy(frame.data, (uint8_t[]){0x33, 0x33, 0, 0, 0, 0xfb}, 6);
        memcpy(frame.data + frame.ip + 24, (uint8_t[16]){0xff, 2, [15] = 0xfb}, 16);
    } else {
        memcpy(frame.data, (uint8_t[]){0x01, 0, 0x5e, 0, 0, 0xfb}, 6);
        memcpy(frame.data + frame.ip + 16, (uint8_t[]){224, 0, 0, 251}, 4);
    }
    frame_add_udp(&frame, 0);
    frame_put16(&frame, frame.upper, port);
    frame_put16(&frame, frame.upper + 2, PORT);
    uint8_t header[HEADER_OCTETS] = {1, 2, (uint8_t)(flags >> 8), (uint8_t)flags};
    for (size_t i = 0; i < 4; i++) {
        header[5 + 2 * i] = n[i];
    }
    frame_add(&frame, header, sizeof header);
    return frame;
}

static void question_add(struct frame *frame, const char *name, size_t octets, uint16_t type)
{
    frame_add(frame, name, octets);
    frame_add(frame, (uint8_t[]){(uint8_t)(type >> 8), (uint8_t)type, 0, 1}, 4);
}

/// A record of the name that the message begins with, or of what lies `label` octets into it.
static size_t record_add(struct frame *frame, size_t label, uint16_t type, const void *data,
                         size_t octets)
{
    size_t at = frame->octets;
    uint8_t header[12] = {[5] = 1, [9] = TTL_S, [11] = (uint8_t)octets};
    put16(header, (uint16_t)(POINTER | (QUESTION_AT + label)));
    put16(header + 2, type);
    frame_add(frame, header, sizeof header);
    frame_add(frame, data, octets);
    return at;
}

static void message_end(struct sample *sample, struct frame *frame, size_t record)
{
    frame_put16(frame, frame->upper + 4, (uint16_t)(frame->octets - frame->upper));
    frame_finish(frame);
    sample_bend(sample, frame);
    size_t message = frame->upper + 8;
    sample_place(sample, &layer_udp, frame->upper);
    sample_place(sample, &layer_header, message);
    sample_place(sample, &layer_question, message + QUESTION_AT);
    if (record != 0) {
        sample_place(sample, &layer_record, record);
    }
}

static const char name[] = "\6lwecho\5local";
static const uint8_t other[] = {198, 51, 100, 9};

static void query(struct sample *sample, const struct scene *scene, int is_ip6)
{
    (void)scene;
    struct frame frame = message_begin(is_ip6, PORT, 0, (uint8_t[]){1, 1, 0, 0});
    question_add(&frame, name, sizeof name, TYPE_A);
    message_end(sample, &frame, record_add(&frame, 0, TYPE_A, ip4_device, 4));
}

static void probe(struct sample *sample, const struct scene *scene, int is_ip6)
{
    (void)scene;
    struct frame frame = message_begin(is_ip6, PORT, 0, (uint8_t[]){1, 0, 1, 0});
    question_add(&frame, name, sizeof name, TYPE_ANY);
    message_end(sample, &frame, record_add(&frame, 0, TYPE_A, other, 4));
}

/// The question is where the answer's name stands, as in answers of old.
static void response(struct sample *sample, const struct scene *scene, int is_ip6)
{
    (void)scene;
    struct frame frame = message_begin(is_ip6, PORT, RESPONSE, (uint8_t[]){1, 1, 0, 1});
    question_add(&frame, name, sizeof name, TYPE_ANY);
    size_t record = record_add(&frame, 0, TYPE_A, other, 4);
    static const uint8_t service[] = {0, 0, 0, 0, 0, 7, 0xc0, QUESTION_AT};
    record_add(&frame, 7, TYPE_SRV, service, sizeof service);
    message_end(sample, &frame, record);
}

static void single(struct sample *sample, const struct scene *scene, int is_ip6)
{
    (void)scene;
    struct frame frame = message_begin(is_ip6, SINGLE_PORT, 0, (uint8_t[]){1, 0, 0, 0});
    question_add(&frame, name, sizeof name, TYPE_ANY);
    message_end(sample, &frame, 0);
}

/// All that the device can tell, behind a name as long as there can be.
static void single_all(struct sample *sample, const struct scene *scene, int is_ip6)
{
    (void)scene;
    static const char services[] = "\11_services\7_dns-sd\4_udp\5local";
    static const char tcp[] = "\5_echo\4_tcp\5local";
    static const char udp[] = "\5_echo\4_udp\5local";
    struct frame frame = message_begin(is_ip6, SINGLE_PORT, 0, (uint8_t[]){4, 0, 0, 0});
    for (int i = 0; i < LONG_NAME_LABELS; i++) {
        frame_add(&frame, "\1a", 2);
    }
    question_add(&frame, "", 1, TYPE_ANY);
    question_add(&frame, services, sizeof services, TYPE_ANY);
    question_add(&frame, tcp, sizeof tcp, TYPE_ANY);
    question_add(&frame, udp, sizeof udp, TYPE_ANY);
    message_end(sample, &frame, 0);
}

static const struct subject subjects[] = {
    {"query", query, 0},
    {"probe", probe, 0},
    {"response", response, 0},
    {"single host's query", single, 0},
    {"single host's long query", single_all, 0},
    {"query over IPv6", query, 1},
    {"response over IPv6", response, 1},
};
const struct protocol protocol_mdns = {"mdns", subjects, sizeof subjects / sizeof subjects[0],
                                       false};
