// SPDX-License-Identifier: BSD-3-Clause
// The life of a lease: renewed, lost, refused, forgotten and given back.
#include <string.h>

#include "leased.h"
#include "lwip/dhcp.h"

static void a_lease_is_renewed_at_its_half(void **state)
{
    (void)state;
    leased_start();
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
    leased_start();
    rig_advance(ALONE_MS); // a link-local address first: lwIP must forget that it has one
    server.is_silent = false;
    rig_advance(RETURN_MS);
    assert_true(leased_has_lease());
    server.is_silent = true;
    rig_advance(LEASE_S * SECOND_MS + MINUTE_MS + ALONE_MS);
    assert_int_equal(log_count("address: remove ip=198.51.100.77 reason=expired\n"), 1);
    assert_true(leased_is_link_local());
}

/// lwIP would go on to count the lease, and ask to renew, or give back, what it has no more.
static void a_lease_that_was_refused_is_forgotten(void **state)
{
    (void)state;
    leased_start();
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
    assert_true(leased_has_lease());
}

static void a_lease_that_ends_while_it_asks_again_is_given_up(void **state)
{
    (void)state;
    leased_start();
    rig_advance(PROBE_MS);
    rig_advance((LEASE_S - PROBE_MS / SECOND_MS - 2) * SECOND_MS);
    server.is_silent = true;
    for (int i = 0; i < 40; i++) { // a loose contact: it never gets as far as to go on alone
        leased_replug();
    }
    rig_advance(MINUTE_MS / 2);
    assert_false(leased_has_lease());
}

static void a_lease_is_given_back(void **state)
{
    (void)state;
    leased_start();
    rig_advance(PROBE_MS);
    app_stop(&rig.netif);
    rig_settle();
    assert_int_equal(server.came[RELEASE], 1);
    assert_int_equal(log_count("address: remove ip=198.51.100.77 reason=stop\n"), 1);
}

/// In lwIP's own steps of a minute, one lost message ends a lease of two minutes.
static void a_short_lease_outlives_lost_renewals(void **state)
{
    (void)state;
    server.lease_s = 120;
    leased_start();
    rig_advance(PROBE_MS);
    for (int i = 0; i < 20; i++) {
        server.silent_for = 1;
        rig_advance(MINUTE_MS);
    }
    assert_in_range(server.came[REQUESTED], 20, 50);
    assert_true(leased_has_lease());
    assert_int_equal(log_count("address: remove"), 0);
}

static void an_address_is_not_used_for_longer_than_its_lease(void **state)
{
    (void)state;
    for (u32_t lease_s = 30; lease_s < 200; lease_s += 7) {
        server.lease_s = lease_s;
        server.is_silent = false;
        leased_start();
        u32_t since_ms = 0;
        for (; server.came[REQUESTED] == 0 || !leased_has_lease(); since_ms += 500) {
            rig_advance(500); // it asked at once, and then tried the address
        }
        server.is_silent = true;
        for (; leased_has_lease(); since_ms += 500) {
            rig_advance(500);
        }
        assert_in_range(since_ms / SECOND_MS, lease_s - LWIP_MIN(lease_s, 20), lease_s);
        rig_stop_device();
        server = (struct dhcp_server){.lease_s = LEASE_S};
    }
    rig_start_device();
}

/// lwIP counts in 16 bits: all times of such a lease came at once, and its end was the first.
static void a_lease_of_half_a_year_is_renewed(void **state)
{
    (void)state;
    enum { DAY_S = 24 * 60 * 60 };
    server.lease_s = 180 * DAY_S;
    leased_start();
    rig_advance(PROBE_MS);
    assert_int_equal(server.came[REQUESTED], 1);
    const struct dhcp *dhcp = netif_dhcp_data(&rig.netif);
    assert_int_equal(dhcp->t1_timeout * DHCP_COARSE_TIMER_SECS, 90 * DAY_S);
    assert_true(dhcp->t1_timeout < dhcp->t2_timeout && dhcp->t2_timeout < dhcp->t0_timeout);
}

/// It still asks for an address when the times of its last one come.
static void a_lease_that_a_link_local_address_replaced_is_forgotten(void **state)
{
    (void)state;
    leased_start();
    rig_advance(PROBE_MS);
    rig_advance(LEASE_S / 4 * SECOND_MS);
    server.is_silent = true;
    leased_replug();
    rig_advance(ALONE_MS);
    assert_true(leased_is_link_local());
    server.is_silent = false;
    server.only_offers = true;
    rig_advance(LEASE_S * SECOND_MS);
    assert_int_equal(server.came[RELEASE], 0);
    server.only_offers = false;
    rig_advance(RETURN_MS);
    assert_true(leased_has_lease());
}

static void a_lease_of_no_time_does_not_end_the_search(void **state)
{
    (void)state;
    server.lease_s = 0;
    leased_start();
    rig_advance(2 * MINUTE_MS);
    assert_in_range(server.came[REQUESTED], 2, 40);
    server.lease_s = LEASE_S;
    rig_advance(RETURN_MS);
    assert_true(leased_has_lease());
    rig_advance(LEASE_S * SECOND_MS);
    assert_true(leased_has_lease());
}

/// A server that is lost and comes back while a lease still runs: at any of its times.
static void wherever_the_cable_is_out_the_server_is_found_again(void **state)
{
    (void)state;
    for (u32_t at_s = 0; at_s < LEASE_S; at_s++) {
        leased_start();
        rig_advance(PROBE_MS + at_s * SECOND_MS);
        server.silent_for = 5; // two that ask for the same address, three for any
        server.only_offers = true;
        leased_replug();
        rig_advance(MINUTE_MS);
        server.only_offers = false;
        rig_advance(2 * RETURN_MS);
        assert_true(leased_has_lease());
        rig_stop_device();
    }
    rig_start_device();
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        LEASED(a_lease_is_renewed_at_its_half),
        LEASED(an_address_goes_with_its_lease_and_the_device_is_on_its_own),
        LEASED(a_lease_that_was_refused_is_forgotten),
        LEASED(a_lease_that_ends_while_it_asks_again_is_given_up),
        LEASED(a_lease_is_given_back),
        LEASED(a_short_lease_outlives_lost_renewals),
        LEASED(an_address_is_not_used_for_longer_than_its_lease),
        LEASED(a_lease_of_half_a_year_is_renewed),
        LEASED(a_lease_that_a_link_local_address_replaced_is_forgotten),
        LEASED(a_lease_of_no_time_does_not_end_the_search),
        LEASED(wherever_the_cable_is_out_the_server_is_found_again),
    };
    return cmocka_run_group_tests(cases, NULL, NULL);
}
