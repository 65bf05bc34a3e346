// SPDX-License-Identifier: BSD-3-Clause
// Addresses that find themselves: leased or link-local, tried first and defended.
#include <stdio.h>
#include <string.h>

#include "guard.h"
#include "leased.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/prot/iana.h"

static void a_server_gives_address_mask_and_router(void **state)
{
    (void)state;
    leased_start();
    rig_advance(PROBE_MS);
    assert_true(leased_has_lease());
    assert_int_equal(lwip_ntohl(netif_ip4_netmask(&rig.netif)->addr), 0xffffff00u);
    assert_int_equal(lwip_ntohl(netif_ip4_gw(&rig.netif)->addr), get32(ip4_server));
    assert_int_equal(log_count("address: add ip=198.51.100.77 by=dhcp\n"), 1);
    assert_true(address_settled(&rig.netif));
}

static void nothing_is_used_before_it_was_tried(void **state)
{
    (void)state;
    leased_start();
    rig_advance(3 * SECOND_MS);
    assert_int_equal(server.came[REQUESTED], 1);
    assert_true(ip4_addr_isany(netif_ip4_addr(&rig.netif)));
    assert_false(address_settled(&rig.netif));
}

static void without_a_server_the_address_is_link_local(void **state)
{
    (void)state;
    server.is_silent = true;
    leased_start();
    rig_advance(ALONE_MS);
    assert_true(leased_is_link_local());
    assert_int_equal(lwip_ntohl(netif_ip4_netmask(&rig.netif)->addr), 0xffff0000u);
    assert_int_equal(log_count(" by=link-local\n"), 1);
}

static void a_server_that_appears_later_is_found(void **state)
{
    (void)state;
    server.is_silent = true;
    leased_start();
    rig_advance(10 * MINUTE_MS);
    assert_true(leased_is_link_local());
    server.is_silent = false;
    rig_advance(RETURN_MS);
    assert_true(leased_has_lease());
    assert_int_equal(log_count(" reason=replaced\n"), 1);
}

/// Both addresses are tried at once then, and lwIP would let the last one win.
static void a_link_local_address_does_not_replace_a_leased_one(void **state)
{
    (void)state;
    for (size_t silent_for = 0; silent_for < 5; silent_for++) {
        server.silent_for = silent_for;
        leased_start();
        rig_advance(2 * MINUTE_MS);
        assert_true(leased_has_lease());
        rig_stop_device();
    }
    rig_start_device();
}

static void after_the_cable_was_out_it_asks_for_the_same_address(void **state)
{
    (void)state;
    leased_start();
    rig_advance(PROBE_MS);
    leased_replug();
    assert_int_equal(server.came[REQUESTED], 2);
    rig_advance(PROBE_MS);
    assert_true(leased_has_lease());
    assert_int_equal(server.came[DISCOVER], 1);
    assert_int_equal(log_count("address: remove"), 0);
}

static void on_another_network_it_takes_another_address(void **state)
{
    (void)state;
    leased_start();
    rig_advance(PROBE_MS);
    server.refuses = true;
    leased_replug();
    assert_int_equal(log_count("address: remove ip=198.51.100.77 reason=refused\n"), 1);
    server.refuses = false;
    rig_advance(RETURN_MS);
    assert_true(leased_has_lease());
}

static void an_address_that_no_host_can_have_is_not_kept(void **state)
{
    (void)state;
    static const u8_t unusable[][4] = {{0}, {127}, {224}, {255}};
    leased_start();
    for (size_t i = 0; i < LWIP_ARRAYSIZE(unusable); i++) {
        server.gives = unusable[i];
        rig_advance(3 * MINUTE_MS); // the first answers a renewal
        assert_in_range(log_count("address: refuse reason=unusable"), 2 * (i + 1), 18 * (i + 1));
    }
    server.gives = NULL;
    rig_advance(RETURN_MS);
    assert_true(leased_has_lease());
}

