// SPDX-License-Identifier: BSD-3-Clause
// A static address that another host has: given up and taken back (RFC 5227).
#include "leased.h"

static bool has_static(void)
{
    return lwip_ntohl(netif_ip4_addr(&rig.netif)->addr) == LWIP_MAKEU32(198, 51, 100, 2);
}

static void a_static_address_that_another_host_has_is_given_up_until_it_is_free(void **state)
{
    (void)state;
    rig_serve();
    leased_claim(); // while it is still tried
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
    leased_claim();
    assert_true(has_static());
    rig_advance(PROBE_MS);
    leased_claim();
    assert_true(has_static());
    leased_claim();
    assert_false(has_static());
    rig_advance(2 * PROBE_MS);
    assert_true(has_static());
}

static void a_static_address_is_watched_again_after_the_cable_was_out(void **state)
{
    (void)state;
    rig_serve();
    rig_advance(PROBE_MS);
    leased_replug();
    leased_claim();
    assert_false(has_static());
    rig_advance(2 * PROBE_MS);
    assert_true(has_static());
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CLAIM(a_static_address_that_another_host_has_is_given_up_until_it_is_free),
        CLAIM(a_static_address_is_defended_once),
        CLAIM(a_static_address_is_watched_again_after_the_cable_was_out),
    };
    return cmocka_run_group_tests(cases, NULL, NULL);
}
