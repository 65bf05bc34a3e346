// SPDX-License-Identifier: BSD-3-Clause
// Multicast DNS responder.
//
// State      event                           next
// PROBING    third probe unanswered          ANNOUNCING, the name is ours
// PROBING    another host has the name       PROBING, with the next name
// PROBING    another host probes, and wins   PROBING again in a second
// ANNOUNCING second announcement sent        SERVING
// ANNOUNCING, SERVING
//            another host has the name       PROBING: whoever keeps it answers
//            an address is new or lost       ANNOUNCING
// any        the link comes up               PROBING
#include "mdns.h"

#include <string.h>

#include "lwip/ip.h"
#include "lwip/mld6.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"
#include "mdns_records.h"

enum {
    PORT = 5353,
    HOPS = 255,
    PROBES = 3, // RFC 6762 section 8.1
    PROBE_MS = 250,
    LOST_MS = 1000,    // section 8.2
    ANNOUNCEMENTS = 2, // section 8.3
    ANNOUNCE_MS = 1000,
    DELAY_MIN_MS = 20, // section 6
    DELAY_MAX_MS = 120,
    ANSWER_MS = 1000,
    DEFENCE_MS = 250,
    LEGACY_MS = 100,   // between answers to single hosts
    LEGACY_TTL_S = 10, // section 6.7
    FOREVER_S = INT32_MAX,
    MESSAGE_OCTETS_MAX = 512, // all records take less
    QUESTIONS_MAX = 32,       // of a message that are looked at
    FLAG_RESPONSE = 0x8000,
    FLAG_AUTHORITATIVE = 0x0400,
    OPCODE_MASK = 0x7800,
    MAC_TAIL = 3, // octets of the MAC address in a name
};

enum state { OFF, PROBING, ANNOUNCING, SERVING };

struct mdns_counters mdns_counters;
COUNTERS_DEFINE(mdns_counters_info, "mdns", MDNS_COUNTERS, mdns_counters);

static const ip_addr_t group_ip4 = IPADDR4_INIT_BYTES(224, 0, 0, 251);
static ip_addr_t group_ip6; // with its zone
static struct netif *netif;
static netif_ext_callback_t on_change_entry;
static struct udp_pcb *pcb;
static struct mdns_self self;
static size_t base_octets; // of the name as configured
static unsigned renames;
static enum state state;
static unsigned steps;   // probes or announcements sent in this state
static unsigned pending; // records to be sent to the groups
static bool pending_ip4; // to which of them
static bool pending_ip6;
static u32_t answered_ms;
static u32_t legacy_ms;

/// Returns a number from `min` to `max`.
static u32_t random_between(u32_t min, u32_t max)
{
    return min + LWIP_RAND() % (max - min + 1);
}

static bool has_address(void)
{
    u16_t type;
    return mdns_record_first(&self, &type) != NULL;
}

// Sending.

struct message {
    struct pbuf *p;
    struct dns_writer writer;
    struct mdns_names names;
    struct dns_header header;
};

/// Returns false when there is no memory, which is counted.
static bool message_begin(struct message *message, u16_t id, u16_t flags)
{
    *message = (struct message){.header = {.id = id, .flags = flags}};
    message->p = pbuf_alloc(PBUF_TRANSPORT, MESSAGE_OCTETS_MAX, PBUF_RAM);
    if (message->p == NULL) {
        COUNT(mdns_counters.tx_failed);
        return false;
    }
    message->writer = (struct dns_writer){.data = message->p->payload,
                                          .size = MESSAGE_OCTETS_MAX,
                                          .at = DNS_HEADER_OCTETS};
    return true;
}

static void message_end(struct message *message)
{
    LWIP_ASSERT("MESSAGE_OCTETS_MAX is enough", !message->writer.is_full);
    const struct dns_header *header = &message->header;
    struct dns_writer *writer = &message->writer;
    dns_write16_at(writer, 0, header->id);
    dns_write16_at(writer, 2, header->flags);
    dns_write16_at(writer, 4, header->questions);
    dns_write16_at(writer, 6, header->answers);
    dns_write16_at(writer, 8, header->authorities);
    dns_write16_at(writer, 10, header->additionals);
    pbuf_realloc(message->p, (u16_t)writer->at);
}

