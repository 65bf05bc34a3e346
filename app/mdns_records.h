// SPDX-License-Identifier: BSD-3-Clause
// What the device says of itself in multicast DNS: its names, and the records under them.
#ifndef LWECHO_APP_MDNS_RECORDS_H
#define LWECHO_APP_MDNS_RECORDS_H

#include "dns_message.h"
#include "lwip/netif.h"

enum {
    MDNS_NAME_OCTETS_MAX = 32, ///< of the host's name, without `.local`
};

/// Names, each a label in front of another name.
enum mdns_name {
    MDNS_ROOT,
    MDNS_LOCAL,        ///< local
    MDNS_HOST,         ///< NAME.local
    MDNS_TCP,          ///< _tcp.local
    MDNS_UDP,          ///< _udp.local
    MDNS_TYPE_TCP,     ///< _echo._tcp.local
    MDNS_TYPE_UDP,     ///< _echo._udp.local
    MDNS_INSTANCE_TCP, ///< NAME._echo._tcp.local
    MDNS_INSTANCE_UDP, ///< NAME._echo._udp.local
    MDNS_DNS_SD,       ///< _dns-sd._udp.local
    MDNS_SERVICES,     ///< _services._dns-sd._udp.local
    MDNS_NAMES,
};

enum mdns_record {
    MDNS_A,
    MDNS_AAAA, ///< one for each IPv6 address
    MDNS_SRV_TCP,
    MDNS_SRV_UDP,
    MDNS_TXT_TCP,
    MDNS_TXT_UDP,
    MDNS_PTR_TCP,
    MDNS_PTR_UDP,
    MDNS_PTR_SERVICES_TCP,
    MDNS_PTR_SERVICES_UDP,
    MDNS_NSEC, ///< which of A and AAAA there are, and nothing else
    MDNS_RECORDS,
    MDNS_UNIQUE = MDNS_PTR_TCP, ///< the ones before nobody else may have
};

enum {
    MDNS_SET_ALL = (1 << MDNS_NSEC) - 1, ///< a set of records has bit 1 << record for each
    MDNS_SET_UNIQUE = (1 << MDNS_UNIQUE) - 1,
    MDNS_SET_HOST = 1 << MDNS_A | 1 << MDNS_AAAA,
};

/// Who the device is.
struct mdns_self {
    const struct netif *netif; ///< whose addresses are told
    char name[MDNS_NAME_OCTETS_MAX + 1];
    u16_t port; ///< of both services, in host byte order
};

/// Places of the names in a message that is written, so that each one is written once.
struct mdns_names {
    u16_t at[MDNS_NAMES]; ///< 0: not yet
};

/// Returns the records that answer a question, MDNS_NSEC where there could be one and is none.
unsigned mdns_records_asked(const struct mdns_self *self, const struct dns_question *question);

/// Returns the record of the device that has the same name and type, a unique one; MDNS_RECORDS:
/// none has.
enum mdns_record mdns_record_find(const struct mdns_self *self, const struct dns_record *record);

/// Returns the record of the device that `record` is, data and all; MDNS_RECORDS: none is.
enum mdns_record mdns_record_known(const struct mdns_self *self, const struct dns_record *record);

/// Returns the octets of A or AAAA that the device has the least of, NULL: it has no address.
/// Sets `type`.
const u8_t *mdns_record_first(const struct mdns_self *self, u16_t *type);

/// Returns for how long others keep a record.
u32_t mdns_record_ttl_s(enum mdns_record record);

/// Writes a question for all there is of `name`.
void mdns_question_write(const struct mdns_self *self, struct dns_writer *writer,
                         struct mdns_names *names, enum mdns_name name);

/// Writes the records of a set. `ttl_s_max` bounds how long others keep them; `flushes`: they
/// replace what others keep.
/// Returns how many were written.
u16_t mdns_records_write(const struct mdns_self *self, struct dns_writer *writer,
                         struct mdns_names *names, unsigned set, u32_t ttl_s_max, bool flushes);

#endif
