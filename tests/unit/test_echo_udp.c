// SPDX-License-Identifier: BSD-3-Clause
// The UDP echo. Checksums, lengths and the order of fragments are checked by the host.
#include <string.h>

#include "guard.h"
#include "lwip/udp.h"
#include "unit.h"

enum {
    PORT = 7,
    PEER_PORT = 5000,
    FRAGMENTED_OCTETS = LWIP_MIN(ECHO_UDP_OCTETS_MAX, 65487), // what IPv6 can carry as well
};

static uint8_t data[HOST_DATAGRAM_OCTETS_MAX];

static void fill(void)
{
    for (size_t i = 0; i < sizeof data; i++) {
        data[i] = (uint8_t)(i * 2654435761u >> 13);
    }
}

/// Sends `octets` and returns whether exactly they came back, from where they were sent to.
static bool is_echoed(struct host *host, size_t octets)
{
    size_t datagrams = host->datagrams;
    host->inbox.octets = 0;
    host_send_udp(host, PEER_PORT, PORT, data, octets);
    rig_settle();
    const struct packet *answer = &host->inbox.packet;
    if (host->datagrams == datagrams) {
        return false;
    }
    assert_int_equal(host->datagrams, datagrams + 1);
    assert_true(address_is_equal(&answer->src, &host->device));
    assert_int_equal(answer->src_port, PORT);
    assert_int_equal(answer->dst_port, PEER_PORT);
    assert_int_equal(answer->data_octets, octets);
    assert_memory_equal(answer->data, data, octets);
    return true;
}

static void expect_every_size(struct host *host, size_t octets_max)
{
    fill();
    for (size_t octets = 0; octets <= octets_max; octets++) {
        if (!is_echoed(host, octets)) {
            fail_msg("%zu octets do not come back", octets);
        }
    }
    assert_int_equal(echo_udp_counters.answered, octets_max + 1);
    assert_int_equal(echo_udp_counters.octets_in, octets_max * (octets_max + 1) / 2);
    assert_int_equal(echo_udp_counters.octets_out, echo_udp_counters.octets_in);
}

static void every_size_of_one_frame_comes_back(void **state)
{
    (void)state;
    rig_serve();
    expect_every_size(rig_host(1), 1472);
}

static void it_answers_in_the_buffers_that_the_datagram_came_in(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    fill();
    for (int kind = 0; kind < FAULT_RX_BUFFERS; kind++) {
        fault_refuse(kind, true);
    }
    assert_true(is_echoed(host, 0));
    assert_true(is_echoed(host, 1));
    assert_true(is_echoed(host, 1472));
}

/// Sends a datagram with octets behind it in the same packet. Returns how many come back.
static size_t octets_back_with_surplus(struct host *host)
{
    uint8_t upper[8 + 100 + 4];
    struct route route = host_route(host);
    packet_build_udp(upper, &route, PEER_PORT, PORT, data, 100);
    memset(upper + 8 + 100, 0xff, 4);
    host->inbox.packet.data_octets = 0;
    host_send(host, PROTOCOL_UDP, upper, sizeof upper);
    rig_settle();
    return host->inbox.packet.data_octets;
}

static void octets_behind_a_datagram_are_none_of_its(void **state)
{
    (void)state;
    rig_serve();
    fill();
    assert_int_equal(octets_back_with_surplus(rig_host(1)), 100);
#if LWIP_IPV6
    assert_int_equal(octets_back_with_surplus(rig_host_ip6(1)), 100);
#endif
    defence_off = &guard_ip_counters.udp_surplus_cut;
    assert_int_equal(octets_back_with_surplus(rig_host(1)), 0); // lwIP's checksum covers them
}

static void ip_options_are_no_hindrance(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    host->option_octets = 40;
    fill();
    assert_true(is_echoed(host, 0));
    assert_true(is_echoed(host, 100));
}

#if LWIP_IPV6
static void every_size_of_one_frame_comes_back_over_ip6(void **state)
{
    (void)state;
    rig_serve();
    expect_every_size(rig_host_ip6(1), 1452);
}

static void a_link_local_address_answers_from_itself(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host_ip6(1);
    host->address = address_ip6((uint16_t[8]){0xfe80, 0, 0, 0, 0, 0, 1, 1});
    host->device = address_ip6((uint16_t[8]){0xfe80, 0, 0, 0, 0, 0xc6ff, 0xfe33, 0x6402});
    host_announce(host);
    rig_settle();
    fill();
    assert_true(is_echoed(host, 100));
}

static void a_link_local_peer_of_the_global_address_is_answered_from_that(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host_ip6(1);
    host->address = address_ip6((uint16_t[8]){0xfe80, 0, 0, 0, 0, 0, 1, 1});
    host_announce(host);
    rig_settle();
    fill();
    assert_true(is_echoed(host, 100));
}

