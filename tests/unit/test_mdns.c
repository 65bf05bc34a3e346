// SPDX-License-Identifier: BSD-3-Clause
// Multicast DNS: who has the name, what is answered to whom and how often, and messages that lie.
#include <string.h>

#include "mdns.h"
#include "mdns_records.h"
#include "unit.h"

enum {
    PORT = 5353,
    SECOND_MS = 1000,
    READY_MS = 4000, // by then the name is served and announced twice
    MESSAGE_MAX = 1472,
    RESPONSE = 0x8400,
};

static const u8_t group_mac[] = {0x01, 0x00, 0x5e, 0x00, 0x00, 0xfb};

// What the device sent to the IPv4 group or to host 1, the last message of each.
static struct {
    size_t probes;
    size_t responses; // to the group
    size_t goodbyes;
    size_t unicasts;
    struct dns_header header;
    u8_t data[MESSAGE_MAX];
    size_t octets;
} seen;

static bool on_frame(const struct packet *packet)
{
    if (packet->ethertype != ETHERTYPE_IP4 || packet->protocol != PROTOCOL_UDP ||
        packet->src_port != PORT) {
        return false;
    }
    assert_true(packet->data_octets <= MESSAGE_MAX);
    memcpy(seen.data, packet->data, packet->data_octets);
    seen.octets = packet->data_octets;
    struct dns_reader reader = dns_reader(seen.data, seen.octets);
    seen.header = dns_read_header(&reader);
    bool is_group = packet->dst.octets[0] == 224;
    if (is_group) {
        assert_memory_equal(packet->dst_mac, group_mac, sizeof group_mac);
        assert_int_equal(packet->hops, 255);
        assert_int_equal(packet->dst_port, PORT);
    }
    if ((seen.header.flags & 0x8000) == 0) {
        seen.probes++;
        return true;
    }
    for (unsigned i = 0; i < seen.header.questions; i++) {
        dns_read_question(&reader);
    }
    struct dns_record record = dns_read_record(&reader);
    assert_false(reader.failed);
    seen.responses += is_group && record.ttl_s > 0;
    seen.goodbyes += is_group && record.ttl_s == 0;
    seen.unicasts += !is_group;
    return true;
}

/// A message of another host, sent to the group unless `to` is given.
struct note {
    struct dns_writer writer;
    struct dns_header header;
    u8_t data[MESSAGE_MAX];
};

static void note_begin(struct note *note, u16_t flags)
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

static void question_put(struct note *note, const char *name, u16_t type)
{
    note->header.questions++;
    name_put(note, name);
    dns_write16(&note->writer, type);
    dns_write16(&note->writer, DNS_CLASS_IN);
}

static void record_put(struct note *note, const char *name, u16_t type, u32_t ttl_s,
                       const void *data, size_t octets)
{
    name_put(note, name);
    dns_write16(&note->writer, type);
    dns_write16(&note->writer, DNS_CLASS_IN);
    dns_write32(&note->writer, ttl_s);
    dns_write16(&note->writer, (unsigned)octets);
    dns_write_octets(&note->writer, data, octets);
}

static size_t note_end(struct note *note)
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

/// Sends octets from host 1 to the group. Its MAC address is lwIP's business: the guard takes a
/// packet for a group in any frame.
static void group_send(const void *data, size_t octets, u16_t port)
{
    struct host *host = rig_host(1);
    struct address device = host->device;
    host->device = address_ip4(224, 0, 0, 251);
    host_send_udp(host, port, PORT, data, octets);
    host->device = device;
    rig_settle();
}

static void note_send(struct note *note, u16_t port)
{
    size_t octets = note_end(note);
    group_send(note->data, octets, port);
}

static void ask(const char *name, u16_t type, u16_t port)
{
    struct note note;
    note_begin(&note, 0);
    note.header.id = 0x1234;
    question_put(&note, name, type);
    note_send(&note, port);
}

static int setup(void **state)
{
    memset(&seen, 0, sizeof seen);
    memset(&mdns_counters, 0, sizeof mdns_counters);
    return rig_setup(state);
}

