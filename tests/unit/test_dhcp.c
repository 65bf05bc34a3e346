// SPDX-License-Identifier: BSD-3-Clause
// Addresses that find themselves: leased, link-local, and static ones that another host has.
#include <stdio.h>
#include <string.h>

#include "dhcp_server.h"
#include "guard.h"
#include "lwip/dhcp.h"
#include "lwip/etharp.h"
#include "lwip/prot/iana.h"
#include "unit.h"

enum {
    SECOND_MS = 1000,
    MINUTE_MS = 60 * 1000,
    PROBE_MS = 11 * 1000,  // within which an address is tried, and a conflict forgotten
    ALONE_MS = 30 * 1000,  // within which a device without a server is on its own
    RETURN_MS = 75 * 1000, // within which a server is found that appears later
};

static struct app_config config_auto(void)
{
    struct app_config config = app_config_default();
    config.address.ip4_mode = ADDRESS_IP4_AUTO;
    config.address.ip6_mode = ADDRESS_IP6_OFF;
    return config;
}

/// Starts a device that finds its address. The host's side of the wire is there first.
static void start(void)
{
    struct app_config config = config_auto();
    rig_start_device();
    rig_host(1);
    rig.on_frame = dhcp_server_on_frame;
    assert_int_equal(app_start(&rig.netif, &config), ERR_OK);
    rig_settle();
}

static int setup(void **state)
{
    memset(&server, 0, sizeof server);
    return rig_setup(state);
}

static int teardown(void **state)
{
    if (netif_dhcp_data(&rig.netif) != NULL) {
        app_stop(&rig.netif);
        rig_settle();
    }
    rig.on_frame = NULL;
    return rig_teardown(state);
}

static bool has(u8_t a, u8_t b, u8_t c, u8_t d)
{
    ip4_addr_t ip;
    IP4_ADDR(&ip, a, b, c, d);
    return ip4_addr_eq(netif_ip4_addr(&rig.netif), &ip);
}

static bool is_leased(void)
{
    return has(198, 51, 100, OFFERED);
}

static bool is_link_local(void)
{
    return ip4_addr_islinklocal(netif_ip4_addr(&rig.netif));
}

static void a_server_gives_address_mask_and_router(void **state)
{
    (void)state;
    start();
    rig_advance(PROBE_MS);
    assert_true(is_leased());
    assert_int_equal(lwip_ntohl(netif_ip4_netmask(&rig.netif)->addr), 0xffffff00u);
    assert_int_equal(lwip_ntohl(netif_ip4_gw(&rig.netif)->addr), get32(ip4_server));
    assert_int_equal(log_count("address: add ip=198.51.100.77 by=dhcp\n"), 1);
    assert_true(address_settled(&rig.netif));
}

static void nothing_is_used_before_it_was_tried(void **state)
{
    (void)state;
    start();
    rig_advance(3 * SECOND_MS);
    assert_int_equal(server.came[REQUESTED], 1);
    assert_true(ip4_addr_isany(netif_ip4_addr(&rig.netif)));
    assert_false(address_settled(&rig.netif));
}

static void without_a_server_the_address_is_link_local(void **state)
{
    (void)state;
    server.is_silent = true;
    start();
    rig_advance(ALONE_MS);
    assert_true(is_link_local());
    assert_int_equal(lwip_ntohl(netif_ip4_netmask(&rig.netif)->addr), 0xffff0000u);
    assert_int_equal(log_count(" by=link-local\n"), 1);
}

static void a_server_that_appears_later_is_found(void **state)
{
    (void)state;
    server.is_silent = true;
    start();
    rig_advance(10 * MINUTE_MS);
    assert_true(is_link_local());
    server.is_silent = false;
    rig_advance(RETURN_MS);
    assert_true(is_leased());
    assert_int_equal(log_count(" reason=replaced\n"), 1);
}

/// Both addresses are tried at once then, and lwIP would let the last one win.
static void a_link_local_address_does_not_replace_a_leased_one(void **state)
{
    (void)state;
    for (size_t silent_for = 0; silent_for < 5; silent_for++) {
        server.silent_for = silent_for;
        start();
        rig_advance(2 * MINUTE_MS);
        assert_true(is_leased());
        app_stop(&rig.netif);
        rig_settle();
        device_stop(&rig.netif);
        rig.has_device = false;
    }
    rig_start_device();
}

