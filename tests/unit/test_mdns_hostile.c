// SPDX-License-Identifier: BSD-3-Clause
// Multicast DNS among hosts that lie or ask without end.
#include <string.h>

#include "mdns.h"
#include "mdns_records.h"
#include "note.h"

enum {
    SECOND_MS = 1000,
};

static void a_flood_of_questions_is_answered_once_a_second(void **state)
{
    (void)state;
    note_serve();
    size_t before = note_seen.responses;
    for (int ms = 0; ms < 10 * SECOND_MS; ms += 10) {
        note_ask("lwecho.local", DNS_TYPE_A, MDNS_PORT);
        rig_advance(10);
    }
    assert_in_range(note_seen.responses - before, 8, 11);
}

static void a_flood_of_single_hosts_questions_is_answered_ten_times_a_second(void **state)
{
    (void)state;
    note_serve();
    for (int ms = 0; ms < 10 * SECOND_MS; ms += 10) {
        note_ask("lwecho.local", DNS_TYPE_A, 1024);
        rig_advance(10);
    }
    assert_in_range(note_seen.unicasts, 90, 101);
    assert_int_equal(note_seen.unicasts + mdns_counters.limit_sent, 1000);
    assert_int_equal(note_seen.header.id, 0x1234);
    assert_int_equal(note_seen.header.questions, 1);
}

static void single_hosts_get_one_question_answered(void **state)
{
    (void)state;
    static const char *const all[] = {"_services._dns-sd._udp.local", "_echo._tcp.local",
                                      "_echo._udp.local", "lwecho.local"};
    struct note note;
    rig.on_frame = note_hear;
    rig_serve(); // with IPv6: nothing that the device can tell is longer
    rig_host(1);
    rig_advance(MDNS_READY_MS);
    note_begin(&note, 0);
    note.header.questions = 1;
    for (int i = 0; i < 126; i++) {
        dns_write_octets(&note.writer, "\1a", 2); // as long a name as there can be
    }
    dns_write8(&note.writer, 0);
    dns_write32(&note.writer, DNS_TYPE_ANY << 16 | DNS_CLASS_IN);
    for (size_t i = 0; i < LWIP_ARRAYSIZE(all); i++) {
        note_question(&note, all[i], DNS_TYPE_ANY);
    }
    note_send(&note, 1024);
    assert_int_equal(mdns_counters.queries, 1);
    assert_int_equal(note_seen.unicasts, 0);
    note_begin(&note, 0);
    note_question(&note, "lwecho.local", DNS_TYPE_A);
    note_question(&note, "_echo._tcp.local", DNS_TYPE_PTR);
    note_send(&note, 1024);
    assert_int_equal(note_seen.unicasts, 1);
    assert_int_equal(note_seen.header.questions, 1);
    assert_int_equal(note_seen.header.answers, 1);
}

static void whoever_has_no_address_is_not_answered(void **state)
{
    (void)state;
    note_serve();
    struct host *host = rig_host(1);
    struct address address = host->address;
    size_t frames = rig.frames;
    host->address = address_ip4(0, 0, 0, 0);
    note_ask("lwecho.local", DNS_TYPE_A, 1024);
    host->address = address;
    assert_int_equal(mdns_counters.queries, 1);
    assert_int_equal(rig.frames, frames); // lwIP would tell all
}

