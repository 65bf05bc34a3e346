// SPDX-License-Identifier: BSD-3-Clause
// Multicast DNS over IPv6, and of a device that has no IPv4 address yet.
#include <string.h>

#include "lwip/dhcp.h"
#include "mdns.h"
#include "mdns_records.h"
#include "note.h"

enum {
    SECOND_MS = 1000,
};

static const u8_t static_ip6[16] = {0x20, 0x01, 0x0d, 0xb8, 0, 7, [15] = 2};

/// What the device sent, the last message of each.
static struct heard {
    size_t to_ip4;
    size_t probes;
    size_t responses;
    size_t unicasts;
    struct dns_header header;
    u16_t first_type; // of the answers
} heard;

static bool hear(const struct packet *packet)
{
    if (packet->protocol != PROTOCOL_UDP || packet->src_port != MDNS_PORT) {
        return false;
    }
    if (packet->ethertype == ETHERTYPE_IP4) {
        heard.to_ip4++;
        return false;
    }
    const struct address group = address_ip6((uint16_t[8]){0xff02, [7] = 0xfb});
    bool is_group = address_is_equal(&packet->dst, &group);
    assert_int_equal(packet->hops, 255);
    assert_int_equal(packet->dst_port, is_group ? MDNS_PORT : 1024);
    struct dns_reader reader = dns_reader(packet->data, packet->data_octets);
    heard.header = dns_read_header(&reader);
    if ((heard.header.flags & 0x8000) == 0) {
        heard.probes++;
        return false;
    }
    for (unsigned i = 0; i < heard.header.questions; i++) {
        dns_read_question(&reader);
    }
    heard.first_type = dns_read_record(&reader).type;
    assert_false(reader.failed);
    heard.responses += is_group;
    heard.unicasts += !is_group;
    return false;
}

static int heard_setup(void **state)
{
    memset(&heard, 0, sizeof heard);
    int failed = note_setup(state);
    rig.on_frame = hear;
    return failed;
}

static int heard_teardown(void **state)
{
    if (netif_dhcp_data(&rig.netif) != NULL) { // the device waits for an IPv4 address
        app_stop(&rig.netif);
        rig_settle();
    }
    return note_teardown(state);
}

#define HEARD_IP6(name) cmocka_unit_test_setup_teardown(name, heard_setup, heard_teardown)

/// Sends a message from host 1 and `port` to the group.
static void send_ip6(struct note *note, u16_t port)
{
    size_t octets = note_end(note);
    struct host *host = rig_host_ip6(1);
    struct address device = host->device;
    host->device = address_ip6((uint16_t[8]){0xff02, [7] = 0xfb});
    host_send_udp(host, port, MDNS_PORT, note->data, octets);
    host->device = device;
    rig_settle();
}

static void ask_ip6(const char *name, u16_t type, u16_t port)
{
    struct note note;
    note_begin(&note, 0);
    note_question(&note, name, type);
    send_ip6(&note, port);
}

static void serve(void)
{
    rig_serve();
    rig_host_ip6(1);
    rig_advance(MDNS_READY_MS);
    assert_string_equal(mdns_name(), "lwecho");
}

static void whoever_asks_over_ip6_is_answered_there(void **state)
{
    (void)state;
    serve();
    size_t to_ip4 = heard.to_ip4;
    size_t before = heard.responses;
    ask_ip6("lwecho.local", DNS_TYPE_AAAA, MDNS_PORT);
    rig_advance(150);
    assert_int_equal(heard.responses, before + 1);
    assert_int_equal(heard.header.answers, 2); // link-local and static
    assert_int_equal(heard.first_type, DNS_TYPE_AAAA);
    assert_int_equal(heard.to_ip4, to_ip4);
}

static void single_hosts_are_answered_over_ip6(void **state)
{
    (void)state;
    serve();
    ask_ip6("lwecho.local", DNS_TYPE_A, 1024);
    assert_int_equal(heard.unicasts, 1);
    assert_int_equal(heard.first_type, DNS_TYPE_A);
}

static void messages_to_the_device_alone_are_dropped_over_ip6(void **state)
{
    (void)state;
    serve();
    struct note note;
    note_begin(&note, 0);
    note_question(&note, "lwecho.local", DNS_TYPE_A);
    host_send_udp(rig_host_ip6(1), MDNS_PORT, MDNS_PORT, note.data, note_end(&note));
    rig_settle();
    assert_int_equal(mdns_counters.drop_unicast, 1);
}

