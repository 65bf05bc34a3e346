// SPDX-License-Identifier: BSD-3-Clause
// Multicast DNS: who has the name, and what is answered to whom.
#include <string.h>

#include "mdns.h"
#include "mdns_records.h"
#include "note.h"

enum {
    SECOND_MS = 1000,
};

static void a_name_is_probed_thrice_and_announced_twice(void **state)
{
    (void)state;
    note_serve();
    assert_int_equal(note_seen.probes, 3);
    assert_int_equal(note_seen.responses, 2);
    assert_int_equal(log_count("mdns: serving name=lwecho.local\n"), 1);
    rig_advance(600 * SECOND_MS);
    assert_int_equal(note_seen.responses, 2);
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
    note_serve();
    for (size_t i = 0; i < LWIP_ARRAYSIZE(cases); i++) {
        size_t before = note_seen.responses;
        rig_advance(2 * SECOND_MS);
        note_ask(cases[i].name, cases[i].type, MDNS_PORT);
        assert_int_equal(note_seen.responses, before);
        rig_advance(150);
        assert_int_equal(note_seen.responses, before + 1);
        assert_int_equal(note_seen.header.answers, cases[i].answers);
        assert_int_equal(note_seen.header.flags, MDNS_RESPONSE);
        assert_int_equal(note_seen.header.id, 0);
    }
}

static void what_is_not_ours_is_not_answered(void **state)
{
    (void)state;
    static const char *const names[] = {"lwech.local",    "lwecho.loca",       "lwecho",
                                        "a.lwecho.local", "_echo._tcp",        "_echo._sctp.local",
                                        "local",          "b._echo._tcp.local"};
    note_serve();
    for (size_t i = 0; i < LWIP_ARRAYSIZE(names); i++) {
        note_ask(names[i], DNS_TYPE_ANY, MDNS_PORT);
        rig_advance(2 * SECOND_MS);
    }
    assert_int_equal(note_seen.responses, 2);
}

static void what_the_asker_knows_is_not_told(void **state)
{
    (void)state;
    static const u8_t instance[] = "\6lwecho\5_echo\4_tcp\5local";
    note_serve();
    for (u32_t ttl_s = 2249; ttl_s <= 2250; ttl_s++) {
        size_t before = note_seen.responses;
        struct note note;
        note_begin(&note, 0);
        note_question(&note, "_echo._tcp.local", DNS_TYPE_PTR);
        note.header.answers = 1;
        note_record(&note, "_echo._tcp.local", DNS_TYPE_PTR, ttl_s, instance, sizeof instance);
        note_send(&note, MDNS_PORT);
        rig_advance(2 * SECOND_MS);
        assert_int_equal(note_seen.responses - before, ttl_s < 2250 ? 1 : 0); // half of 4500 s
    }
}

static void claim(u8_t last_octet, u32_t ttl_s)
{
    struct note note;
    note_begin(&note, MDNS_RESPONSE);
    note.header.answers = 1;
    note_record(&note, "lwecho.local", DNS_TYPE_A, ttl_s, (u8_t[]){198, 51, 100, last_octet}, 4);
    note_send(&note, MDNS_PORT);
}

static void another_name_is_taken_when_a_host_answers_a_probe(void **state)
{
    (void)state;
    note_start();
    rig_advance(250);
    assert_true(note_seen.probes > 0);
    claim(11, 120);
    rig_advance(MDNS_READY_MS);
    assert_string_equal(mdns_name(), "lwecho-336402");
    assert_int_equal(log_count("mdns: rename name=lwecho-336402.local reason=conflict\n"), 1);
}

static void a_name_that_is_served_is_probed_again_after_a_conflict(void **state)
{
    (void)state;
    note_serve();
    claim(11, 120);
    assert_null(mdns_name());
    rig_advance(MDNS_READY_MS);
    assert_string_equal(mdns_name(), "lwecho"); // nobody answered the probes
    assert_int_equal(note_seen.probes, 6);
}

