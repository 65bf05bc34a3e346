// SPDX-License-Identifier: BSD-3-Clause
// DNS messages.
#include "dns_message.h"

#include <string.h>

enum {
    POINTER_MASK = 0xc0,
    POINTERS_MAX = 8,
    NAME_OCTETS_MAX = 254, // without the end (RFC 1035 section 2.3.4)
};

struct dns_reader dns_reader(const void *data, size_t octets)
{
    return (struct dns_reader){.data = data, .octets = octets};
}

const u8_t *dns_read_octets(struct dns_reader *reader, size_t octets)
{
    if (reader->failed || octets > reader->octets - reader->at) {
        reader->failed = true;
        return NULL;
    }
    const u8_t *at = reader->data + reader->at;
    reader->at += octets;
    return at;
}

static unsigned read8(struct dns_reader *reader)
{
    const u8_t *at = dns_read_octets(reader, 1);
    return at == NULL ? 0 : *at;
}

u16_t dns_read16(struct dns_reader *reader)
{
    unsigned high = read8(reader);
    return (u16_t)(high << 8 | read8(reader));
}

u32_t dns_read32(struct dns_reader *reader)
{
    u32_t high = dns_read16(reader);
    return high << 16 | dns_read16(reader);
}

/// Reads the rest of a pointer, whose first octet was `first`, and follows it. It leads to before
/// `*start`, where what was read of the name until then stands.
static void pointer_follow(struct dns_reader *reader, unsigned first, size_t *start)
{
    size_t to = (size_t)(first & ~(unsigned)POINTER_MASK) << 8 | read8(reader);
    reader->failed |= to >= *start;
    reader->at = to;
    *start = to;
}

struct dns_name dns_read_name(struct dns_reader *reader)
{
    struct dns_name name = {.labels = 0};
    struct dns_reader at = *reader;
    size_t start = at.at;
    size_t pointers = 0;
    size_t octets = 0;
    while (!at.failed && octets <= NAME_OCTETS_MAX) {
        size_t from = at.at;
        unsigned length = read8(&at);
        if (at.failed) {
            break;
        }
        if ((length & POINTER_MASK) == POINTER_MASK && pointers < POINTERS_MAX) {
            pointer_follow(&at, length, &start);
            if (pointers++ == 0) {
                reader->at = from + 2; // behind the first pointer the message goes on
            }
        } else if (length > DNS_LABEL_OCTETS_MAX) {
            at.failed = true;
        } else if (length == 0) {
            reader->at = pointers == 0 ? at.at : reader->at;
            return name;
        } else {
            if (name.labels < DNS_LABELS_MAX) {
                name.label[name.labels] = at.data + from;
            }
            name.labels++;
            octets += 1 + length;
            dns_read_octets(&at, length);
            if (pointers > 0 && name.labels > DNS_LABELS_MAX && !at.failed) {
                return name; // nobody's that is kept
            }
        }
    }
    reader->failed = true;
    return name;
}

struct dns_header dns_read_header(struct dns_reader *reader)
{
    struct dns_header header;
    header.id = dns_read16(reader);
    header.flags = dns_read16(reader);
    header.questions = dns_read16(reader);
    header.answers = dns_read16(reader);
    header.authorities = dns_read16(reader);
    header.additionals = dns_read16(reader);
    return header;
}

struct dns_question dns_read_question(struct dns_reader *reader)
{
    struct dns_question question = {.name = dns_read_name(reader)};
    question.type = dns_read16(reader);
    question.class_ = dns_read16(reader);
    return question;
}

struct dns_record dns_read_record(struct dns_reader *reader)
{
    struct dns_record record = {.name = dns_read_name(reader)};
    record.type = dns_read16(reader);
    record.class_ = dns_read16(reader);
    record.ttl_s = dns_read32(reader);
    size_t octets = dns_read16(reader);
    record.data = *reader;
    dns_read_octets(reader, octets);
    if (!reader->failed) {
        record.data.octets = reader->at;
    }
    return record;
}

void dns_write_octets(struct dns_writer *writer, const void *data, size_t octets)
{
    if (octets > writer->size - writer->at) {
        writer->is_full = true;
        return;
    }
    memcpy(writer->data + writer->at, data, octets);
    writer->at += octets;
}

void dns_write8(struct dns_writer *writer, unsigned value)
{
    u8_t octet = (u8_t)value;
    dns_write_octets(writer, &octet, 1);
}

void dns_write16(struct dns_writer *writer, unsigned value)
{
    dns_write8(writer, value >> 8);
    dns_write8(writer, value);
}

void dns_write32(struct dns_writer *writer, u32_t value)
{
    dns_write16(writer, value >> 16);
    dns_write16(writer, value);
}

void dns_write16_at(struct dns_writer *writer, size_t at, size_t value)
{
    writer->data[at] = (u8_t)(value >> 8);
    writer->data[at + 1] = (u8_t)value;
}