static int teardown(void **state)
{
    const struct mdns_counters *n = &mdns_counters;
    assert_int_equal(n->received, n->queries + n->responses + n->drop_malformed + n->drop_unicast);
    return rig_teardown(state);
}

static void start(void)
{
    struct app_config config = app_config_default();
    config.address.ip6_mode = ADDRESS_IP6_OFF;
    rig.on_frame = on_frame;
    rig_start(&config);
    rig_host(1);
}

static void serve(void)
{
    start();
    rig_advance(READY_MS);
    assert_string_equal(mdns_name(), "lwecho");
}

static void a_name_is_probed_thrice_and_announced_twice(void **state)
{
    (void)state;
    serve();
    assert_int_equal(seen.probes, 3);
    assert_int_equal(seen.responses, 2);
    assert_int_equal(log_count("mdns: serving name=lwecho.local\n"), 1);
    rig_advance(600 * SECOND_MS);
    assert_int_equal(seen.responses, 2);
}

static void each_record_is_found(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        u16_t type;
        u16_t answers;
    } cases[] = {
        {"lwecho.local", DNS_TYPE_A, 1},
        {"LwEcho.Local", DNS_TYPE_ANY, 2}, // A, and that there is no AAAA
        {"lwecho.local", DNS_TYPE_AAAA, 1},
        {"_echo._tcp.local", DNS_TYPE_PTR, 1},
        {"_echo._udp.local", DNS_TYPE_PTR, 1},
        {"_services._dns-sd._udp.local", DNS_TYPE_PTR, 2},
        {"lwecho._echo._tcp.local", DNS_TYPE_SRV, 1},
        {"lwecho._echo._udp.local", DNS_TYPE_ANY, 2},
        {"lwecho._echo._udp.local", DNS_TYPE_TXT, 1},
    };
    serve();
    for (size_t i = 0; i < LWIP_ARRAYSIZE(cases); i++) {
        size_t before = seen.responses;
        rig_advance(2 * SECOND_MS);
        ask(cases[i].name, cases[i].type, PORT);
        assert_int_equal(seen.responses, before);
        rig_advance(150);
        assert_int_equal(seen.responses, before + 1);
        assert_int_equal(seen.header.answers, cases[i].answers);
        assert_int_equal(seen.header.flags, RESPONSE);
        assert_int_equal(seen.header.id, 0);
    }
}

static void what_is_not_ours_is_not_answered(void **state)
{
    (void)state;
    static const char *const names[] = {"lwech.local",    "lwecho.loca",       "lwecho",
                                        "a.lwecho.local", "_echo._tcp",        "_echo._sctp.local",
                                        "local",          "b._echo._tcp.local"};
    serve();
    for (size_t i = 0; i < LWIP_ARRAYSIZE(names); i++) {
        ask(names[i], DNS_TYPE_ANY, PORT);
        rig_advance(2 * SECOND_MS);
    }
    assert_int_equal(seen.responses, 2);
}

static void a_flood_of_questions_is_answered_once_a_second(void **state)
{
    (void)state;
    serve();
    size_t before = seen.responses;
    for (int ms = 0; ms < 10 * SECOND_MS; ms += 10) {
        ask("lwecho.local", DNS_TYPE_A, PORT);
        rig_advance(10);
    }
    assert_in_range(seen.responses - before, 8, 11);
}

static void a_flood_of_single_hosts_questions_is_answered_ten_times_a_second(void **state)
{
    (void)state;
    serve();
    for (int ms = 0; ms < 10 * SECOND_MS; ms += 10) {
        ask("lwecho.local", DNS_TYPE_A, 1024);
        rig_advance(10);
    }
    assert_in_range(seen.unicasts, 90, 101);
    assert_int_equal(seen.unicasts + mdns_counters.limit_sent, 1000);
    assert_int_equal(seen.header.id, 0x1234);
    assert_int_equal(seen.header.questions, 1);
}