static void it_asks_again_although_somebody_has_taken_its_pcb(void **state)
{
    (void)state;
    server.gives = (u8_t[]){127, 0, 0, 1};
    leased_start();
    while (log_count("address: refuse") == 0) {
        rig_advance(SECOND_MS);
    }
    struct udp_pcb *taken[MEMP_NUM_UDP_PCB + 1];
    size_t n = 0;
    while ((taken[n] = udp_new()) != NULL) {
        n++;
    }
    assert_true(n > 0);
    server.gives = NULL;
    size_t discovers = server.came[DISCOVER];
    rig_advance(MINUTE_MS);
    assert_int_equal(server.came[DISCOVER], discovers);
    while (n > 0) {
        udp_remove(taken[--n]);
    }
    rig_advance(RETURN_MS);
    assert_true(leased_has_lease());
}

/// lwIP asks anew as soon as it was refused.
static void a_server_that_always_refuses_is_asked_once_a_second(void **state)
{
    (void)state;
    server.refuses = true;
    leased_start();
    rig_advance(MINUTE_MS);
    assert_in_range(server.came[REQUESTED], 10, 70);
    assert_true(guard_counters.limit_dhcp > 0);
    server.refuses = false;
    rig_advance(RETURN_MS);
    assert_true(leased_has_lease());
}

static void a_server_that_always_refuses_without_the_defence(void **state)
{
    (void)state;
    defence_off = &guard_counters.limit_dhcp;
    server.refuses = true;
    server.answers_max = 10000;
    leased_start(); // without any time passing
    assert_int_equal(server.answers, server.answers_max);
}

static void a_link_local_address_goes_with_the_link(void **state)
{
    (void)state;
    server.is_silent = true;
    leased_start();
    rig_advance(ALONE_MS);
    leased_replug();
    assert_int_equal(log_count(" reason=link\n"), 1);
    rig_advance(ALONE_MS);
    assert_true(leased_is_link_local());
}

static void an_address_is_defended_once(void **state)
{
    (void)state;
    leased_start();
    rig_advance(PROBE_MS);
    size_t frames = rig.frames;
    leased_claim();
    assert_true(rig.frames > frames);
    assert_true(leased_has_lease());
    rig_advance(PROBE_MS); // the next one is the first again
    leased_claim();
    assert_true(leased_has_lease());
}

static void an_address_that_another_host_takes_is_declined(void **state)
{
    (void)state;
    leased_start();
    rig_advance(PROBE_MS);
    leased_claim();
    leased_claim();
    assert_false(leased_has_lease());
    assert_int_equal(log_count("address: remove ip=198.51.100.77 reason=conflict\n"), 1);
    assert_int_equal(server.came[DECLINE], 1);
    assert_true(server.decline_named);
    rig_advance(RETURN_MS);
    assert_true(leased_has_lease());
}

static void another_link_local_address_is_tried_after_a_conflict(void **state)
{
    (void)state;
    server.is_silent = true;
    leased_start();
    rig_advance(ALONE_MS);
    ip4_addr_t first = *netif_ip4_addr(&rig.netif);
    leased_claim();
    leased_claim();
    assert_true(ip4_addr_isany(netif_ip4_addr(&rig.netif)));
    rig_advance(PROBE_MS);
    assert_true(leased_is_link_local());
    assert_false(ip4_addr_eq(netif_ip4_addr(&rig.netif), &first));
}

/// Whoever is asked for from 0.0.0.0 must think that the device tries their address.
static void without_an_address_it_asks_for_nobody(void **state)
{
    (void)state;
    leased_start();
    rig_advance(PROBE_MS);
    struct pbuf *p = pbuf_alloc(PBUF_LINK, 1, PBUF_RAM);
    ip4_addr_t nobody = {PP_HTONL(LWIP_MAKEU32(198, 51, 100, NOBODY))};
    etharp_output(&rig.netif, p, &nobody);
    pbuf_free(p);
    rig_settle();
    assert_int_equal(server.asks_for_nobody, 1);
    leased_claim();
    leased_claim();
    assert_false(leased_has_lease());
    rig_advance(5 * SECOND_MS);
    assert_int_equal(server.asks_for_nobody, 1);
}