static void goodbyes_and_our_own_records_are_no_conflicts(void **state)
{
    (void)state;
    note_serve();
    claim(11, 0);
    claim(2, 120);
    assert_int_equal(mdns_counters.conflicts, 0);
    assert_non_null(mdns_name());
}

static void probe(u8_t last_octet)
{
    struct note note;
    note_begin(&note, 0);
    note_question(&note, "lwecho.local", DNS_TYPE_ANY);
    note.header.authorities = 1;
    note_record(&note, "lwecho.local", DNS_TYPE_A, 120, (u8_t[]){198, 51, 100, last_octet}, 4);
    note_send(&note, MDNS_PORT);
}

static void of_two_that_probe_the_greater_address_wins(void **state)
{
    (void)state;
    note_start();
    rig_advance(250);
    size_t before = note_seen.probes;
    probe(1); // less than ours
    rig_advance(250);
    assert_true(note_seen.probes > before);
    assert_int_equal(log_count("mdns: serving"), 0);
    before = note_seen.probes;
    probe(3); // more: it waits a second, then tries again
    rig_advance(900);
    assert_int_equal(note_seen.probes, before);
    rig_advance(MDNS_READY_MS);
    assert_string_equal(mdns_name(), "lwecho");
}

static void a_probe_for_our_name_is_answered_in_time(void **state)
{
    (void)state;
    note_serve();
    size_t before = note_seen.responses;
    note_ask("lwecho.local", DNS_TYPE_A, MDNS_PORT);
    rig_advance(150);
    assert_int_equal(note_seen.responses, before + 1);
    probe(3);
    rig_advance(250);
    assert_int_equal(note_seen.responses, before + 2);
}

/// A chain of pointers, each to the one before, behind a question.
static void answers_come_again_after_an_allocation_failed(void **state)
{
    (void)state;
    note_serve();
    size_t before = note_seen.responses;
    note_ask("lwecho.local", DNS_TYPE_A, MDNS_PORT);
    fault_refuse(FAULT_HEAP, true);
    rig_advance(2 * SECOND_MS);
    fault_refuse(FAULT_HEAP, false);
    assert_int_equal(note_seen.responses, before);
    assert_int_equal(mdns_counters.tx_failed, 1);
    note_ask("lwecho.local", DNS_TYPE_A, MDNS_PORT);
    rig_advance(150);
    assert_int_equal(note_seen.responses, before + 1);
}

static void it_says_goodbye(void **state)
{
    (void)state;
    note_serve();
    mdns_stop();
    rig_settle();
    assert_int_equal(note_seen.goodbyes, 1);
    mdns_start(&rig.netif, &(struct mdns_config){.name = "again", .port = 7});
    rig_advance(MDNS_READY_MS);
    assert_string_equal(mdns_name(), "again");
}

static void after_the_cable_was_out_the_name_is_probed_again(void **state)
{
    (void)state;
    note_serve();
    rig.wire.link_is_down = true;
    rig_advance(SECOND_MS);
    rig.wire.link_is_down = false;
    rig_advance(MDNS_READY_MS);
    assert_int_equal(note_seen.probes, 6);
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

int main(void)
{
    const struct CMUnitTest cases[] = {
        HEARD(a_name_is_probed_thrice_and_announced_twice),
        HEARD(each_record_is_found),
        HEARD(what_is_not_ours_is_not_answered),
        HEARD(what_the_asker_knows_is_not_told),
        HEARD(another_name_is_taken_when_a_host_answers_a_probe),
        HEARD(a_name_that_is_served_is_probed_again_after_a_conflict),
        HEARD(goodbyes_and_our_own_records_are_no_conflicts),
        HEARD(of_two_that_probe_the_greater_address_wins),
        HEARD(a_probe_for_our_name_is_answered_in_time),
        HEARD(answers_come_again_after_an_allocation_failed),
        HEARD(it_says_goodbye),
        HEARD(after_the_cable_was_out_the_name_is_probed_again),
        cmocka_unit_test(names_are_judged),
    };
    return cmocka_run_group_tests_name("multicast DNS", cases, NULL, NULL);
}