/// lwIP leaves its headers in front of what it has sent: they are taken away for the next time.
static void message_send(const struct message *message, const ip_addr_t *to, u16_t port)
{
    const u8_t *start = message->p->payload;
    if (udp_sendto_if(pcb, message->p, to, port, netif) == ERR_OK) {
        COUNT(mdns_counters.sent);
    } else {
        COUNT(mdns_counters.tx_failed);
    }
    pbuf_remove_header(message->p, (size_t)(start - (const u8_t *)message->p->payload));
}

/// Sends a message to the groups, as far as the device has an address to send from.
static void message_send_groups(struct message *message, bool to_ip4, bool to_ip6)
{
    message_end(message);
    if (to_ip4 && !ip4_addr_isany_val(*netif_ip4_addr(netif))) {
        message_send(message, &group_ip4, PORT);
    }
    if (to_ip6 && ip6_addr_isvalid(netif_ip6_addr_state(netif, 0))) {
        message_send(message, &group_ip6, PORT);
    }
    pbuf_free(message->p);
}

static void probe_send(void)
{
    struct message message;
    if (!message_begin(&message, 0, 0)) {
        return;
    }
    static const u8_t names[] = {MDNS_HOST, MDNS_INSTANCE_TCP, MDNS_INSTANCE_UDP};
    for (size_t i = 0; i < sizeof names; i++) {
        mdns_question_write(&self, &message.writer, &message.names, names[i]);
    }
    message.header.questions = sizeof names;
    message.header.authorities =
        mdns_records_write(&self, &message.writer, &message.names,
                           MDNS_SET_HOST | 1 << MDNS_SRV_TCP | 1 << MDNS_SRV_UDP, FOREVER_S, false);
    message_send_groups(&message, true, true);
}

/// Returns the records that whoever asked for `set` will ask for next.
/// Source: RFC 6763 section 12.
static unsigned records_beside(unsigned set)
{
    unsigned beside = 0;
    if ((set & 1 << MDNS_PTR_TCP) != 0) {
        beside |= 1 << MDNS_SRV_TCP | 1 << MDNS_TXT_TCP;
    }
    if ((set & 1 << MDNS_PTR_UDP) != 0) {
        beside |= 1 << MDNS_SRV_UDP | 1 << MDNS_TXT_UDP;
    }
    if (((set | beside) & (1 << MDNS_SRV_TCP | 1 << MDNS_SRV_UDP | MDNS_SET_HOST)) != 0) {
        beside |= MDNS_SET_HOST;
    }
    return beside & ~set;
}

static void answers_write(struct message *message, unsigned set, u32_t ttl_s_max, bool flushes)
{
    message->header.answers =
        mdns_records_write(&self, &message->writer, &message->names, set, ttl_s_max, flushes);
    message->header.additionals = mdns_records_write(&self, &message->writer, &message->names,
                                                     records_beside(set), ttl_s_max, flushes);
}

static void answer_send(unsigned set, u32_t ttl_s_max, bool to_ip4, bool to_ip6)
{
    struct message message;
    if (message_begin(&message, 0, FLAG_RESPONSE | FLAG_AUTHORITATIVE)) {
        answers_write(&message, set, ttl_s_max, true);
        message_send_groups(&message, to_ip4, to_ip6);
    }
}

// States.

static void on_step(void *arg)
{
    LWIP_UNUSED_ARG(arg);
    if (!has_address() || !netif_is_link_up(netif)) {
        return; // on_change goes on
    }
    if (state == PROBING && steps < PROBES) {
        probe_send();
        steps++;
        sys_timeout(PROBE_MS, on_step, NULL);
        return;
    }
    if (state == PROBING) {
        LWIP_PLATFORM_DIAG(("mdns: serving name=%s.local", self.name));
        state = ANNOUNCING;
        steps = 0;
    }
    answer_send(MDNS_SET_ALL, FOREVER_S, true, true);
    if (++steps < ANNOUNCEMENTS) {
        sys_timeout(ANNOUNCE_MS, on_step, NULL);
    } else {
        state = SERVING;
    }
}