static void conflicts_without_end_are_bounded(void **state)
{
    (void)state;
    note_start();
    size_t renames = 0;
    for (int ms = 0; ms < 200 * SECOND_MS; ms += 100) {
        renames += log_count("mdns: rename");
        log_clear();
        struct note note;
        note_begin(&note, MDNS_RESPONSE);
        note.header.answers = 1;
        char name[64];
        struct dns_reader reader = dns_reader(note_seen.data, note_seen.octets);
        dns_read_header(&reader);
        struct dns_question question = dns_read_question(&reader);
        if (reader.failed || question.name.labels != 2) {
            rig_advance(100);
            continue;
        }
        size_t octets = question.name.label[0][0];
        memcpy(name, question.name.label[0] + 1, octets);
        memcpy(name + octets, ".local", sizeof ".local");
        note_record(&note, name, DNS_TYPE_A, 120, (u8_t[]){198, 51, 100, 11}, 4);
        note_send(&note, MDNS_PORT);
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
    note_start();
    rig_advance(250);
    for (size_t i = 0; i < 100; i++) {
        struct note note;
        note_begin(&note, MDNS_RESPONSE);
        note.header.answers = 1;
        note_record(&note, next[i % LWIP_ARRAYSIZE(next)], DNS_TYPE_A, 120,
                    (u8_t[]){198, 51, 100, 11}, 4);
        note_send(&note, MDNS_PORT);
    }
    assert_int_equal(log_count("mdns: rename"), 1);
    assert_int_equal(mdns_counters.conflicts, 1);
    rig_advance(MDNS_READY_MS);
    assert_string_equal(mdns_name(), "lwecho-336402");
}

static void messages_to_the_device_alone_are_dropped(void **state)
{
    (void)state;
    note_serve();
    struct note note;
    note_begin(&note, 0);
    note_question(&note, "lwecho.local", DNS_TYPE_A);
    host_send_udp(rig_host(1), MDNS_PORT, MDNS_PORT, note.data, note_end(&note));
    rig_settle();
    rig_advance(2 * SECOND_MS);
    assert_int_equal(mdns_counters.drop_unicast, 1);
    assert_int_equal(note_seen.responses, 2);
}

static void messages_that_end_early_do_no_harm(void **state)
{
    (void)state;
    struct note note;
    note_begin(&note, 0);
    note_question(&note, "lwecho.local", DNS_TYPE_ANY);
    note.header.answers = 1;
    note.header.authorities = 1;
    note_record(&note, "lwecho.local", DNS_TYPE_A, 120, (u8_t[]){198, 51, 100, 3}, 4);
    note_record(&note, "lwecho.local", DNS_TYPE_A, 120, (u8_t[]){198, 51, 100, 3}, 4);
    size_t octets = note_end(&note);
    note_serve();
    for (size_t i = 0; i < octets; i++) {
        note_send_octets(note.data, i, MDNS_PORT);
    }
    assert_int_equal(mdns_counters.drop_malformed, octets);
    note.data[2] = MDNS_RESPONSE >> 8;
    for (size_t i = 0; i < octets; i++) {
        note_send_octets(note.data, i, MDNS_PORT);
    }
    assert_int_equal(mdns_counters.drop_malformed, 2 * octets);
    assert_int_equal(mdns_counters.conflicts, 0);
}

static void counts_that_lie_are_found_out(void **state)
{
    (void)state;
    note_serve();
    for (unsigned i = 0; i < 8; i++) {
        struct note note;
        note_begin(&note, i < 4 ? 0 : MDNS_RESPONSE);
        note_question(&note, "a.local", DNS_TYPE_ANY);
        size_t octets = note_end(&note);
        dns_write16_at(&note.writer, 4 + 2 * (i % 4), 0xffff);
        note_send_octets(note.data, octets, MDNS_PORT);
        assert_int_equal(mdns_counters.queries, i >= 3); // whose additional records nobody reads
        assert_int_equal(mdns_counters.drop_malformed, i + 1 - (i >= 3));
    }
    assert_int_equal(mdns_counters.responses, 0);
}

static void answers_from_another_port_are_dropped(void **state)
{
    (void)state;
    note_serve();
    struct note note;
    note_begin(&note, MDNS_RESPONSE);
    note.header.answers = 1;
    note_record(&note, "lwecho.local", DNS_TYPE_A, 120, (u8_t[]){198, 51, 100, 11}, 4);
    note_send(&note, 1024);
    assert_int_equal(mdns_counters.drop_malformed, 1);
    assert_int_equal(mdns_counters.conflicts, 0);
    note_send(&note, MDNS_PORT);
    assert_int_equal(mdns_counters.conflicts, 1);
}

#if IP_REASSEMBLY
static void what_came_in_fragments_is_dropped(void **state)
{
    (void)state;
    static u8_t data[2000];
    struct note note;
    note_begin(&note, 0);
    note_question(&note, "lwecho.local", DNS_TYPE_A);
    memcpy(data, note.data, note_end(&note));
    note_serve();
    note_send_octets(data, sizeof data, MDNS_PORT);
    assert_int_equal(mdns_counters.drop_malformed, 1);
    note_send_octets(data, 1000, MDNS_PORT);
    assert_int_equal(mdns_counters.queries, 1);
}
#endif

static void names_that_lead_in_circles_are_refused(void **state)
{
    (void)state;
    note_serve();
    struct note note;
    note_begin(&note, 0);
    note.header.questions = 1;
    dns_write16(&note.writer, 0xc000 | DNS_HEADER_OCTETS); // itself
    note_send(&note, MDNS_PORT);
    note_begin(&note, 0);
    note.header.questions = 1;
    dns_write_octets(&note.writer, "\1a\1b", 4);
    dns_write16(&note.writer, 0xc000 | DNS_HEADER_OCTETS); // around
    note_send(&note, MDNS_PORT);
    note_begin(&note, 0);
    note.header.questions = 1;
    dns_write16(&note.writer, 0xc100); // forwards
    note_send(&note, MDNS_PORT);
    note_begin(&note, 0);
    note.header.questions = 1;
    for (int i = 0; i < 200; i++) {
        dns_write_octets(&note.writer, "\1a", 2); // too long
    }
    dns_write8(&note.writer, 0);
    dns_write32(&note.writer, DNS_TYPE_ANY << 16 | DNS_CLASS_IN);
    note_send(&note, MDNS_PORT);
    assert_int_equal(mdns_counters.drop_malformed, 4);
}

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
    note_serve();
    struct note note;
    for (unsigned pointers = 8; pointers <= 9; pointers++) {
        note_begin(&note, 0);
        note_question(&note, "lwecho.local", DNS_TYPE_A);
        chain_put(&note, pointers);
        note_send(&note, MDNS_PORT);
        assert_int_equal(mdns_counters.drop_malformed, pointers > 8);
    }
    note_begin(&note, 0);
    note_question(&note, "a.b.c.d.e.f.g.h.local", DNS_TYPE_ANY);
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
    note_serve();
    for (int others = 31; others <= 32; others++) {
        size_t before = note_seen.responses;
        struct note note;
        note_begin(&note, 0);
        for (int i = 0; i < others; i++) {
            note_question(&note, "a.local", DNS_TYPE_A);
        }
        note_question(&note, "lwecho.local", DNS_TYPE_A);
        note_send(&note, MDNS_PORT);
        rig_advance(2 * SECOND_MS);
        assert_int_equal(note_seen.responses - before, others < 32);
    }
}

