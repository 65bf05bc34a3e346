// SPDX-License-Identifier: BSD-3-Clause
// DNS messages: reads what anyone may have sent, and writes our own.
#ifndef LWECHO_APP_DNS_MESSAGE_H
#define LWECHO_APP_DNS_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "lwip/arch.h"

enum {
    DNS_HEADER_OCTETS = 12,
    DNS_LABELS_MAX = 4, ///< of a name that is kept; a longer one is read over
    DNS_LABEL_OCTETS_MAX = 63,

    DNS_TYPE_A = 1,
    DNS_TYPE_PTR = 12,
    DNS_TYPE_TXT = 16,
    DNS_TYPE_AAAA = 28,
    DNS_TYPE_SRV = 33,
    DNS_TYPE_NSEC = 47,
    DNS_TYPE_ANY = 255,
    DNS_CLASS_IN = 1,
    DNS_CLASS_ANY = 255,
};

/// The header, in the order of the wire.
struct dns_header {
    u16_t id;
    u16_t flags;
    u16_t questions;
    u16_t answers;
    u16_t authorities;
    u16_t additionals;
};

/// What is left to be read of a message. Once it has failed, all that is read is 0.
struct dns_reader {
    const u8_t *data;
    size_t octets;
    size_t at;
    bool failed; ///< the message ends early or contradicts itself
};

/// A name: each label begins with its length. Labels lead into the message.
struct dns_name {
    const u8_t *label[DNS_LABELS_MAX];
    size_t labels; ///< above DNS_LABELS_MAX: more than are kept
};

struct dns_question {
    struct dns_name name;
    u16_t type;
    u16_t class_; ///< with its top bit
};

struct dns_record {
    struct dns_name name;
    u16_t type;
    u16_t class_; ///< with its top bit
    u32_t ttl_s;
    struct dns_reader data; ///< its data alone; names in it may lead before it
};

/// Returns a reader at the start of a message of `octets`, all of them at `data`.
struct dns_reader dns_reader(const void *data, size_t octets);

u16_t dns_read16(struct dns_reader *reader);
u32_t dns_read32(struct dns_reader *reader);

/// Returns the next octets and skips them; NULL: there are not as many left.
const u8_t *dns_read_octets(struct dns_reader *reader, size_t octets);

/// Reads a name. Each pointer leads to before what was read of it until then, and there are 8 at
/// most. What pointers lead to is not read beyond DNS_LABELS_MAX labels: a message's names take no
/// more work than its octets, whatever they say.
/// Source: RFC 1035 section 4.1.4.
struct dns_name dns_read_name(struct dns_reader *reader);

struct dns_header dns_read_header(struct dns_reader *reader);
struct dns_question dns_read_question(struct dns_reader *reader);
struct dns_record dns_read_record(struct dns_reader *reader);

/// A message that is written. What has no room is left away, and `is_full` then.
struct dns_writer {
    u8_t *data;
    size_t size;
    size_t at;
    bool is_full;
};

void dns_write8(struct dns_writer *writer, unsigned value);
void dns_write16(struct dns_writer *writer, unsigned value);
void dns_write32(struct dns_writer *writer, u32_t value);
void dns_write_octets(struct dns_writer *writer, const void *data, size_t octets);

/// Writes `value` over what was written at `at`.
void dns_write16_at(struct dns_writer *writer, size_t at, size_t value);

#endif