static void on_answer(void *arg)
{
    LWIP_UNUSED_ARG(arg);
    answer_send(pending, FOREVER_S, pending_ip4, pending_ip6);
    answered_ms = sys_now();
    pending = 0;
    pending_ip4 = false;
    pending_ip6 = false;
}

static void timers_stop(void)
{
    sys_untimeout(on_step, NULL);
    sys_untimeout(on_answer, NULL);
    pending = 0;
}

static void state_begin(enum state next, u32_t delay_ms)
{
    timers_stop();
    state = next;
    steps = 0;
    if (next != OFF) {
        sys_timeout(delay_ms, on_step, NULL);
    }
}

static void probe_begin(u32_t delay_ms)
{
    state_begin(PROBING, delay_ms + random_between(0, PROBE_MS));
}

static void text_append(size_t *at, const char *text)
{
    size_t octets = strlen(text);
    LWIP_ASSERT("MDNS_NAME_OCTETS_MAX is enough", *at + octets <= MDNS_NAME_OCTETS_MAX);
    memcpy(self.name + *at, text, octets + 1);
    *at += octets;
}

/// Takes the next name after one that another host has.
static void name_next(void)
{
    static const char digits[] = "0123456789abcdef";
    enum {
        RENAMES_MAX = 99, // then over again
    };
    char tail[] = "-xxxxxx";
    for (size_t i = 0; i < MAC_TAIL; i++) {
        u8_t octet = netif->hwaddr[NETIF_MAX_HWADDR_LEN - MAC_TAIL + i];
        tail[1 + 2 * i] = digits[octet >> 4];
        tail[2 + 2 * i] = digits[octet & 15];
    }
    size_t at = base_octets;
    text_append(&at, tail);
    renames = renames % RENAMES_MAX + 1;
    if (renames > 1) {
        text_append(&at, renames < 10
                             ? (char[]){'-', digits[renames], '\0'}
                             : (char[]){'-', digits[renames / 10], digits[renames % 10], '\0'});
    }
    LWIP_PLATFORM_DIAG(("mdns: rename name=%s.local reason=conflict", self.name));
}

/// Before the first probe nobody was asked: whoever has the name will say so again when he is. So a
/// name lasts for a second at least, whatever comes in.
static void conflict_take(void)
{
    if (state == PROBING && steps == 0) {
        return;
    }
    COUNT(mdns_counters.conflicts);
    if (state == PROBING) {
        name_next();
    }
    probe_begin(LOST_MS); // later names are tried more slowly than they can be taken
}

// Receiving.

/// Has `set` sent soon to the group that was asked; to defend the name, sooner.
static void answer_later(unsigned set, bool is_ip6, bool is_probe)
{
    u32_t since_ms = sys_now() - answered_ms;
    u32_t pause_ms = is_probe ? DEFENCE_MS : ANSWER_MS;
    u32_t delay_ms = is_probe ? 0 : random_between(DELAY_MIN_MS, DELAY_MAX_MS);
    if (since_ms < pause_ms) {
        delay_ms = LWIP_MAX(delay_ms, pause_ms - since_ms);
    }
    if (pending == 0 || is_probe) {
        sys_untimeout(on_answer, NULL);
        sys_timeout(delay_ms, on_answer, NULL);
    }
    pending |= set;
    pending_ip4 |= !is_ip6;
    pending_ip6 |= is_ip6;
}

/// Answers someone who does not listen to the group, with the question, as an ordinary server.
static void answer_legacy(unsigned set, const struct dns_header *header, const void *question,
                          size_t question_octets, const ip_addr_t *to, u16_t port)
{
    struct message message;
    if (ip_addr_isany_val(*to) || sys_now() - legacy_ms < LEGACY_MS) {
        COUNT(mdns_counters.limit_sent); // to no address lwIP sends a broadcast
        return;
    }
    legacy_ms = sys_now();
    if (!message_begin(&message, header->id, FLAG_RESPONSE | FLAG_AUTHORITATIVE)) {
        return;
    }
    dns_write_octets(&message.writer, question, question_octets);
    message.header.questions = 1;
    answers_write(&message, set, LEGACY_TTL_S, false);
    message_end(&message);
    message_send(&message, to, port);
    pbuf_free(message.p);
}

