// SPDX-License-Identifier: BSD-3-Clause
// Neighbour discovery.
#include <string.h>

#include "protocol.h"

enum {
    ROUTER_ADVERTISEMENT = 134,
    SOLICITATION = 135,
    ADVERTISEMENT = 136,
    REDIRECT = 137,
};

static const struct field target_fields[] = {
    {"router", 32, 1, FIELD_ALL, NULL},   {"solicited", 33, 1, FIELD_ALL, NULL},
    {"override", 34, 1, FIELD_ALL, NULL}, {"reserved", 35, 29, FIELD_NUMBER, NULL},
    {"target", 64, 128, FIELD_IP6, NULL},
};
static const struct layer layer_target = LAYER("neighbour", target_fields);
static const struct field redirect_fields[] = {
    {"target", 64, 128, FIELD_IP6, NULL},
    {"redirected", 192, 128, FIELD_IP6, NULL},
};
static const struct layer layer_redirect = LAYER("redirect", redirect_fields);
static const struct field router_fields[] = {
    {"hop limit", 32, 8, FIELD_NUMBER, NULL},
    {"managed and other", 40, 2, FIELD_ALL, NULL},
    {"lifetime", 48, 16, FIELD_NUMBER, NULL},
    {"reachable time", 64, 32, FIELD_NUMBER, NULL},
    {"retransmission time", 96, 32, FIELD_NUMBER, NULL},
};
static const struct layer layer_router = LAYER("router", router_fields);
static const struct field mtu_fields[] = {
    {"type", 0, 8, FIELD_NUMBER, ALSO(2, 3, 5, 25)},
    {"length", 8, 8, FIELD_LENGTH, NULL},
    {"MTU", 32, 32, FIELD_NUMBER, ALSO(48, 68, 1279, 1280, 1501)},
};
static const struct layer layer_mtu = LAYER("mtu option", mtu_fields);
static const struct field prefix_fields[] = {
    {"type", 0, 8, FIELD_NUMBER, ALSO(2, 3, 5, 25)},
    {"length", 8, 8, FIELD_LENGTH, NULL},
    {"prefix length", 16, 8, FIELD_NUMBER, ALSO(63, 64, 65, 129)},
    {"on-link and autonomous", 24, 2, FIELD_ALL, NULL},
    {"valid lifetime", 32, 32, FIELD_NUMBER, ALSO(7200, 7201)},
    {"preferred lifetime", 64, 32, FIELD_NUMBER, NULL},
    {"prefix", 128, 128, FIELD_IP6, NULL},
};
static const struct layer layer_prefix = LAYER("prefix option", prefix_fields);

static void bend(struct sample *sample, struct frame *frame, const uint8_t source[16],
                 const uint8_t destination[16])
{
    memcpy(frame->data + frame->ip + 8, source, 16);
    memcpy(frame->data + frame->ip + 24, destination, 16);
    frame_finish(frame);
    sample_bend(sample, frame);
    sample_place(sample, &layer_icmp, frame->upper);
}

static void solicitation(struct sample *sample, const struct scene *scene, int variant)
{
    (void)scene;
    (void)variant;
    uint8_t body[4 + 16 + 8] = {[20] = 1, 1, 2, 0, 198, 51, 100, 1};
    memcpy(body + 4, ip6_device, 16);
    struct frame frame = frame_nd(SOLICITATION, body, sizeof body);
    bend(sample, &frame, ip6_peer, ip6_device);
    sample_place(sample, &layer_target, frame.upper);
    sample_place(sample, &layer_link_option, frame.upper + 24);
}

static void advertisement(struct sample *sample, const struct scene *scene, int variant)
{
    (void)scene;
    (void)variant;
    uint8_t body[4 + 16 + 8] = {0x60, [20] = 2, 1, 2, 0, 198, 51, 100, 1};
    memcpy(body + 4, ip6_peer, 16);
    struct frame frame = frame_nd(ADVERTISEMENT, body, sizeof body);
    bend(sample, &frame, ip6_peer, ip6_device);
    sample_place(sample, &layer_target, frame.upper);
    sample_place(sample, &layer_link_option, frame.upper + 24);
}

static void router(struct sample *sample, const struct scene *scene, int variant)
{
    (void)scene;
    (void)variant;
    uint8_t body[12 + 8 + 8 + 32] = {64, 0, 7, 8};
    uint8_t *options = body + 12;
    memcpy(options, (uint8_t[]){1, 1, 2, 0, 198, 51, 100, 1}, 8);
    memcpy(options + 8, (uint8_t[]){5, 1, 0, 0, 0, 0, 5, 0xdc}, 8);
    memcpy(options + 16, (uint8_t[]){3, 4, 64, 0xc0, 0, 0, 0x40, 0, 0, 0, 0x20}, 11);
    memcpy(options + 32, (uint8_t[]){0x20, 1, 0xd, 0xb8, 0, 9}, 6);
    struct frame frame = frame_nd(ROUTER_ADVERTISEMENT, body, sizeof body);
    bend(sample, &frame, ip6_peer_link, ip6_all_nodes);
    memcpy(sample->frames[sample->bent].data, (uint8_t[]){0x33, 0x33, 0, 0, 0, 1}, 6);
    sample_place(sample, &layer_router, frame.upper);
    sample_place(sample, &layer_link_option, frame.upper + 16);
    sample_place(sample, &layer_mtu, frame.upper + 24);
    sample_place(sample, &layer_prefix, frame.upper + 32);
}

static void redirect(struct sample *sample, const struct scene *scene, int variant)
{
    (void)scene;
    (void)variant;
    uint8_t body[4 + 16 + 16 + 8] = {[36] = 2, 1, 2, 0, 198, 51, 100, 9};
    memcpy(body + 4, ip6_peer_link, 16);
    memcpy(body + 20, ip6_peer, 16);
    struct frame frame = frame_nd(REDIRECT, body, sizeof body);
    bend(sample, &frame, ip6_peer_link, ip6_device);
    sample_place(sample, &layer_redirect, frame.upper);
    sample_place(sample, &layer_link_option, frame.upper + 40);
}

static const struct subject subjects[] = {
    {"solicitation", solicitation, 0},
    {"advertisement", advertisement, 0},
    {"router advertisement", router, 0},
    {"redirect", redirect, 0},
};
const struct protocol protocol_nd = {"nd", subjects, 4, true};
