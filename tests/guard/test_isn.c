// SPDX-License-Identifier: BSD-3-Clause
// Initial sequence numbers follow the clock for one connection and nothing for another.
#include <stdlib.h>

#include "bench.h"

enum {
    CONNECTIONS = 2000,
    ISN_PER_MS = 250,
};

static const ip_addr_t local = IPADDR4_INIT_BYTES(198, 51, 100, 2);
static const ip_addr_t remote = IPADDR4_INIT_BYTES(198, 51, 100, 1);

static void one_connection_follows_the_clock(void **state)
{
    (void)state;
    u32_t first = hooks_isn(&local, 7, &remote, 40000);
    for (uint32_t ms = 1; ms < 10; ms++) {
        clock_advance(1000); // across the clock's wrap
        assert_int_equal(hooks_isn(&local, 7, &remote, 40000), first + ms * 1000 * ISN_PER_MS);
    }
}

static int order(const void *a, const void *b)
{
    u32_t x = *(const u32_t *)a;
    u32_t y = *(const u32_t *)b;
    return (x > y) - (x < y);
}

/// Differences of neighbouring connections repeat when one number gives the next away.
static u32_t most_common_difference(void)
{
    static u32_t differences[CONNECTIONS];
    u32_t before = hooks_isn(&local, 7, &remote, 1024);
    for (int i = 0; i < CONNECTIONS; i++) {
        u32_t isn = hooks_isn(&local, 7, &remote, (u16_t)(1025 + i));
        differences[i] = isn - before;
        before = isn;
    }
    qsort(differences, CONNECTIONS, sizeof differences[0], order);
    u32_t most = 1;
    u32_t run = 1;
    for (size_t i = 1; i < CONNECTIONS; i++) {
        run = differences[i] == differences[i - 1] ? run + 1 : 1;
        most = LWIP_MAX(most, run);
    }
    return most;
}

static void one_connections_number_tells_nothing_of_the_next(void **state)
{
    (void)state;
    assert_true(most_common_difference() <= 2);
    assert_int_equal(hooks_counters.isn_chosen, CONNECTIONS + 1);
    defence_off = &hooks_counters.isn_chosen;
    assert_int_equal(most_common_difference(), CONNECTIONS);
}

static void each_part_of_the_connection_counts(void **state)
{
    (void)state;
    const ip_addr_t other = IPADDR4_INIT_BYTES(198, 51, 100, 3);
    const u32_t isn = hooks_isn(&local, 7, &remote, 40000);
    assert_int_not_equal(isn, hooks_isn(&other, 7, &remote, 40000));
    assert_int_not_equal(isn, hooks_isn(&local, 8, &remote, 40000));
    assert_int_not_equal(isn, hooks_isn(&local, 7, &other, 40000));
    assert_int_not_equal(isn, hooks_isn(&local, 7, &remote, 40001));
}

#if LWIP_IPV6
static void addresses_of_ip6_count_in_full(void **state)
{
    (void)state;
    const ip_addr_t device = IPADDR6_INIT_HOST(0x20010db8, 0x00070000, 0, 2);
    const ip_addr_t peer = IPADDR6_INIT_HOST(0x20010db8, 0x00070000, 0, 1);
    const u32_t isn = hooks_isn(&device, 7, &peer, 40000);
    for (int i = 0; i < 4; i++) {
        ip_addr_t other = peer;
        ip_2_ip6(&other)->addr[i] ^= PP_HTONL(1);
        assert_int_not_equal(isn, hooks_isn(&device, 7, &other, 40000));
    }
}
#endif

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(one_connection_follows_the_clock),
        CLAIM(one_connections_number_tells_nothing_of_the_next),
        CLAIM(each_part_of_the_connection_counts),
#if LWIP_IPV6
        CLAIM(addresses_of_ip6_count_in_full),
#endif
    };
    return cmocka_run_group_tests_name("initial sequence numbers", claims, NULL, NULL);
}