static void a_lease_is_renewed_at_its_half(void **state)
{
    (void)state;
    start();
    rig_advance(PROBE_MS);
    for (size_t n = 2; n < 10; n++) {
        rig_advance(LEASE_S / 2 * SECOND_MS);
        assert_int_equal(server.came[REQUESTED], n);
        assert_int_equal(get32(server.asker.octets), get32((u8_t[]){198, 51, 100, OFFERED}));
    }
    assert_int_equal(server.came[DISCOVER], 1);
    assert_int_equal(log_count("address: "), 2); // its search and its address
}

static void an_address_goes_with_its_lease_and_the_device_is_on_its_own(void **state)
{
    (void)state;
    server.is_silent = true;
    start();
    rig_advance(ALONE_MS); // a link-local address first: lwIP must forget that it has one
    server.is_silent = false;
    rig_advance(RETURN_MS);
    assert_true(is_leased());
    server.is_silent = true;
    rig_advance(LEASE_S * SECOND_MS + MINUTE_MS + ALONE_MS);
    assert_int_equal(log_count("address: remove ip=198.51.100.77 reason=expired\n"), 1);
    assert_true(is_link_local());
}

/// Lets the cable be out for a second.
static void replug(void)
{
    rig.wire.link_is_down = true;
    rig_advance(SECOND_MS);
    rig.wire.link_is_down = false;
    rig_advance(SECOND_MS);
}

static void after_the_cable_was_out_it_asks_for_the_same_address(void **state)
{
    (void)state;
    start();
    rig_advance(PROBE_MS);
    replug();
    assert_int_equal(server.came[REQUESTED], 2);
    rig_advance(PROBE_MS);
    assert_true(is_leased());
    assert_int_equal(server.came[DISCOVER], 1);
    assert_int_equal(log_count("address: remove"), 0);
}

static void on_another_network_it_takes_another_address(void **state)
{
    (void)state;
    start();
    rig_advance(PROBE_MS);
    server.refuses = true;
    replug();
    assert_int_equal(log_count("address: remove ip=198.51.100.77 reason=refused\n"), 1);
    server.refuses = false;
    rig_advance(RETURN_MS);
    assert_true(is_leased());
}

/// lwIP would go on to count the lease, and ask to renew, or give back, what it has no more.
static void a_lease_that_was_refused_is_forgotten(void **state)
{
    (void)state;
    start();
    rig_advance(PROBE_MS);
    server.refuses = true;
    rig_advance(LEASE_S / 2 * SECOND_MS);
    assert_int_equal(log_count("address: remove ip=198.51.100.77 reason=refused\n"), 1);
    server.refuses = false;
    server.only_offers = true; // it is still asking when the lease would end
    rig_advance(LEASE_S * SECOND_MS);
    assert_int_equal(server.came[RELEASE], 0);
    server.only_offers = false;
    rig_advance(RETURN_MS);
    assert_true(is_leased());
}

static void an_address_that_no_host_can_have_is_not_kept(void **state)
{
    (void)state;
    static const u8_t unusable[][4] = {{0}, {127}, {224}, {255}};
    start();
    for (size_t i = 0; i < LWIP_ARRAYSIZE(unusable); i++) {
        server.gives = unusable[i];
        rig_advance(3 * MINUTE_MS); // the first answers a renewal
        assert_in_range(log_count("address: refuse reason=unusable"), 2 * (i + 1), 18 * (i + 1));
    }
    server.gives = NULL;
    rig_advance(RETURN_MS);
    assert_true(is_leased());
}

static void it_asks_again_although_somebody_has_taken_its_pcb(void **state)
{
    (void)state;
    server.gives = (u8_t[]){127, 0, 0, 1};
    start();
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
    assert_true(is_leased());
}

/// lwIP asks anew as soon as it was refused.
static void a_server_that_always_refuses_is_asked_once_a_second(void **state)
{
    (void)state;
    server.refuses = true;
    start();
    rig_advance(MINUTE_MS);
    assert_in_range(server.came[REQUESTED], 10, 70);
    assert_true(guard_counters.limit_dhcp > 0);
    server.refuses = false;
    rig_advance(RETURN_MS);
    assert_true(is_leased());
}

static void a_server_that_always_refuses_without_the_defence(void **state)
{
    (void)state;
    defence_off = &guard_counters.limit_dhcp;
    server.refuses = true;
    server.answers_max = 10000;
    start(); // without any time passing
    assert_int_equal(server.answers, server.answers_max);
}

