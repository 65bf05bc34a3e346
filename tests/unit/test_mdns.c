// SPDX-License-Identifier: BSD-3-Clause
// Multicast DNS: who has the name, and what is answered to whom.
#include <string.h>

#include "lwip/udp.h"
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

static void other_classes_are_not_answered(void **state)
{
    (void)state;
    static const struct {
        unsigned class_;
        bool is_answered;
    } cases[] = {{DNS_CLASS_IN, true},
                 {0x8000 | DNS_CLASS_IN, true}, // by unicast, if possible
                 {DNS_CLASS_ANY, true},
                 {0, false},
                 {3, false},
                 {0x8003, false}};
    note_serve();
    for (size_t i = 0; i < LWIP_ARRAYSIZE(cases); i++) {
        size_t before = note_seen.responses;
        struct note note;
        note_begin(&note, 0);
        note_question(&note, "lwecho.local", DNS_TYPE_A);
        dns_write16_at(&note.writer, note.writer.at - 2, cases[i].class_);
        note_send(&note, MDNS_PORT);
        rig_advance(2 * SECOND_MS);
        assert_int_equal(note_seen.responses - before, cases[i].is_answered);
    }
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

static void only_what_is_the_same_in_all_is_known(void **state)
{
    (void)state;
#define NAME "\6lwecho\5_echo\4_udp\5local"
#define SRV "\0\0\0\0\0\7\6"
    static const struct {
        const char *name;
        const char *data;
        size_t octets;
        u16_t type;
        bool is_known;
    } cases[] = {
        {"lwecho.local", "\306\63\144\2", 4, DNS_TYPE_A, true},
        {"lwecho.local", "\306\63\144\3", 4, DNS_TYPE_A, false},
        {"lwecho.local", "\306\63\144\2", 3, DNS_TYPE_A, false},
        {"lwecho.local", "\306\63\144\2", 5, DNS_TYPE_A, false},
        {"lwecha.local", "\306\63\144\2", 4, DNS_TYPE_A, false},
        {"_echo._udp.local", NAME, sizeof NAME, DNS_TYPE_PTR, true},
        {"_echo._udp.local", NAME, sizeof NAME - 1, DNS_TYPE_PTR, false}, // ends early
        {"_echo._udp.local", NAME, sizeof NAME - 2, DNS_TYPE_PTR, false},
        {"_echo._udp.local", &NAME[7], sizeof NAME - 7, DNS_TYPE_PTR, false},
        {"lwecho._echo._udp.local", SRV "lwecho\5local", 20, DNS_TYPE_SRV, true},
        {"lwecho._echo._udp.local", SRV "lwecha\5local", 20, DNS_TYPE_SRV, false},
        {"lwecho._echo._udp.local", "\0\0\0\1\0\7\6lwecho\5local", 20, DNS_TYPE_SRV, false},
        {"lwecho._echo._udp.local", "\0\0\0\0\0\10\6lwecho\5local", 20, DNS_TYPE_SRV, false},
        {"lwecho._echo._udp.local", "", 1, DNS_TYPE_TXT, true}, // both mean that there is none
        {"lwecho._echo._udp.local", "", 0, DNS_TYPE_TXT, true},
        {"lwecho._echo._udp.local", "\3a=b", 4, DNS_TYPE_TXT, false},
    };
    note_serve();
    for (size_t i = 0; i < LWIP_ARRAYSIZE(cases); i++) {
        size_t before = note_seen.responses;
        struct note note;
        note_begin(&note, 0);
        note_question(&note, i == 4 ? "lwecho.local" : cases[i].name, cases[i].type);
        note.header.answers = 1;
        note_record(&note, cases[i].name, cases[i].type, 4500, cases[i].data, cases[i].octets);
        note_send(&note, MDNS_PORT);
        rig_advance(2 * SECOND_MS);
        assert_int_equal(note_seen.responses - before, !cases[i].is_known);
    }
    assert_int_equal(mdns_counters.drop_malformed, 0);
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
    note_probe(&note, DNS_TYPE_A, (u8_t[]){198, 51, 100, last_octet}, 4);
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

/// Source: RFC 6762 section 8.2: types are compared before addresses.
static void of_two_that_probe_the_greater_type_wins(void **state)
{
    (void)state;
    static const u8_t ip6[17] = {0};
    for (size_t octets = 15; octets <= sizeof ip6; octets++) { // 16: an address
        struct note note;
        note_probe(&note, DNS_TYPE_AAAA, ip6, octets);
        note_start();
        rig_advance(250);
        size_t before = note_seen.probes;
        note_send(&note, MDNS_PORT);
        rig_advance(900);
        assert_int_equal(note_seen.probes > before, octets != 16);
        rig_stop_device();
    }
    rig_start_device();
}

/// Probes with an IPv4 address among others, all of them greater than the device's.
static void probe_among_others(u8_t last_octet)
{
    static const u8_t ip6[16] = {0xff};
    struct note note;
    note_begin(&note, 0);
    note_question(&note, "lwecho.local", DNS_TYPE_ANY);
    note.header.authorities = 4;
    note_record(&note, "another.local", DNS_TYPE_A, 120, (u8_t[]){255, 0, 0, 1}, 4);
    note_record(&note, "lwecho.local", DNS_TYPE_AAAA, 120, ip6, sizeof ip6);
    note_record(&note, "lwecho.local", DNS_TYPE_A, 120, (u8_t[]){198, 51, 100, last_octet}, 4);
    note_record(&note, "lwecho.local", DNS_TYPE_AAAA, 120, ip6, sizeof ip6);
    note_send(&note, MDNS_PORT);
}

static void of_several_addresses_the_ip4_one_under_our_name_is_compared(void **state)
{
    (void)state;
    note_start();
    rig_advance(250);
    size_t before = note_seen.probes;
    probe_among_others(1); // less than ours
    rig_advance(250);
    assert_true(note_seen.probes > before);
    before = note_seen.probes;
    probe_among_others(3);
    rig_advance(900);
    assert_int_equal(note_seen.probes, before);
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

static void the_name_is_told_from_its_first_announcement(void **state)
{
    (void)state;
    note_start();
    for (int ms = 0; note_seen.responses == 0 && ms < MDNS_READY_MS; ms += 10) {
        assert_null(mdns_name());
        rig_advance(10);
    }
    assert_int_equal(note_seen.responses, 1);
    assert_string_equal(mdns_name(), "lwecho");
    mdns_stop();
    assert_null(mdns_name());
    assert_int_equal(note_seen.goodbyes, 0); // not yet on the wire
    rig_settle();
    assert_int_equal(note_seen.goodbyes, 1);
}

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

static void single_hosts_are_answered_again_after_an_allocation_failed(void **state)
{
    (void)state;
    note_serve();
    fault_refuse(FAULT_HEAP, true);
    note_ask("lwecho.local", DNS_TYPE_A, 1024);
    fault_refuse(FAULT_HEAP, false);
    assert_int_equal(note_seen.unicasts, 0);
    assert_int_equal(mdns_counters.tx_failed, 1);
    rig_advance(SECOND_MS);
    note_ask("lwecho.local", DNS_TYPE_A, 1024);
    assert_int_equal(note_seen.unicasts, 1);
}

static void it_refuses_what_it_can_not_start_with(void **state)
{
    (void)state;
    const struct mdns_config config = {.name = "again", .port = 7};
    note_serve();
    mdns_stop();
    mdns_stop();
    size_t groups = lwip_stats.memp[MEMP_MLD6_GROUP]->used;
    size_t pcbs = lwip_stats.memp[MEMP_UDP_PCB]->used;
    fault_refuse(MEMP_UDP_PCB, true);
    assert_int_equal(mdns_start(&rig.netif, &config), ERR_MEM);
    fault_refuse(MEMP_UDP_PCB, false);
    fault_refuse(MEMP_MLD6_GROUP, true);
    assert_int_equal(mdns_start(&rig.netif, &config), ERR_MEM);
    fault_refuse(MEMP_MLD6_GROUP, false);
    struct udp_pcb *other = udp_new();
    assert_int_equal(udp_bind(other, IP_ANY_TYPE, MDNS_PORT), ERR_OK);
    assert_int_equal(mdns_start(&rig.netif, &config), ERR_USE);
    udp_remove(other);
    assert_int_equal(lwip_stats.memp[MEMP_MLD6_GROUP]->used, groups);
    assert_int_equal(lwip_stats.memp[MEMP_UDP_PCB]->used, pcbs);
    assert_int_equal(mdns_start(&rig.netif, &config), ERR_OK);
    rig_advance(MDNS_READY_MS);
    assert_string_equal(mdns_name(), "again");
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
        HEARD(other_classes_are_not_answered),
        HEARD(what_the_asker_knows_is_not_told),
        HEARD(only_what_is_the_same_in_all_is_known),
        HEARD(another_name_is_taken_when_a_host_answers_a_probe),
        HEARD(a_name_that_is_served_is_probed_again_after_a_conflict),
        HEARD(goodbyes_and_our_own_records_are_no_conflicts),
        HEARD(of_two_that_probe_the_greater_address_wins),
        HEARD(of_two_that_probe_the_greater_type_wins),
        HEARD(of_several_addresses_the_ip4_one_under_our_name_is_compared),
        HEARD(a_probe_for_our_name_is_answered_in_time),
        HEARD(the_name_is_told_from_its_first_announcement),
        HEARD(answers_come_again_after_an_allocation_failed),
        HEARD(single_hosts_are_answered_again_after_an_allocation_failed),
        HEARD(it_refuses_what_it_can_not_start_with),
        HEARD(it_says_goodbye),
        HEARD(after_the_cable_was_out_the_name_is_probed_again),
        cmocka_unit_test(names_are_judged),
    };
    return cmocka_run_group_tests_name("multicast DNS", cases, NULL, NULL);
}