static void fragments_come_back_over_ip6(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host_ip6(1);
    fill();
    assert_true(is_echoed(host, 1453));
    assert_true(host->inbox.frames > 1);
    assert_true(is_echoed(host, 2000));
    assert_true(is_echoed(host, FRAGMENTED_OCTETS));
}

static void a_group_of_ip6_gets_no_answer(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host_ip6(1);
    host->device = address_ip6((uint16_t[8]){0xff02, 0, 0, 0, 0, 0, 0, 1});
    host_send_udp(host, PEER_PORT, PORT, "x", 1);
    rig_settle();
    assert_int_equal(host->datagrams, 0);
    assert_int_equal(echo_udp_counters.drop_not_unicast, 1);
}
#endif

#if IP_REASSEMBLY
static void fragments_come_back(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    fill();
    assert_true(is_echoed(host, 1473));
    assert_true(host->inbox.frames > 1);
    assert_true(is_echoed(host, 2961));
    assert_true(is_echoed(host, ECHO_UDP_OCTETS_MAX));
}

static void a_datagram_that_stays_incomplete_is_forgotten(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    fill();
    struct route route = host_route(host);
    struct packet_frame frame;
    packet_build(&frame, &route, PROTOCOL_UDP, &(struct fragment){.id = 9, .more = true}, data,
                 1448);
    wire_push(&rig.wire, frame.data, frame.octets);
    rig_settle();
    assert_true(rxbuf_stats.used > 0);
    rig_advance(20 * 1000);
    assert_int_equal(rxbuf_stats.used, 0);
    assert_true(is_echoed(host, 2000));
}

static void an_answer_without_memory_for_its_fragments_is_counted(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    fill();
    fault_refuse(FAULT_HEAP, true);
    assert_false(is_echoed(host, 2000));
    fault_refuse(FAULT_HEAP, false);
    fault_refuse(MEMP_FRAG_PBUF, true);
    assert_false(is_echoed(host, 2000));
    fault_refuse(MEMP_FRAG_PBUF, false);
    assert_int_equal(echo_udp_counters.drop_send_failed, 2);
    assert_int_equal(rxbuf_stats.used, 0);
    assert_true(is_echoed(host, 2000));
}
#endif

static void what_goes_to_a_broadcast_gets_no_answer(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    host->device = address_ip4(198, 51, 100, 255);
    host_send_udp(host, PEER_PORT, PORT, "x", 1);
    host->device = address_ip4(255, 255, 255, 255);
    host_send_udp(host, PEER_PORT, PORT, "x", 1);
    rig_settle();
    assert_int_equal(host->datagrams, 0);
    assert_int_equal(echo_udp_counters.drop_not_unicast, 2);
}

static void what_comes_from_no_single_host_gets_no_answer(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    const struct address sources[] = {
        address_ip4(0, 0, 0, 0),
        address_ip4(198, 51, 100, 255),
        address_ip4(255, 255, 255, 255),
        address_ip4(224, 0, 0, 1),
    };
    size_t frames = rig.frames;
    for (size_t i = 0; i < LWIP_ARRAYSIZE(sources); i++) {
        host->address = sources[i];
        host_send_udp(host, PEER_PORT, PORT, "x", 1);
        rig_settle();
    }
    assert_int_equal(rig.frames, frames);
    assert_int_equal(echo_udp_counters.answered, 0);
}

static void well_known_source_ports_get_no_answer(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    static const uint16_t ports[] = {0, 1, 7, 19, 53, 1023};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(ports); i++) {
        host_send_udp(host, ports[i], PORT, "x", 1);
    }
    rig_settle();
    assert_int_equal(host->datagrams, 0);
    assert_int_equal(echo_udp_counters.drop_source_port, LWIP_ARRAYSIZE(ports));
    host_send_udp(host, 1024, PORT, "x", 1);
    rig_settle();
    assert_int_equal(host->datagrams, 1);
}

static void its_own_port_as_source_gets_no_answer(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    config.udp.port = 7777;
    rig_start(&config);
    struct host *host = rig_host(1);
    host_send_udp(host, 7777, 7777, "x", 1);
    rig_settle();
    assert_int_equal(host->datagrams, 0);
    assert_int_equal(echo_udp_counters.drop_source_port, 1);
    host_send_udp(host, 7778, 7777, "x", 1);
    rig_settle();
    assert_int_equal(host->datagrams, 1);
}

