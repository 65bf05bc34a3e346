// SPDX-License-Identifier: BSD-3-Clause
// Messages of multicast DNS.
#include "note.h"

#include <string.h>

#include "mdns.h"

static const u8_t group_mac[] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb};

struct note_seen note_seen;

bool note_hear(const struct packet *packet)
{
    if (packet->ethertype != ETHERTYPE_IP4 || packet->protocol != PROTOCOL_UDP ||
        packet->src_port != MDNS_PORT) {
        return false;
    }
    assert_true(packet->data_octets <= NOTE_OCTETS_MAX);
    memcpy(note_seen.data, packet->data, packet->data_octets);
    note_seen.octets = packet->data_octets;
    struct dns_reader reader = dns_reader(note_seen.data, note_seen.octets);
    note_seen.header = dns_read_header(&reader);
    bool is_group = packet->dst.octets[0] == 224;
    if (is_group) {
        assert_memory_equal(packet->dst_mac, group_mac, sizeof group_mac);
        assert_int_equal(packet->hops, 255);
        assert_int_equal(packet->dst_port, MDNS_PORT);
    }
    if ((note_seen.header.flags & 0x8000) == 0) {
        note_seen.probes++;
        return true;
    }
    for (unsigned i = 0; i < note_seen.header.questions; i++) {
        dns_read_question(&reader);
    }
    struct dns_record record = dns_read_record(&reader);
    assert_false(reader.failed);
    note_seen.responses += is_group && record.ttl_s > 0;
    note_seen.goodbyes += is_group && record.ttl_s == 0;
    note_seen.unicasts += !is_group;
    return true;
}

void note_begin(struct note *note, u16_t flags)
{
    *note = (struct note){.header = {.flags = flags}};
    note->writer =
        (struct dns_writer){.data = note->data, .size = sizeof note->data, .at = DNS_HEADER_OCTETS};
}

/// Writes `name`, its labels with dots between them.
static void name_put(struct note *note, const char *name)
{
    while (*name != '\0') {
        size_t octets = strcspn(name, ".");
        dns_write8(&note->writer, (unsigned)octets);
        dns_write_octets(&note->writer, name, octets);
        name += octets + (name[octets] == '.');
    }
    dns_write8(&note->writer, 0);
}

void note_question(struct note *note, const char *name, u16_t type)
{
    note->header.questions++;
    name_put(note, name);
    dns_write16(&note->writer, type);
    dns_write16(&note->writer, DNS_CLASS_IN);
}

void note_record(struct note *note, const char *name, u16_t type, u32_t ttl_s, const void *data,
                 size_t octets)
{
    name_put(note, name);
    dns_write16(&note->writer, type);
    dns_write16(&note->writer, DNS_CLASS_IN);
    dns_write32(&note->writer, ttl_s);
    dns_write16(&note->writer, (unsigned)octets);
    dns_write_octets(&note->writer, data, octets);
}

void note_probe(struct note *note, u16_t type, const void *address, size_t octets)
{
    note_begin(note, 0);
    note_question(note, "lwecho.local", DNS_TYPE_ANY);
    note->header.authorities = 1;
    note_record(note, "lwecho.local", type, 120, address, octets);
}

size_t note_end(struct note *note)
{
    assert_false(note->writer.is_full);
    dns_write16_at(&note->writer, 0, note->header.id);
    dns_write16_at(&note->writer, 2, note->header.flags);
    dns_write16_at(&note->writer, 4, note->header.questions);
    dns_write16_at(&note->writer, 6, note->header.answers);
    dns_write16_at(&note->writer, 8, note->header.authorities);
    dns_write16_at(&note->writer, 10, note->header.additionals);
    return note->writer.at;
}

/// Its MAC address is lwIP's business: the guard takes a packet for a group in any frame.
void note_send_octets(const void *data, size_t octets, u16_t port)
{
    struct host *host = rig_host(1);
    struct address device = host->device;
    host->device = address_ip4(224, 0, 0, 251);
    host_send_udp(host, port, MDNS_PORT, data, octets);
    host->device = device;
    rig_settle();
}

void note_send(struct note *note, u16_t port)
{
    size_t octets = note_end(note);
    note_send_octets(note->data, octets, port);
}

void note_ask(const char *name, u16_t type, u16_t port)
{
    struct note note;
    note_begin(&note, 0);
    note.header.id = 0x1234;
    note_question(&note, name, type);
    note_send(&note, port);
}

int note_setup(void **state)
{
    memset(&note_seen, 0, sizeof note_seen);
    memset(&mdns_counters, 0, sizeof mdns_counters);
    return rig_setup(state);
}

int note_teardown(void **state)
{
    const struct mdns_counters *n = &mdns_counters;
    assert_int_equal(n->received, n->queries + n->responses + n->drop_malformed + n->drop_unicast);
    return rig_teardown(state);
}

void note_start(void)
{
    struct app_config config = app_config_default();
    config.address.ip6_mode = ADDRESS_IP6_OFF;
    rig.on_frame = note_hear;
    rig_start(&config);
    rig_host(1);
}

void note_serve(void)
{
    note_start();
    rig_advance(MDNS_READY_MS);
    assert_string_equal(mdns_name(), "lwecho");
}
