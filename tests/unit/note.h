// SPDX-License-Identifier: BSD-3-Clause
// Messages of multicast DNS that another host sends, and what the device sends.
#ifndef LWECHO_TESTS_UNIT_NOTE_H
#define LWECHO_TESTS_UNIT_NOTE_H

#include "dns_message.h"
#include "unit.h"

enum {
    MDNS_PORT = 5353,
    MDNS_RESPONSE = 0x8400, // flags of an answer
    MDNS_READY_MS = 4000,   // by then the name is served and announced twice
    NOTE_OCTETS_MAX = 1472,
};

/// A message of another host.
struct note {
    struct dns_writer writer;
    struct dns_header header;
    u8_t data[NOTE_OCTETS_MAX];
};

/// What the device sent to the IPv4 group or to host 1, the last message of each.
struct note_seen {
    size_t probes;
    size_t responses; ///< to the group
    size_t goodbyes;
    size_t unicasts;
    struct dns_header header;
    u8_t data[NOTE_OCTETS_MAX];
    size_t octets;
};

extern struct note_seen note_seen;

/// For rig.on_frame: takes the device's messages.
bool note_hear(const struct packet *packet);

/// For each case, before and after.
int note_setup(void **state);
int note_teardown(void **state);

/// As CLAIM(), with an ear on the group.
#define HEARD(name) cmocka_unit_test_setup_teardown(name, note_setup, note_teardown)

/// Starts a device without IPv6; the second waits until it serves its name.
void note_start(void);
void note_serve(void);

/// Begins a message, and appends to it. A name's labels have dots between them. note_end() returns
/// its octets.
void note_begin(struct note *note, u16_t flags);
void note_question(struct note *note, const char *name, u16_t type);
void note_record(struct note *note, const char *name, u16_t type, u32_t ttl_s, const void *data,
                 size_t octets);
size_t note_end(struct note *note);

/// Begins a message that probes for the device's name, with one address.
void note_probe(struct note *note, u16_t type, const void *address, size_t octets);

/// Sends a message, or any octets, from host 1 and `port` to the group.
void note_send(struct note *note, u16_t port);
void note_send_octets(const void *data, size_t octets, u16_t port);

/// Asks one question.
void note_ask(const char *name, u16_t type, u16_t port);

#endif
