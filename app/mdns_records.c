// SPDX-License-Identifier: BSD-3-Clause
// What the device says of itself in multicast DNS.
#include "mdns_records.h"

#include <string.h>

enum {
    HOST_TTL_S = 120, // RFC 6762 section 10
    OTHER_TTL_S = 4500,
    CLASS_FLUSH = 0x8000,   // in an answer: what was kept is out of date
    CLASS_UNICAST = 0x8000, // in a question: answer me alone
    POINTER = 0xc000,
    TXT_OCTETS = 1, // one empty string (RFC 6763 section 6.1)
};

/// Each name's first label, NULL: the device's name; and the name behind it.
static const struct {
    const char *label;
    u8_t rest;
} name_parts[MDNS_NAMES] = {
    [MDNS_LOCAL] = {"local", MDNS_ROOT},         [MDNS_HOST] = {NULL, MDNS_LOCAL},
    [MDNS_TCP] = {"_tcp", MDNS_LOCAL},           [MDNS_UDP] = {"_udp", MDNS_LOCAL},
    [MDNS_TYPE_TCP] = {"_echo", MDNS_TCP},       [MDNS_TYPE_UDP] = {"_echo", MDNS_UDP},
    [MDNS_INSTANCE_TCP] = {NULL, MDNS_TYPE_TCP}, [MDNS_INSTANCE_UDP] = {NULL, MDNS_TYPE_UDP},
    [MDNS_DNS_SD] = {"_dns-sd", MDNS_UDP},       [MDNS_SERVICES] = {"_services", MDNS_DNS_SD},
};

/// Each record's name, type, and the name in its data.
static const struct {
    u8_t name;
    u8_t type;
    u8_t target;
} records[MDNS_RECORDS] = {
    [MDNS_A] = {MDNS_HOST, DNS_TYPE_A, MDNS_ROOT},
    [MDNS_AAAA] = {MDNS_HOST, DNS_TYPE_AAAA, MDNS_ROOT},
    [MDNS_SRV_TCP] = {MDNS_INSTANCE_TCP, DNS_TYPE_SRV, MDNS_HOST},
    [MDNS_SRV_UDP] = {MDNS_INSTANCE_UDP, DNS_TYPE_SRV, MDNS_HOST},
    [MDNS_TXT_TCP] = {MDNS_INSTANCE_TCP, DNS_TYPE_TXT, MDNS_ROOT},
    [MDNS_TXT_UDP] = {MDNS_INSTANCE_UDP, DNS_TYPE_TXT, MDNS_ROOT},
    [MDNS_PTR_TCP] = {MDNS_TYPE_TCP, DNS_TYPE_PTR, MDNS_INSTANCE_TCP},
    [MDNS_PTR_UDP] = {MDNS_TYPE_UDP, DNS_TYPE_PTR, MDNS_INSTANCE_UDP},
    [MDNS_PTR_SERVICES_TCP] = {MDNS_SERVICES, DNS_TYPE_PTR, MDNS_TYPE_TCP},
    [MDNS_PTR_SERVICES_UDP] = {MDNS_SERVICES, DNS_TYPE_PTR, MDNS_TYPE_UDP},
    [MDNS_NSEC] = {MDNS_HOST, DNS_TYPE_NSEC, MDNS_HOST},
};

static const char *label_of(const struct mdns_self *self, enum mdns_name name)
{
    return name_parts[name].label == NULL ? self->name : name_parts[name].label;
}

static u8_t lower(u8_t octet)
{
    return octet >= 'A' && octet <= 'Z' ? (u8_t)(octet + ('a' - 'A')) : octet;
}

static bool label_is(const u8_t *label, const char *text)
{
    size_t octets = strlen(text);
    if (label[0] != octets) {
        return false;
    }
    for (size_t i = 0; i < octets; i++) {
        if (lower(label[1 + i]) != lower((u8_t)text[i])) {
            return false;
        }
    }
    return true;
}

static bool name_is(const struct mdns_self *self, const struct dns_name *name,
                    enum mdns_name wanted)
{
    size_t i = 0;
    for (; wanted != MDNS_ROOT; wanted = name_parts[wanted].rest) {
        if (i == name->labels || i == DNS_LABELS_MAX ||
            !label_is(name->label[i], label_of(self, wanted))) {
            return false;
        }
        i++;
    }
    return i == name->labels;
}