/// Judges the records that another host probes for: of two that probe at once, the one with the
/// greater records wins.
/// Source: RFC 6762 section 8.2.
static bool tie_is_lost(struct dns_reader *reader, unsigned n)
{
    const u8_t *theirs = NULL;
    u16_t their_type = 0;
    size_t their_octets = 0;
    for (; n > 0 && !reader->failed; n--) {
        struct dns_record record = dns_read_record(reader);
        bool is_first = theirs == NULL || record.type < their_type;
        if (mdns_record_find(&self, &record) <= MDNS_AAAA && !reader->failed && is_first) {
            their_type = record.type;
            their_octets = record.data.octets - record.data.at;
            theirs = record.data.data + record.data.at;
        }
    }
    u16_t type;
    const u8_t *ours = mdns_record_first(&self, &type);
    size_t octets = their_type == DNS_TYPE_A ? 4 : 16;
    if (theirs == NULL || ours == NULL || their_octets != octets) {
        return false;
    }
    return their_type != type ? their_type > type : memcmp(theirs, ours, octets) > 0;
}

/// Returns what of `set` the asker does not know yet.
/// Source: RFC 6762 section 7.1.
static unsigned unknown_of(unsigned set, struct dns_reader *reader, unsigned n)
{
    for (; n > 0 && !reader->failed; n--) {
        struct dns_record record = dns_read_record(reader);
        enum mdns_record known = mdns_record_known(&self, &record);
        if (known != MDNS_AAAA && known != MDNS_RECORDS && // there may be more of the former
            record.ttl_s >= mdns_record_ttl_s(known) / 2) {
            set &= ~(1u << known);
        }
    }
    return set;
}

/// Returns what is asked for. Whoever does not listen to the group asks one question, which is
/// repeated to him: `octets` of it, more than those of our names only when nothing is asked.
static unsigned questions_take(struct dns_reader *reader, unsigned n, bool is_legacy,
                               size_t *octets)
{
    unsigned asked = 0;
    size_t from = reader->at;
    for (unsigned i = 0; i < n && !reader->failed; i++) {
        struct dns_question read = dns_read_question(reader);
        *octets = i == 0 ? reader->at - from : *octets;
        if (!reader->failed && i < (is_legacy ? 1 : QUESTIONS_MAX)) {
            asked |= mdns_records_asked(&self, &read);
        }
    }
    return asked;
}

static void query_take(struct dns_reader reader, const struct dns_header *header,
                       const ip_addr_t *from, u16_t port)
{
    const u8_t *question = reader.data + reader.at;
    size_t octets = 0;
    unsigned asked = questions_take(&reader, header->questions, port != PORT, &octets);
    asked = unknown_of(asked, &reader, header->answers);
    bool is_lost = tie_is_lost(&reader, header->authorities);
    if (reader.failed) {
        COUNT(mdns_counters.drop_malformed);
        return;
    }
    COUNT(mdns_counters.queries);
    if (state == PROBING) {
        if (is_lost && steps > 0) {
            probe_begin(LOST_MS);
        }
    } else if (asked != 0 && port != PORT) {
        answer_legacy(asked, header, question, octets, from, port);
    } else if (asked != 0) {
        answer_later(asked, IP_IS_V6_VAL(*from), header->authorities > 0);
    }
}

static void response_take(struct dns_reader reader, const struct dns_header *header)
{
    bool is_conflict = false;
    unsigned n = (unsigned)header->answers + header->authorities + header->additionals;
    for (unsigned i = 0; i < header->questions && !reader.failed; i++) {
        dns_read_question(&reader);
    }
    for (; n > 0 && !reader.failed; n--) {
        struct dns_record record = dns_read_record(&reader);
        is_conflict |= !reader.failed && record.ttl_s > 0 &&
                       mdns_record_find(&self, &record) != MDNS_RECORDS &&
                       mdns_record_known(&self, &record) == MDNS_RECORDS;
    }
    if (reader.failed) {
        COUNT(mdns_counters.drop_malformed);
        return;
    }
    COUNT(mdns_counters.responses);
    if (is_conflict) {
        conflict_take();
    }
}