static void single_hosts_get_one_question_answered(void **state)
{
    (void)state;
    static const char *const all[] = {"_services._dns-sd._udp.local", "_echo._tcp.local",
                                      "_echo._udp.local", "lwecho.local"};
    struct note note;
    rig.on_frame = on_frame;
    rig_serve(); // with IPv6: nothing that the device can tell is longer
    rig_host(1);
    rig_advance(READY_MS);
    note_begin(&note, 0);
    note.header.questions = 1;
    for (int i = 0; i < 126; i++) {
        dns_write_octets(&note.writer, "\1a", 2); // as long a name as there can be
    }
    dns_write8(&note.writer, 0);
    dns_write32(&note.writer, DNS_TYPE_ANY << 16 | DNS_CLASS_IN);
    for (size_t i = 0; i < LWIP_ARRAYSIZE(all); i++) {
        question_put(&note, all[i], DNS_TYPE_ANY);
    }
    note_send(&note, 1024);
    assert_int_equal(mdns_counters.queries, 1);
    assert_int_equal(seen.unicasts, 0);
    note_begin(&note, 0);
    question_put(&note, "lwecho.local", DNS_TYPE_A);
    question_put(&note, "_echo._tcp.local", DNS_TYPE_PTR);
    note_send(&note, 1024);
    assert_int_equal(seen.unicasts, 1);
    assert_int_equal(seen.header.questions, 1);
    assert_int_equal(seen.header.answers, 1);
}

static void whoever_has_no_address_is_not_answered(void **state)
{
    (void)state;
    serve();
    struct host *host = rig_host(1);
    struct address address = host->address;
    size_t frames = rig.frames;
    host->address = address_ip4(0, 0, 0, 0);
    ask("lwecho.local", DNS_TYPE_A, 1024);
    host->address = address;
    assert_int_equal(mdns_counters.queries, 1);
    assert_int_equal(rig.frames, frames); // lwIP would tell all
}

static void what_the_asker_knows_is_not_told(void **state)
{
    (void)state;
    static const u8_t instance[] = "\6lwecho\5_echo\4_tcp\5local";
    serve();
    for (u32_t ttl_s = 2249; ttl_s <= 2250; ttl_s++) {
        size_t before = seen.responses;
        struct note note;
        note_begin(&note, 0);
        question_put(&note, "_echo._tcp.local", DNS_TYPE_PTR);
        note.header.answers = 1;
        record_put(&note, "_echo._tcp.local", DNS_TYPE_PTR, ttl_s, instance, sizeof instance);
        note_send(&note, PORT);
        rig_advance(2 * SECOND_MS);
        assert_int_equal(seen.responses - before, ttl_s < 2250 ? 1 : 0); // half of 4500 s
    }
}

static void claim(u8_t last_octet, u32_t ttl_s)
{
    struct note note;
    note_begin(&note, RESPONSE);
    note.header.answers = 1;
    record_put(&note, "lwecho.local", DNS_TYPE_A, ttl_s, (u8_t[]){198, 51, 100, last_octet}, 4);
    note_send(&note, PORT);
}

static void another_name_is_taken_when_a_host_answers_a_probe(void **state)
{
    (void)state;
    start();
    rig_advance(250);
    assert_true(seen.probes > 0);
    claim(11, 120);
    rig_advance(READY_MS);
    assert_string_equal(mdns_name(), "lwecho-336402");
    assert_int_equal(log_count("mdns: rename name=lwecho-336402.local reason=conflict\n"), 1);
}

static void a_name_that_is_served_is_probed_again_after_a_conflict(void **state)
{
    (void)state;
    serve();
    claim(11, 120);
    assert_null(mdns_name());
    rig_advance(READY_MS);
    assert_string_equal(mdns_name(), "lwecho"); // nobody answered the probes
    assert_int_equal(seen.probes, 6);
}

static void goodbyes_and_our_own_records_are_no_conflicts(void **state)
{
    (void)state;
    serve();
    claim(11, 0);
    claim(2, 120);
    assert_int_equal(mdns_counters.conflicts, 0);
    assert_non_null(mdns_name());
}