/// Returns the `n`th address for records of `type`: its octets; NULL: there are not as many.
static const void *address_of(const struct netif *netif, u16_t type, int n)
{
    if (type == DNS_TYPE_A) {
        const ip4_addr_t *ip = netif_ip4_addr(netif);
        return n == 0 && !ip4_addr_isany_val(*ip) ? &ip->addr : NULL;
    }
    for (s8_t i = 0; i < LWIP_IPV6_NUM_ADDRESSES; i++) {
        if (ip6_addr_isvalid(netif_ip6_addr_state(netif, i)) && n-- == 0) {
            return netif_ip6_addr(netif, i)->addr;
        }
    }
    return NULL;
}

static size_t address_octets(u16_t type)
{
    return type == DNS_TYPE_A ? 4 : 16;
}

static bool is_there(const struct mdns_self *self, enum mdns_record record)
{
    u8_t type = records[record].type;
    return records[record].name != MDNS_HOST || type == DNS_TYPE_NSEC ||
           address_of(self->netif, type, 0) != NULL;
}

unsigned mdns_records_asked(const struct mdns_self *self, const struct dns_question *question)
{
    u16_t asked_class = question->class_ & (u16_t)~CLASS_UNICAST;
    unsigned set = 0;
    if (asked_class != DNS_CLASS_IN && asked_class != DNS_CLASS_ANY) {
        return 0;
    }
    for (enum mdns_record record = 0; record < MDNS_NSEC; record++) {
        if ((question->type == records[record].type || question->type == DNS_TYPE_ANY) &&
            name_is(self, &question->name, records[record].name)) {
            set |= 1u << (is_there(self, record) ? record : MDNS_NSEC);
        }
    }
    return set;
}

enum mdns_record mdns_record_find(const struct mdns_self *self, const struct dns_record *record)
{
    for (enum mdns_record own = 0; own < MDNS_UNIQUE; own++) {
        if (record->type == records[own].type &&
            (record->class_ & (u16_t)~CLASS_FLUSH) == DNS_CLASS_IN &&
            name_is(self, &record->name, records[own].name)) {
            return own;
        }
    }
    return MDNS_RECORDS;
}

static bool address_is_own(const struct mdns_self *self, u16_t type, struct dns_reader data)
{
    const u8_t *octets = dns_read_octets(&data, address_octets(type));
    const void *own;
    if (octets == NULL || data.at != data.octets) {
        return false;
    }
    for (int n = 0; (own = address_of(self->netif, type, n)) != NULL; n++) {
        if (memcmp(own, octets, address_octets(type)) == 0) {
            return true;
        }
    }
    return false;
}

static bool data_is_own(const struct mdns_self *self, enum mdns_record own, struct dns_reader data)
{
    u8_t type = records[own].type;
    switch (type) {
    case DNS_TYPE_A:
    case DNS_TYPE_AAAA:
        return address_is_own(self, type, data);
    case DNS_TYPE_TXT: // of either form that means nothing
        return data.octets - data.at <= TXT_OCTETS;
    case DNS_TYPE_SRV:
        if (dns_read32(&data) != 0 || dns_read16(&data) != self->port) {
            return false;
        }
        break;
    default:
        break;
    }
    struct dns_name target = dns_read_name(&data);
    return !data.failed && name_is(self, &target, records[own].target);
}

enum mdns_record mdns_record_known(const struct mdns_self *self, const struct dns_record *record)
{
    for (enum mdns_record own = 0; own < MDNS_NSEC; own++) {
        if (record->type == records[own].type && name_is(self, &record->name, records[own].name) &&
            data_is_own(self, own, record->data)) {
            return own;
        }
    }
    return MDNS_RECORDS;
}

const u8_t *mdns_record_first(const struct mdns_self *self, u16_t *type)
{
    *type = DNS_TYPE_A;
    const u8_t *first = address_of(self->netif, *type, 0);
    if (first != NULL) {
        return first;
    }
    *type = DNS_TYPE_AAAA;
    const u8_t *other;
    for (int n = 0; (other = address_of(self->netif, *type, n)) != NULL; n++) {
        if (first == NULL || memcmp(other, first, address_octets(*type)) < 0) {
            first = other;
        }
    }
    return first;
}