static void every_octet_may_be_any(void **state)
{
    (void)state;
    struct note note;
    note_probe(&note, DNS_TYPE_A, (u8_t[]){198, 51, 100, 3}, 4);
    size_t octets = note_end(&note);
    note_serve();
    for (size_t at = 0; at < octets; at++) {
        u8_t was = note.data[at];
        for (unsigned value = 0; value < 256; value += value < 4 || value > 250 ? 1 : 9) {
            note.data[at] = (u8_t)value;
            note_send_octets(note.data, octets, MDNS_PORT);
        }
        note.data[at] = was;
    }
    rig_advance(MDNS_READY_MS);
    assert_non_null(mdns_name());
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        HEARD(a_flood_of_questions_is_answered_once_a_second),
        HEARD(a_flood_of_single_hosts_questions_is_answered_ten_times_a_second),
        HEARD(single_hosts_get_one_question_answered),
        HEARD(whoever_has_no_address_is_not_answered),
        HEARD(conflicts_without_end_are_bounded),
        HEARD(conflicts_at_once_are_one),
        HEARD(messages_to_the_device_alone_are_dropped),
        HEARD(messages_that_end_early_do_no_harm),
        HEARD(counts_that_lie_are_found_out),
        HEARD(answers_from_another_port_are_dropped),
#if IP_REASSEMBLY
        HEARD(what_came_in_fragments_is_dropped),
#endif
        HEARD(names_that_lead_in_circles_are_refused),
        HEARD(names_take_no_more_work_than_their_octets),
        HEARD(questions_beyond_the_32nd_are_not_looked_at),
        HEARD(every_octet_may_be_any),
    };
    return cmocka_run_group_tests_name("multicast DNS, hostile", cases, NULL, NULL);
}