static void an_answer_that_the_device_refuses_is_counted(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    rig.wire.refuses_tx = true;
    assert_false(is_echoed(host, 10));
    rig.wire.refuses_tx = false;
    assert_int_equal(echo_udp_counters.drop_send_failed, 1);
    assert_int_equal(ethif_counters.tx_drop_refused, 1);
    assert_true(is_echoed(host, 10));
}

static void many_datagrams_at_once_are_all_answered(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    for (size_t i = 0; i < 500; i++) {
        host_send_udp(host, PEER_PORT, PORT, data, i);
    }
    rig_settle();
    assert_int_equal(host->datagrams, 500);
}

static void an_answer_to_a_forgotten_host_comes_whole(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    fill();
    host->is_mute = true;
    rig_advance(301 * 1000);
    host_send_udp(host, PEER_PORT, PORT, data, 200);
    rig_settle();
    assert_true(is_echoed(host, 200)); // to where it came from
    host->datagrams = 0;
    defence_off = &ethif_counters.tx_direct;
    host_send_udp(host, PEER_PORT, PORT, data, 200);
    rig_settle();
    assert_int_equal(rxbuf_stats.used, 0); // what waits is a copy
    host->is_mute = false;
    host_announce(host);
    rig_settle();
    if (host->datagrams == 0) {
        assert_int_equal(ethif_counters.tx_drop_unresolved, 1); // there was no room to wait in
    }
    assert_true(is_echoed(host, 200));
}

static void logs_what_it_receives_only_when_verbose(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    config.udp.verbose = true;
    rig_start(&config);
    host_send_udp(rig_host(1), PEER_PORT, PORT, "hi\n", 3);
    rig_settle();
    assert_true(log_has("udp: received peer=198.51.100.11:5000 octets=3 data=\"hi\\n\""));
}

static void it_is_silent_otherwise(void **state)
{
    (void)state;
    rig_serve();
    assert_true(log_has("udp: serving port=7"));
    log_clear();
    assert_true(is_echoed(rig_host(1), 3));
    assert_false(log_has("udp:"));
}

static void it_refuses_what_it_can_not_start_with(void **state)
{
    (void)state;
    rig_start_device();
    assert_int_equal(echo_udp_start(&(struct echo_udp_config){.port = 0}), ERR_VAL);
    fault_refuse(MEMP_UDP_PCB, true);
    assert_int_equal(echo_udp_start(&(struct echo_udp_config){.port = PORT}), ERR_MEM);
    fault_refuse(MEMP_UDP_PCB, false);
    struct udp_pcb *other = udp_new();
    assert_int_equal(udp_bind(other, IP_ANY_TYPE, PORT), ERR_OK);
    assert_int_equal(echo_udp_start(&(struct echo_udp_config){.port = PORT}), ERR_USE);
    udp_remove(other);
    assert_int_equal(lwip_stats.memp[MEMP_UDP_PCB]->used, 0);
    assert_int_equal(echo_udp_start(&(struct echo_udp_config){.port = PORT}), ERR_OK);
    assert_int_equal(echo_udp_start(&(struct echo_udp_config){.port = 8}), ERR_VAL);
    echo_udp_stop();
    echo_udp_stop();
    assert_int_equal(lwip_stats.memp[MEMP_UDP_PCB]->used, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(every_size_of_one_frame_comes_back),
        CLAIM(it_answers_in_the_buffers_that_the_datagram_came_in),
        CLAIM(octets_behind_a_datagram_are_none_of_its),
        CLAIM(ip_options_are_no_hindrance),
#if LWIP_IPV6
        CLAIM(every_size_of_one_frame_comes_back_over_ip6),
        CLAIM(a_link_local_address_answers_from_itself),
        CLAIM(a_link_local_peer_of_the_global_address_is_answered_from_that),
        CLAIM(fragments_come_back_over_ip6),
        CLAIM(a_group_of_ip6_gets_no_answer),
#endif
#if IP_REASSEMBLY
        CLAIM(fragments_come_back),
        CLAIM(a_datagram_that_stays_incomplete_is_forgotten),
        CLAIM(an_answer_without_memory_for_its_fragments_is_counted),
#endif
        CLAIM(what_goes_to_a_broadcast_gets_no_answer),
        CLAIM(what_comes_from_no_single_host_gets_no_answer),
        CLAIM(well_known_source_ports_get_no_answer),
        CLAIM(its_own_port_as_source_gets_no_answer),
        CLAIM(an_answer_that_the_device_refuses_is_counted),
        CLAIM(many_datagrams_at_once_are_all_answered),
        CLAIM(an_answer_to_a_forgotten_host_comes_whole),
        CLAIM(logs_what_it_receives_only_when_verbose),
        CLAIM(it_is_silent_otherwise),
        CLAIM(it_refuses_what_it_can_not_start_with),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