static void message_take(const struct pbuf *p, const ip_addr_t *from, u16_t port)
{
    struct dns_reader reader = dns_reader(p->payload, p->len);
    struct dns_header header = dns_read_header(&reader);
    bool is_response = (header.flags & FLAG_RESPONSE) != 0;
    // What comes in more than one buffer was put together from fragments, which nobody needs.
    if (reader.failed || p->next != NULL || (header.flags & OPCODE_MASK) != 0 ||
        (is_response && port != PORT)) {
        COUNT(mdns_counters.drop_malformed);
    } else if (is_response) {
        response_take(reader, &header);
    } else {
        query_take(reader, &header, from, port);
    }
}

static void on_recv(void *arg, struct udp_pcb *on, struct pbuf *p, const ip_addr_t *from,
                    u16_t port)
{
    LWIP_UNUSED_ARG(arg);
    LWIP_UNUSED_ARG(on);
    COUNT(mdns_counters.received);
    if (ip_addr_ismulticast(ip_current_dest_addr())) {
        message_take(p, from, port);
    } else {
        COUNT(mdns_counters.drop_unicast);
    }
    pbuf_free(p);
}

static void on_change(struct netif *changed, netif_nsc_reason_t reason,
                      const netif_ext_callback_args_t *args)
{
    if ((reason & LWIP_NSC_LINK_CHANGED) != 0) {
        if (args->link_changed.state != 0) {
            probe_begin(0);
        }
        return;
    }
    bool is_address = (reason & (LWIP_NSC_IPV4_ADDRESS_CHANGED | LWIP_NSC_IPV6_SET |
                                 LWIP_NSC_IPV6_ADDR_STATE_CHANGED)) != 0;
    if (changed != netif || !is_address || !has_address()) {
        return;
    }
    if (state == PROBING) {
        probe_begin(0); // the first address, or another one
    } else {
        state_begin(ANNOUNCING, 0);
    }
}

// Life.

bool mdns_name_is_valid(const char *name)
{
    size_t octets = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-");
    return octets > 0 && name[octets] == '\0' && octets <= MDNS_CONFIG_NAME_OCTETS_MAX &&
           name[0] != '-' && name[octets - 1] != '-';
}

static err_t pcb_open(void)
{
    pcb = udp_new_ip_type(IPADDR_TYPE_ANY);
    if (pcb == NULL) {
        return ERR_MEM;
    }
    pcb->ttl = HOPS;
    udp_set_multicast_ttl(pcb, HOPS);
    udp_recv(pcb, on_recv, NULL);
    err_t err = udp_bind(pcb, IP_ANY_TYPE, PORT);
    if (err == ERR_OK) {
        // Every switch lets the IPv4 group through (RFC 4541 section 2.1.2): only MLD must know.
        err = mld6_joingroup_netif(netif, ip_2_ip6(&group_ip6));
    }
    if (err != ERR_OK) {
        udp_remove(pcb);
    }
    return err;
}

err_t mdns_start(struct netif *on, const struct mdns_config *config)
{
    if (!mdns_name_is_valid(config->name)) {
        return ERR_VAL;
    }
    netif = on;
    group_ip6 = (ip_addr_t)IPADDR6_INIT_HOST(0xff020000, 0, 0, 0xfb);
    ip6_addr_set_zone(ip_2_ip6(&group_ip6), netif_get_index(netif));
    err_t err = pcb_open();
    if (err != ERR_OK) {
        return err;
    }
    self = (struct mdns_self){.netif = netif, .port = config->port};
    base_octets = 0;
    text_append(&base_octets, config->name);
    renames = 0;
    answered_ms = sys_now() - ANSWER_MS;
    legacy_ms = sys_now() - LEGACY_MS;
    netif_add_ext_callback(&on_change_entry, on_change);
    probe_begin(0);
    return ERR_OK;
}

void mdns_stop(void)
{
    if (state == OFF) {
        return;
    }
    if (state == ANNOUNCING || state == SERVING) {
        answer_send(MDNS_SET_ALL, 0, true, true); // goodbye (section 10.1)
    }
    state_begin(OFF, 0);
    netif_remove_ext_callback(&on_change_entry);
    mld6_leavegroup_netif(netif, ip_2_ip6(&group_ip6));
    udp_remove(pcb);
}

const char *mdns_name(void)
{
    return state == ANNOUNCING || state == SERVING ? self.name : NULL;
}