static void conflicts_without_end_are_bounded(void **state)
{
    (void)state;
    start();
    size_t renames = 0;
    for (int ms = 0; ms < 200 * SECOND_MS; ms += 100) {
        renames += log_count("mdns: rename");
        log_clear();
        struct note note;
        note_begin(&note, RESPONSE);
        note.header.answers = 1;
        char name[64];
        struct dns_reader reader = dns_reader(seen.data, seen.octets);
        dns_read_header(&reader);
        struct dns_question question = dns_read_question(&reader);
        if (reader.failed || question.name.labels != 2) {
            rig_advance(100);
            continue;
        }
        size_t octets = question.name.label[0][0];
        memcpy(name, question.name.label[0] + 1, octets);
        memcpy(name + octets, ".local", sizeof ".local");
        record_put(&note, name, DNS_TYPE_A, 120, (u8_t[]){198, 51, 100, 11}, 4);
        note_send(&note, PORT);
        rig_advance(100);
    }
    assert_true(mdns_counters.conflicts > 100); // beyond the last number
    assert_in_range(renames, 100, 200);
}

static void conflicts_at_once_are_one(void **state)
{
    (void)state;
    static const char *const next[] = {"lwecho.local", "lwecho-336402.local",
                                       "lwecho-336402-2.local", "lwecho-336402-3.local"};
    start();
    rig_advance(250);
    for (size_t i = 0; i < 100; i++) {
        struct note note;
        note_begin(&note, RESPONSE);
        note.header.answers = 1;
        record_put(&note, next[i % LWIP_ARRAYSIZE(next)], DNS_TYPE_A, 120,
                   (u8_t[]){198, 51, 100, 11}, 4);
        note_send(&note, PORT);
    }
    assert_int_equal(log_count("mdns: rename"), 1);
    assert_int_equal(mdns_counters.conflicts, 1);
    rig_advance(READY_MS);
    assert_string_equal(mdns_name(), "lwecho-336402");
}

static void probe(u8_t last_octet)
{
    struct note note;
    note_begin(&note, 0);
    question_put(&note, "lwecho.local", DNS_TYPE_ANY);
    note.header.authorities = 1;
    record_put(&note, "lwecho.local", DNS_TYPE_A, 120, (u8_t[]){198, 51, 100, last_octet}, 4);
    note_send(&note, PORT);
}

static void of_two_that_probe_the_greater_address_wins(void **state)
{
    (void)state;
    start();
    rig_advance(250);
    size_t before = seen.probes;
    probe(1); // less than ours
    rig_advance(250);
    assert_true(seen.probes > before);
    assert_int_equal(log_count("mdns: serving"), 0);
    before = seen.probes;
    probe(3); // more: it waits a second, then tries again
    rig_advance(900);
    assert_int_equal(seen.probes, before);
    rig_advance(READY_MS);
    assert_string_equal(mdns_name(), "lwecho");
}

static void a_probe_for_our_name_is_answered_in_time(void **state)
{
    (void)state;
    serve();
    size_t before = seen.responses;
    ask("lwecho.local", DNS_TYPE_A, PORT);
    rig_advance(150);
    assert_int_equal(seen.responses, before + 1);
    probe(3);
    rig_advance(250);
    assert_int_equal(seen.responses, before + 2);
}

static void messages_to_the_device_alone_are_dropped(void **state)
{
    (void)state;
    serve();
    struct note note;
    note_begin(&note, 0);
    question_put(&note, "lwecho.local", DNS_TYPE_A);
    host_send_udp(rig_host(1), PORT, PORT, note.data, note_end(&note));
    rig_settle();
    rig_advance(2 * SECOND_MS);
    assert_int_equal(mdns_counters.drop_unicast, 1);
    assert_int_equal(seen.responses, 2);
}

static void messages_that_end_early_do_no_harm(void **state)
{
    (void)state;
    struct note note;
    note_begin(&note, 0);
    question_put(&note, "lwecho.local", DNS_TYPE_ANY);
    note.header.answers = 1;
    note.header.authorities = 1;
    record_put(&note, "lwecho.local", DNS_TYPE_A, 120, (u8_t[]){198, 51, 100, 3}, 4);
    record_put(&note, "lwecho.local", DNS_TYPE_A, 120, (u8_t[]){198, 51, 100, 3}, 4);
    size_t octets = note_end(&note);
    serve();
    for (size_t i = 0; i < octets; i++) {
        group_send(note.data, i, PORT);
    }
    assert_int_equal(mdns_counters.drop_malformed, octets);
    note.data[2] = RESPONSE >> 8;
    for (size_t i = 0; i < octets; i++) {
        group_send(note.data, i, PORT);
    }
    assert_int_equal(mdns_counters.drop_malformed, 2 * octets);
    assert_int_equal(mdns_counters.conflicts, 0);
}