/// There may be more addresses than the one that the asker knows.
static void a_known_ip6_address_keeps_no_other_back(void **state)
{
    (void)state;
    serve();
    size_t before = heard.responses;
    struct note note;
    note_begin(&note, 0);
    note_question(&note, "lwecho.local", DNS_TYPE_AAAA);
    note.header.answers = 1;
    note_record(&note, "lwecho.local", DNS_TYPE_AAAA, 120, static_ip6, sizeof static_ip6);
    send_ip6(&note, MDNS_PORT);
    rig_advance(150);
    assert_int_equal(heard.responses, before + 1);
}

static void each_ip6_address_is_our_own(void **state)
{
    (void)state;
    serve();
    for (unsigned i = 0; i < 3; i++) {
        u8_t ip6[16] = {0xfe, 0x80, [10] = 0xc6, 0xff, 0xfe, 0x33, 0x64, 0x02};
        if (i > 0) {
            memcpy(ip6, static_ip6, sizeof ip6);
            ip6[15] = (u8_t)(1 + i); // ours, and the next
        }
        struct note note;
        note_begin(&note, MDNS_RESPONSE);
        note.header.answers = 1;
        note_record(&note, "lwecho.local", DNS_TYPE_AAAA, 120, ip6, sizeof ip6);
        send_ip6(&note, MDNS_PORT);
        assert_int_equal(mdns_counters.conflicts, i == 2);
    }
}

// A device that waits for an IPv4 address.

static void start_waiting(void)
{
    struct app_config config = app_config_default();
    config.address.ip4_mode = ADDRESS_IP4_AUTO; // no server answers
    rig_start_device();
    assert_int_equal(app_start(&rig.netif, &config), ERR_OK);
    rig_host_ip6(1);
    rig_settle();
}

static void expect_no_ip4(void)
{
    assert_true(ip4_addr_isany_val(*netif_ip4_addr(&rig.netif)));
    assert_int_equal(heard.to_ip4, 0);
}

static void until_probes(size_t probes)
{
    for (int ms = 0; heard.probes < probes; ms += 10) {
        assert_true(ms < MDNS_READY_MS);
        rig_advance(10);
    }
}

static void without_ip4_the_name_is_served_over_ip6(void **state)
{
    (void)state;
    start_waiting();
    rig_advance(MDNS_READY_MS + 2 * SECOND_MS);
    assert_string_equal(mdns_name(), "lwecho");
    size_t before = heard.responses;
    ask_ip6("lwecho.local", DNS_TYPE_A, MDNS_PORT);
    rig_advance(SECOND_MS);
    assert_int_equal(heard.responses, before + 1);
    assert_int_equal(heard.first_type, DNS_TYPE_NSEC); // there is none
    expect_no_ip4();
}

/// Sends a probe of 2001:db8:7::`last_octet`.
static void probe(u8_t last_octet)
{
    u8_t ip6[16];
    memcpy(ip6, static_ip6, sizeof ip6);
    ip6[15] = last_octet;
    struct note note;
    note_probe(&note, DNS_TYPE_AAAA, ip6, sizeof ip6);
    send_ip6(&note, MDNS_PORT);
}

static void without_ip4_the_least_ip6_address_is_compared(void **state)
{
    (void)state;
    start_waiting();
    rig_advance(2 * SECOND_MS); // both addresses are there
    rig.wire.link_is_down = true;
    rig_advance(SECOND_MS);
    rig.wire.link_is_down = false;
    heard.probes = 0;
    until_probes(1);
    probe(1); // less than ours
    until_probes(2);
    probe(3); // more: it waits a second, then tries again
    size_t before = heard.probes;
    rig_advance(900);
    assert_int_equal(heard.probes, before);
    rig_advance(MDNS_READY_MS);
    assert_string_equal(mdns_name(), "lwecho");
    expect_no_ip4();
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        HEARD_IP6(whoever_asks_over_ip6_is_answered_there),
        HEARD_IP6(single_hosts_are_answered_over_ip6),
        HEARD_IP6(messages_to_the_device_alone_are_dropped_over_ip6),
        HEARD_IP6(a_known_ip6_address_keeps_no_other_back),
        HEARD_IP6(each_ip6_address_is_our_own),
        HEARD_IP6(without_ip4_the_name_is_served_over_ip6),
        HEARD_IP6(without_ip4_the_least_ip6_address_is_compared),
    };
    return cmocka_run_group_tests_name("multicast DNS over IPv6", cases, NULL, NULL);
}