static void a_lease_that_ends_while_it_asks_again_is_given_up(void **state)
{
    (void)state;
    start();
    rig_advance(PROBE_MS);
    rig_advance((LEASE_S - PROBE_MS / SECOND_MS - 2) * SECOND_MS);
    server.is_silent = true;
    for (int i = 0; i < 40; i++) { // a loose contact: it never gets as far as to go on alone
        replug();
    }
    rig_advance(MINUTE_MS / 2);
    assert_false(is_leased());
}

static void a_link_local_address_goes_with_the_link(void **state)
{
    (void)state;
    server.is_silent = true;
    start();
    rig_advance(ALONE_MS);
    replug();
    assert_int_equal(log_count(" reason=link\n"), 1);
    rig_advance(ALONE_MS);
    assert_true(is_link_local());
}

/// Host 2 says that it has the device's address.
static void claim(void)
{
    struct host *host = rig_host(2);
    struct address own = host->address;
    host->is_mute = true; // it says so once
    memcpy(host->address.octets, &netif_ip4_addr(&rig.netif)->addr, 4);
    host_announce(host);
    rig_settle();
    host->address = own;
}

static void an_address_is_defended_once(void **state)
{
    (void)state;
    start();
    rig_advance(PROBE_MS);
    size_t frames = rig.frames;
    claim();
    assert_true(rig.frames > frames);
    assert_true(is_leased());
    rig_advance(PROBE_MS); // the next one is the first again
    claim();
    assert_true(is_leased());
}

static void an_address_that_another_host_takes_is_declined(void **state)
{
    (void)state;
    start();
    rig_advance(PROBE_MS);
    claim();
    claim();
    assert_false(is_leased());
    assert_int_equal(log_count("address: remove ip=198.51.100.77 reason=conflict\n"), 1);
    assert_int_equal(server.came[DECLINE], 1);
    assert_true(server.decline_named);
    rig_advance(RETURN_MS);
    assert_true(is_leased());
}

static void another_link_local_address_is_tried_after_a_conflict(void **state)
{
    (void)state;
    server.is_silent = true;
    start();
    rig_advance(ALONE_MS);
    ip4_addr_t first = *netif_ip4_addr(&rig.netif);
    claim();
    claim();
    assert_true(ip4_addr_isany(netif_ip4_addr(&rig.netif)));
    rig_advance(PROBE_MS);
    assert_true(is_link_local());
    assert_false(ip4_addr_eq(netif_ip4_addr(&rig.netif), &first));
}

/// Whoever is asked for from 0.0.0.0 must think that the device tries their address.
static void without_an_address_it_asks_for_nobody(void **state)
{
    (void)state;
    start();
    rig_advance(PROBE_MS);
    struct pbuf *p = pbuf_alloc(PBUF_LINK, 1, PBUF_RAM);
    ip4_addr_t nobody = {PP_HTONL(LWIP_MAKEU32(198, 51, 100, NOBODY))};
    etharp_output(&rig.netif, p, &nobody);
    pbuf_free(p);
    rig_settle();
    assert_int_equal(server.asks_for_nobody, 1);
    claim();
    claim();
    assert_false(is_leased());
    rig_advance(5 * SECOND_MS);
    assert_int_equal(server.asks_for_nobody, 1);
}

static void a_server_without_a_mask_leaves_that_of_the_class(void **state)
{
    (void)state;
    server.has_no_mask = true;
    start();
    rig_advance(PROBE_MS);
    assert_true(is_leased());
    assert_int_equal(lwip_ntohl(netif_ip4_netmask(&rig.netif)->addr), 0xffffff00u);
}

static void answers_that_end_early_do_no_harm(void **state)
{
    (void)state;
    for (size_t cut = 1; cut <= MESSAGE_OCTETS + 60; cut++) {
        server.cut = cut;
        start();
        rig_advance(SECOND_MS);
        app_stop(&rig.netif);
        rig_settle();
        device_stop(&rig.netif);
        rig.has_device = false;
    }
    server.cut = 0;
    start();
    rig_advance(PROBE_MS);
    assert_true(is_leased());
}