static void names_that_lead_in_circles_are_refused(void **state)
{
    (void)state;
    serve();
    struct note note;
    note_begin(&note, 0);
    note.header.questions = 1;
    dns_write16(&note.writer, 0xc000 | DNS_HEADER_OCTETS); // itself
    note_send(&note, PORT);
    note_begin(&note, 0);
    note.header.questions = 1;
    dns_write_octets(&note.writer, "\1a\1b", 4);
    dns_write16(&note.writer, 0xc000 | DNS_HEADER_OCTETS); // around
    note_send(&note, PORT);
    note_begin(&note, 0);
    note.header.questions = 1;
    dns_write16(&note.writer, 0xc100); // forwards
    note_send(&note, PORT);
    note_begin(&note, 0);
    note.header.questions = 1;
    for (int i = 0; i < 200; i++) {
        dns_write_octets(&note.writer, "\1a", 2); // too long
    }
    dns_write8(&note.writer, 0);
    dns_write32(&note.writer, DNS_TYPE_ANY << 16 | DNS_CLASS_IN);
    note_send(&note, PORT);
    assert_int_equal(mdns_counters.drop_malformed, 4);
}

/// A chain of pointers, each to the one before, behind a question.
static void chain_put(struct note *note, unsigned pointers)
{
    size_t last = DNS_HEADER_OCTETS;
    for (; pointers > 0; pointers--) {
        size_t at = note->writer.at;
        dns_write16(&note->writer, (unsigned)(0xc000 | last));
        dns_write32(&note->writer, DNS_TYPE_ANY << 16 | DNS_CLASS_IN);
        note->header.questions++;
        last = at;
    }
}

static void names_take_no_more_work_than_their_octets(void **state)
{
    (void)state;
    serve();
    struct note note;
    for (unsigned pointers = 8; pointers <= 9; pointers++) {
        note_begin(&note, 0);
        question_put(&note, "lwecho.local", DNS_TYPE_A);
        chain_put(&note, pointers);
        note_send(&note, PORT);
        assert_int_equal(mdns_counters.drop_malformed, pointers > 8);
    }
    note_begin(&note, 0);
    question_put(&note, "a.b.c.d.e.f.g.h.local", DNS_TYPE_ANY);
    chain_put(&note, 1);
    struct dns_reader reader = dns_reader(note.data, note_end(&note));
    dns_read_header(&reader);
    assert_int_equal(dns_read_question(&reader).name.labels, 9); // as it stands there
    assert_int_equal(dns_read_question(&reader).name.labels, DNS_LABELS_MAX + 1);
    assert_false(reader.failed);
}

static void questions_beyond_the_32nd_are_not_looked_at(void **state)
{
    (void)state;
    serve();
    for (int others = 31; others <= 32; others++) {
        size_t before = seen.responses;
        struct note note;
        note_begin(&note, 0);
        for (int i = 0; i < others; i++) {
            question_put(&note, "a.local", DNS_TYPE_A);
        }
        question_put(&note, "lwecho.local", DNS_TYPE_A);
        note_send(&note, PORT);
        rig_advance(2 * SECOND_MS);
        assert_int_equal(seen.responses - before, others < 32);
    }
}

static void every_octet_may_be_any(void **state)
{
    (void)state;
    struct note note;
    note_begin(&note, 0);
    question_put(&note, "lwecho.local", DNS_TYPE_ANY);
    note.header.authorities = 1;
    record_put(&note, "lwecho.local", DNS_TYPE_A, 120, (u8_t[]){198, 51, 100, 3}, 4);
    size_t octets = note_end(&note);
    serve();
    for (size_t at = 0; at < octets; at++) {
        u8_t was = note.data[at];
        for (unsigned value = 0; value < 256; value += value < 4 || value > 250 ? 1 : 9) {
            note.data[at] = (u8_t)value;
            group_send(note.data, octets, PORT);
        }
        note.data[at] = was;
    }
    rig_advance(READY_MS);
    assert_non_null(mdns_name());
}