static void name_write(const struct mdns_self *self, struct dns_writer *writer,
                       struct mdns_names *names, enum mdns_name name)
{
    for (; name != MDNS_ROOT; name = name_parts[name].rest) {
        if (names->at[name] != 0) {
            dns_write16(writer, (unsigned)(POINTER | names->at[name]));
            return;
        }
        names->at[name] = (u16_t)writer->at;
        const char *label = label_of(self, name);
        dns_write8(writer, (unsigned)strlen(label));
        dns_write_octets(writer, label, strlen(label));
    }
    dns_write8(writer, 0);
}

void mdns_question_write(const struct mdns_self *self, struct dns_writer *writer,
                         struct mdns_names *names, enum mdns_name name)
{
    name_write(self, writer, names, name);
    dns_write16(writer, DNS_TYPE_ANY);
    dns_write16(writer, DNS_CLASS_IN); // to the group: whoever answers us alone is not heard
}

/// Writes which of A and AAAA there are. Source: RFC 6762 section 6.1.
static void nsec_write(const struct mdns_self *self, struct dns_writer *writer)
{
    u8_t bitmap[DNS_TYPE_AAAA / 8 + 1] = {0};
    for (enum mdns_record record = MDNS_A; record <= MDNS_AAAA; record++) {
        u8_t type = records[record].type;
        if (is_there(self, record)) {
            bitmap[type / 8] = (u8_t)(bitmap[type / 8] | 0x80 >> type % 8);
        }
    }
    dns_write8(writer, 0); // types below 256
    dns_write8(writer, sizeof bitmap);
    dns_write_octets(writer, bitmap, sizeof bitmap);
}

static void data_write(const struct mdns_self *self, struct dns_writer *writer,
                       struct mdns_names *names, enum mdns_record record, const void *address)
{
    u8_t type = records[record].type;
    if (address != NULL) {
        dns_write_octets(writer, address, address_octets(type));
        return;
    }
    if (type == DNS_TYPE_TXT) {
        dns_write8(writer, 0);
        return;
    }
    if (type == DNS_TYPE_SRV) {
        dns_write32(writer, 0); // priority and weight
        dns_write16(writer, self->port);
    }
    name_write(self, writer, names, records[record].target);
    if (type == DNS_TYPE_NSEC) {
        nsec_write(self, writer);
    }
}

u32_t mdns_record_ttl_s(enum mdns_record record)
{
    u8_t type = records[record].type;
    return records[record].name == MDNS_HOST || type == DNS_TYPE_SRV ? HOST_TTL_S : OTHER_TTL_S;
}

static void record_write(const struct mdns_self *self, struct dns_writer *writer,
                         struct mdns_names *names, enum mdns_record record, const void *address,
                         u32_t ttl_s_max, bool flushes)
{
    u8_t type = records[record].type;
    bool is_unique = record < MDNS_UNIQUE || record == MDNS_NSEC;
    name_write(self, writer, names, records[record].name);
    dns_write16(writer, type);
    dns_write16(writer, DNS_CLASS_IN | (is_unique && flushes ? CLASS_FLUSH : 0));
    dns_write32(writer, LWIP_MIN(ttl_s_max, mdns_record_ttl_s(record)));
    size_t length_at = writer->at;
    dns_write16(writer, 0);
    data_write(self, writer, names, record, address);
    if (!writer->is_full) {
        dns_write16_at(writer, length_at, writer->at - length_at - 2);
    }
}

u16_t mdns_records_write(const struct mdns_self *self, struct dns_writer *writer,
                         struct mdns_names *names, unsigned set, u32_t ttl_s_max, bool flushes)
{
    u16_t n = 0;
    for (enum mdns_record record = 0; record < MDNS_RECORDS; record++) {
        if ((set & 1u << record) == 0) {
            continue;
        }
        if (record > MDNS_AAAA) {
            record_write(self, writer, names, record, NULL, ttl_s_max, flushes);
            n++;
            continue;
        }
        const void *address;
        for (int i = 0; (address = address_of(self->netif, records[record].type, i)) != NULL; i++) {
            record_write(self, writer, names, record, address, ttl_s_max, flushes);
            n++;
        }
    }
    return n;
}
