// SPDX-License-Identifier: BSD-3-Clause
// DHCP: a server's answers.
#include <string.h>

#include "packet.h"
#include "protocol.h"

enum {
    SERVER_PORT = 67,
    CLIENT_PORT = 68,
    MESSAGE_OCTETS = 240, // before the options
    LEASE_S = 240,        // renewed after half of it, in whole minutes as lwIP counts
    NAK = 6,
};

static const struct field message_fields[] = {
    {"operation", 0, 8, FIELD_NUMBER, ALSO(2, 3)},
    {"hardware type", 8, 8, FIELD_NUMBER, NULL},
    {"hardware length", 16, 8, FIELD_LENGTH, ALSO(16, 17)},
    {"transaction", 32, 32, FIELD_NUMBER, NULL},
    {"client's address", 96, 32, FIELD_IP4, NULL},
    {"your address", 128, 32, FIELD_IP4, NULL},
    {"relay's address", 192, 32, FIELD_IP4, NULL},
    {"client's MAC", 224, 48, FIELD_MAC, NULL},
    {"cookie", 1888, 32, FIELD_NUMBER, NULL},
};
static const struct layer layer_message = LAYER("dhcp", message_fields);

#define CODES ALSO(3, 6, 50, 51, 52, 53, 54, 58, 59)
static const struct field option_fields[] = {
    {"type's code", 0, 8, FIELD_NUMBER, CODES},
    {"type's length", 8, 8, FIELD_LENGTH, NULL},
    {"type", 16, 8, FIELD_NUMBER, ALSO(2, 3, 4, 5, 6, 7, 8)},
    {"server's code", 24, 8, FIELD_NUMBER, CODES},
    {"server's length", 32, 8, FIELD_LENGTH, NULL},
    {"server", 40, 32, FIELD_IP4, NULL},
    {"lease's code", 72, 8, FIELD_NUMBER, CODES},
    {"lease's length", 80, 8, FIELD_LENGTH, NULL},
    {"lease", 88, 32, FIELD_NUMBER, ALSO(59, 60, 119, 120)},
    {"mask's code", 120, 8, FIELD_NUMBER, CODES},
    {"mask's length", 128, 8, FIELD_LENGTH, NULL},
    {"mask", 136, 32, FIELD_NUMBER, ALSO(0xff00ff00, 0xfffffffe, 0xffff0000)},
    {"router's code", 168, 8, FIELD_NUMBER, CODES},
    {"router's length", 176, 8, FIELD_LENGTH, NULL},
    {"router", 184, 32, FIELD_IP4, NULL},
    {"overload's code", 216, 8, FIELD_NUMBER, CODES},
    {"overload's length", 224, 8, FIELD_LENGTH, NULL},
    {"overload", 232, 8, FIELD_NUMBER, ALSO(2, 3)},
    {"end", 240, 8, FIELD_NUMBER, CODES},
};
static const struct layer layer_answer = LAYER("dhcp option", option_fields);

struct frame frame_dhcp(int type, uint32_t transaction)
{
    static const uint8_t rest[] = {54,  4,   198, 51, 100, 1, 51,  4,  0,   0, 0,  LEASE_S, 1, 4,
                                   255, 255, 255, 0,  3,   4, 198, 51, 100, 1, 43, 1,       0, 255};
    uint8_t message[MESSAGE_OCTETS] = {2, 1, 6};
    put32(message + 4, transaction);
    if (type != NAK) {
        memcpy(message + 16, ip4_device, 4);
    }
    memcpy(message + 28, mac_device, 6);
    memcpy(message + 236, (uint8_t[]){99, 130, 83, 99}, 4);
    struct frame frame = frame_ip4(UDP, NULL, 0);
    frame_add_udp(&frame, 0);
    frame_put16(&frame, frame.upper, SERVER_PORT);
    frame_put16(&frame, frame.upper + 2, CLIENT_PORT);
    frame_put16(&frame, frame.upper + 4, 8 + sizeof message + 3 + sizeof rest);
    frame_add(&frame, message, sizeof message);
    frame.options = frame.octets;
    frame_add(&frame, (uint8_t[]){53, 1, (uint8_t)type}, 3);
    frame_add(&frame, rest, sizeof rest);
    frame_finish(&frame);
    return frame;
}

static void make(struct sample *sample, const struct scene *scene, int type)
{
    struct frame frame = frame_dhcp(type, scene->transaction);
    sample_bend(sample, &frame);
    sample_place(sample, &layer_udp, frame.upper);
    sample_place(sample, &layer_message, frame.upper + 8);
    sample_place(sample, &layer_answer, frame.options);
}

static const struct subject subjects[] = {
    {"offer", make, DHCP_OFFER},
    {"acknowledgement", make, DHCP_ACK},
    {"refusal", make, NAK},
};
const struct protocol protocol_dhcp = {"dhcp", subjects, 3, false};