static void it_finds_its_address_whichever_allocation_fails(void **state)
{
    (void)state;
    for (size_t nth = 1; nth <= 40; nth++) {
        fault_clear();
        struct app_config config = config_auto();
        rig_start_device();
        rig_host(1);
        rig.on_frame = dhcp_server_on_frame;
        fault_fail(nth, 0);
        if (app_start(&rig.netif, &config) == ERR_OK) {
            rig_advance(2 * MINUTE_MS);
            assert_true(is_leased());
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
        start();
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

static void a_lease_is_given_back(void **state)
{
    (void)state;
    start();
    rig_advance(PROBE_MS);
    app_stop(&rig.netif);
    rig_settle();
    assert_int_equal(server.came[RELEASE], 1);
    assert_int_equal(log_count("address: remove ip=198.51.100.77 reason=stop\n"), 1);
}

static void an_idle_device_with_a_lease_wakes_once_a_second(void **state)
{
    (void)state;
    start();
    rig_advance(MINUTE_MS);
    rig.wakeups = 0;
    rig_advance(MINUTE_MS);
    assert_in_range(rig.wakeups, 1, 62);
}

// Static addresses.

static bool has_static(void)
{
    return has(198, 51, 100, 2);
}

static void a_static_address_that_another_host_has_is_given_up_until_it_is_free(void **state)
{
    (void)state;
    rig_serve();
    claim(); // while it is still tried
    assert_int_equal(log_count("address: remove ip=198.51.100.2 reason=conflict\n"), 1);
    assert_false(has_static());
    rig_advance(2 * PROBE_MS);
    assert_true(has_static());
    assert_int_equal(log_count("address: add ip=198.51.100.2 by=static\n"), 2);
}

static void a_static_address_is_defended_once(void **state)
{
    (void)state;
    rig_serve();
    rig_advance(PROBE_MS);
    claim();
    assert_true(has_static());
    rig_advance(PROBE_MS);
    claim();
    assert_true(has_static());
    claim();
    assert_false(has_static());
    rig_advance(2 * PROBE_MS);
    assert_true(has_static());
}

static void a_static_address_is_watched_again_after_the_cable_was_out(void **state)
{
    (void)state;
    rig_serve();
    rig_advance(PROBE_MS);
    replug();
    claim();
    assert_false(has_static());
    rig_advance(2 * PROBE_MS);
    assert_true(has_static());
}

/// As CLAIM(), with a server.
#define LEASE(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest cases[] = {
        LEASE(a_server_gives_address_mask_and_router),
        LEASE(nothing_is_used_before_it_was_tried),
        LEASE(without_a_server_the_address_is_link_local),
        LEASE(a_server_that_appears_later_is_found),
        LEASE(a_link_local_address_does_not_replace_a_leased_one),
        LEASE(a_lease_is_renewed_at_its_half),
        LEASE(an_address_goes_with_its_lease_and_the_device_is_on_its_own),
        LEASE(after_the_cable_was_out_it_asks_for_the_same_address),
        LEASE(on_another_network_it_takes_another_address),
        LEASE(a_lease_that_was_refused_is_forgotten),
        LEASE(an_address_that_no_host_can_have_is_not_kept),
        LEASE(it_asks_again_although_somebody_has_taken_its_pcb),
        LEASE(a_server_that_always_refuses_is_asked_once_a_second),
        LEASE(a_server_that_always_refuses_without_the_defence),
        LEASE(a_lease_that_ends_while_it_asks_again_is_given_up),
        LEASE(a_link_local_address_goes_with_the_link),
        LEASE(an_address_is_defended_once),
        LEASE(an_address_that_another_host_takes_is_declined),
        LEASE(another_link_local_address_is_tried_after_a_conflict),
        LEASE(without_an_address_it_asks_for_nobody),
        LEASE(a_server_without_a_mask_leaves_that_of_the_class),
        LEASE(answers_that_end_early_do_no_harm),
        LEASE(it_finds_its_address_whichever_allocation_fails),
        LEASE(it_can_stop_at_any_time),
        LEASE(a_lease_is_given_back),
        LEASE(an_idle_device_with_a_lease_wakes_once_a_second),
        CLAIM(a_static_address_that_another_host_has_is_given_up_until_it_is_free),
        CLAIM(a_static_address_is_defended_once),
        CLAIM(a_static_address_is_watched_again_after_the_cable_was_out),
    };
    return cmocka_run_group_tests(cases, NULL, NULL);
}