static void a_server_without_a_mask_leaves_that_of_the_class(void **state)
{
    (void)state;
    server.has_no_mask = true;
    leased_start();
    rig_advance(PROBE_MS);
    assert_true(leased_has_lease());
    assert_int_equal(lwip_ntohl(netif_ip4_netmask(&rig.netif)->addr), 0xffffff00u);
}

static void answers_that_end_early_do_no_harm(void **state)
{
    (void)state;
    for (size_t cut = 1; cut <= MESSAGE_OCTETS + 60; cut++) {
        server.cut = cut;
        leased_start();
        rig_advance(SECOND_MS);
        rig_stop_device();
    }
    server.cut = 0;
    leased_start();
    rig_advance(PROBE_MS);
    assert_true(leased_has_lease());
}

static void it_finds_its_address_whichever_allocation_fails(void **state)
{
    (void)state;
    for (size_t nth = 1; nth <= 40; nth++) {
        fault_clear();
        struct app_config config = leased_config();
        rig_start_device();
        rig_host(1);
        rig.on_frame = dhcp_server_on_frame;
        fault_fail(nth, 0);
        if (app_start(&rig.netif, &config) == ERR_OK) {
            rig_advance(2 * MINUTE_MS);
            assert_true(leased_has_lease());
        }
        app_stop(&rig.netif);
        rig_settle();
        assert_null(netif_dhcp_data(&rig.netif));
        device_stop(&rig.netif);
        rig.has_device = false;
    }
    fault_clear();
    rig_start_device();
}

static void it_can_stop_at_any_time(void **state)
{
    (void)state;
    for (uint32_t ms = 0; ms < 40 * SECOND_MS; ms += 500) {
        server.silent_for = ms % 3 == 0 ? 4 : 0;
        leased_start();
        rig_advance(ms);
        app_stop(&rig.netif);
        rig_settle();
        assert_true(ip4_addr_isany(netif_ip4_addr(&rig.netif)));
        rig_advance(MINUTE_MS);
        assert_true(ip4_addr_isany(netif_ip4_addr(&rig.netif)));
        device_stop(&rig.netif);
        rig.has_device = false;
    }
    rig_start_device();
}

static void an_idle_device_with_a_lease_wakes_once_a_second(void **state)
{
    (void)state;
    leased_start();
    rig_advance(MINUTE_MS);
    rig.wakeups = 0;
    rig_advance(MINUTE_MS);
    assert_in_range(rig.wakeups, 1, 62);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        LEASED(a_server_gives_address_mask_and_router),
        LEASED(nothing_is_used_before_it_was_tried),
        LEASED(without_a_server_the_address_is_link_local),
        LEASED(a_server_that_appears_later_is_found),
        LEASED(a_link_local_address_does_not_replace_a_leased_one),
        LEASED(after_the_cable_was_out_it_asks_for_the_same_address),
        LEASED(on_another_network_it_takes_another_address),
        LEASED(an_address_that_no_host_can_have_is_not_kept),
        LEASED(it_asks_again_although_somebody_has_taken_its_pcb),
        LEASED(a_server_that_always_refuses_is_asked_once_a_second),
        LEASED(a_server_that_always_refuses_without_the_defence),
        LEASED(a_link_local_address_goes_with_the_link),
        LEASED(an_address_is_defended_once),
        LEASED(an_address_that_another_host_takes_is_declined),
        LEASED(another_link_local_address_is_tried_after_a_conflict),
        LEASED(without_an_address_it_asks_for_nobody),
        LEASED(a_server_without_a_mask_leaves_that_of_the_class),
        LEASED(answers_that_end_early_do_no_harm),
        LEASED(it_finds_its_address_whichever_allocation_fails),
        LEASED(it_can_stop_at_any_time),
        LEASED(an_idle_device_with_a_lease_wakes_once_a_second),
    };
    return cmocka_run_group_tests(cases, NULL, NULL);
}
