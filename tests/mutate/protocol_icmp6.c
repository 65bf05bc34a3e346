// SPDX-License-Identifier: BSD-3-Clause
// ICMPv6: a ping, and errors about what the device has sent.
#include <string.h>

#include "packet.h"
#include "protocol.h"

enum {
    TOO_BIG = 2,
    PARAMETER_PROBLEM = 4,
    ECHO_REQUEST = 128,
    MTU = 1400,
    HEADER_OCTETS = 40,
    QUOTED_OCTETS = 20,
};

static const struct field ping_fields[] = {
    {"identifier", 32, 16, FIELD_NUMBER, NULL},
    {"sequence number", 48, 16, FIELD_NUMBER, NULL},
};
static const struct layer layer_ping = LAYER("ping", ping_fields);
static const struct field error_fields[] = {
    {"MTU", 32, 32, FIELD_NUMBER, ALSO(47, 48, 49, 55, 56, 68, 576, 1279, 1280, 1281, 1500, 1501)},
    {"quoted source port", 384, 16, FIELD_PORT, NULL},
    {"quoted destination port", 400, 16, FIELD_PORT, NULL},
    {"quoted sequence number", 416, 32, FIELD_ACK, NULL},
};
static const struct layer layer_error = LAYER("error", error_fields);

static void ping(struct sample *sample, const struct scene *scene, int variant)
{
    (void)scene;
    (void)variant;
    struct frame frame = frame_ip6(ICMP6);
    frame_add_icmp(&frame, ECHO_REQUEST, NULL, 24);
    frame_finish(&frame);
    sample_bend(sample, &frame);
    sample_place(sample, &layer_icmp, frame.upper);
    sample_place(sample, &layer_ping, frame.upper);
}

/// An error about a packet of `protocol` from the device to the peer.
static void error(struct sample *sample, const struct scene *scene, uint8_t type, uint8_t protocol)
{
    uint8_t body[4 + HEADER_OCTETS + QUOTED_OCTETS] = {[4] = 0x60, [9] = 20, protocol, 64};
    put32(body, MTU);
    memcpy(body + 4 + 8, ip6_device, 16);
    memcpy(body + 4 + 24, ip6_peer, 16);
    uint8_t *upper = body + 4 + HEADER_OCTETS;
    put16(upper, protocol == UDP ? 7 : scene->device_port);
    put16(upper + 2, scene->ip6.port);
    put32(upper + 4, protocol == TCP ? scene->ip6.ack_oldest : QUOTED_OCTETS << 16);
    struct frame frame = frame_ip6(ICMP6);
    frame_add_icmp(&frame, type, body, sizeof body);
    frame_finish(&frame);
    sample_bend(sample, &frame);
    sample_place(sample, &layer_icmp, frame.upper);
    sample_place(sample, &layer_error, frame.upper);
    sample_place(sample, &layer_ip6, frame.upper + 8);
}

static void too_big(struct sample *sample, const struct scene *scene, int protocol)
{
    error(sample, scene, TOO_BIG, (uint8_t)protocol);
}

static void problem(struct sample *sample, const struct scene *scene, int protocol)
{
    error(sample, scene, PARAMETER_PROBLEM, (uint8_t)protocol);
}

static const struct subject subjects[] = {
    {"ping", ping, 0},
    {"packet too big, of UDP", too_big, UDP},
    {"packet too big, of TCP", too_big, TCP},
    {"parameter problem", problem, TCP},
};
const struct protocol protocol_icmp6 = {"icmp6", subjects, 4, true};