static void answers_come_again_after_an_allocation_failed(void **state)
{
    (void)state;
    serve();
    size_t before = seen.responses;
    ask("lwecho.local", DNS_TYPE_A, PORT);
    fault_refuse(FAULT_HEAP, true);
    rig_advance(2 * SECOND_MS);
    fault_refuse(FAULT_HEAP, false);
    assert_int_equal(seen.responses, before);
    assert_int_equal(mdns_counters.tx_failed, 1);
    ask("lwecho.local", DNS_TYPE_A, PORT);
    rig_advance(150);
    assert_int_equal(seen.responses, before + 1);
}

static void it_says_goodbye(void **state)
{
    (void)state;
    serve();
    mdns_stop();
    rig_settle();
    assert_int_equal(seen.goodbyes, 1);
    mdns_start(&rig.netif, &(struct mdns_config){.name = "again", .port = 7});
    rig_advance(READY_MS);
    assert_string_equal(mdns_name(), "again");
}

static void after_the_cable_was_out_the_name_is_probed_again(void **state)
{
    (void)state;
    serve();
    rig.wire.link_is_down = true;
    rig_advance(SECOND_MS);
    rig.wire.link_is_down = false;
    rig_advance(READY_MS);
    assert_int_equal(seen.probes, 6);
    assert_non_null(mdns_name());
}

static void names_are_judged(void **state)
{
    (void)state;
    static const char *const good[] = {"a", "lwecho", "a-b", "0", "abcdefghijklmnopqrst"};
    static const char *const bad[] = {"", "-a", "a-", "A", "a.b", "a b", "abcdefghijklmnopqrstu"};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(good); i++) {
        assert_true(mdns_name_is_valid(good[i]));
    }
    for (size_t i = 0; i < LWIP_ARRAYSIZE(bad); i++) {
        assert_false(mdns_name_is_valid(bad[i]));
        assert_int_equal(mdns_start(NULL, &(struct mdns_config){.name = bad[i]}), ERR_VAL);
    }
}

/// As CLAIM(), with an ear on the group.
#define HEARD(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest cases[] = {
        HEARD(a_name_is_probed_thrice_and_announced_twice),
        HEARD(each_record_is_found),
        HEARD(what_is_not_ours_is_not_answered),
        HEARD(a_flood_of_questions_is_answered_once_a_second),
        HEARD(a_flood_of_single_hosts_questions_is_answered_ten_times_a_second),
        HEARD(single_hosts_get_one_question_answered),
        HEARD(whoever_has_no_address_is_not_answered),
        HEARD(what_the_asker_knows_is_not_told),
        HEARD(another_name_is_taken_when_a_host_answers_a_probe),
        HEARD(a_name_that_is_served_is_probed_again_after_a_conflict),
        HEARD(goodbyes_and_our_own_records_are_no_conflicts),
        HEARD(conflicts_without_end_are_bounded),
        HEARD(conflicts_at_once_are_one),
        HEARD(of_two_that_probe_the_greater_address_wins),
        HEARD(a_probe_for_our_name_is_answered_in_time),
        HEARD(messages_to_the_device_alone_are_dropped),
        HEARD(messages_that_end_early_do_no_harm),
        HEARD(names_that_lead_in_circles_are_refused),
        HEARD(names_take_no_more_work_than_their_octets),
        HEARD(questions_beyond_the_32nd_are_not_looked_at),
        HEARD(every_octet_may_be_any),
        HEARD(answers_come_again_after_an_allocation_failed),
        HEARD(it_says_goodbye),
        HEARD(after_the_cable_was_out_the_name_is_probed_again),
        cmocka_unit_test(names_are_judged),
    };
    return cmocka_run_group_tests(cases, NULL, NULL);
}
