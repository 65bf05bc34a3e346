// SPDX-License-Identifier: BSD-3-Clause
// The interface with its guard: what is refused is counted on both sides, and what strangers can
// ask for is answered within limits.
#include <string.h>

#include "guard.h"
#include "hooks.h"
#include "unit.h"

enum {
    CLOSED_PORT = 4000,
    MANY = 3 * GUARD_ANSWERS_PER_S,
};

static void a_frame_for_another_host_is_dropped_and_counted(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    COUNTER_T before = guard_counters.drop_destination;
    COUNTER_T delivered = ethif_counters.rx_delivered;
    rig.wire.mac[5] ^= 1; // where the host sends to
    host_send_udp(host, 40000, 7, "x", 1);
    rig_settle();
    rig.wire.mac[5] ^= 1;
    assert_int_equal(guard_counters.drop_destination - before, 1);
    assert_int_equal(ethif_counters.rx_drop_guard, 1);
    assert_int_equal(ethif_counters.rx_delivered, delivered);
    assert_int_equal(host->datagrams, 0);
}

/// The guard's limits stay used up from case to case, and all cases begin at the same time.
static void serve_later(void)
{
    enum {
        APART_MS = 2000,
    };
    static uint32_t cases;
    rig_serve();
    rig_advance(++cases * APART_MS);
}

static void expect_few_errors(struct host *host)
{
    COUNTER_T limited = guard_counters.limit_icmp;
    COUNTER_T dropped = ethif_counters.tx_drop_guard;
    for (size_t i = 0; i < MANY; i++) {
        host_send_udp(host, 40000, CLOSED_PORT, "x", 1);
    }
    rig_settle();
    assert_int_equal(host->icmp, GUARD_ANSWERS_PER_S);
    assert_int_equal(guard_counters.limit_icmp - limited, MANY - GUARD_ANSWERS_PER_S);
    assert_int_equal(ethif_counters.tx_drop_guard - dropped, MANY - GUARD_ANSWERS_PER_S);
}

static void errors_to_strangers_are_limited(void **state)
{
    (void)state;
    serve_later();
    expect_few_errors(rig_host(1));
}

static size_t resets;

static bool on_reset(const struct packet *packet)
{
    resets += packet->protocol == PROTOCOL_TCP && (packet->flags & FLAG_RST) != 0 ? 1 : 0;
    return false;
}

static void expect_few_resets(struct host *host)
{
    resets = 0;
    rig.on_frame = on_reset;
    COUNTER_T limited = guard_counters.limit_reset;
    for (size_t i = 0; i < MANY; i++) {
        struct peer *peer = peer_new(host);
        peer->device_port = CLOSED_PORT;
        assert_false(peer_connect(peer));
        peer_free(peer);
    }
    assert_int_equal(resets, GUARD_ANSWERS_PER_S);
    assert_int_equal(guard_counters.limit_reset - limited, MANY - GUARD_ANSWERS_PER_S);
}

static void resets_to_strangers_are_limited(void **state)
{
    (void)state;
    serve_later();
    expect_few_resets(rig_host(1));
}

#if LWIP_IPV6
static void errors_to_strangers_are_limited_over_ip6(void **state)
{
    (void)state;
    serve_later();
    expect_few_errors(rig_host_ip6(1));
}

static void resets_to_strangers_are_limited_over_ip6(void **state)
{
    (void)state;
    serve_later();
    expect_few_resets(rig_host_ip6(1));
}
#endif

static void a_challenge_without_memory_is_not_counted_as_sent(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_connect();
    COUNTER_T sent = hooks_counters.challenges;
    COUNTER_T refused = hooks_counters.drop_syn;
    fault_refuse(FAULT_HEAP, true);
    peer_segment(peer, FLAG_SYN, 0, 0);
    rig_settle();
    fault_refuse(FAULT_HEAP, false);
    assert_int_equal(hooks_counters.drop_syn - refused, 1);
    assert_int_equal(hooks_counters.challenges, sent);
    peer_segment(peer, FLAG_SYN, 0, 0);
    rig_settle();
    assert_int_equal(hooks_counters.challenges, sent + 1);
    peer_exchange(peer, 1000);
    peer_finish(peer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(a_frame_for_another_host_is_dropped_and_counted),
        CLAIM(errors_to_strangers_are_limited),
        CLAIM(resets_to_strangers_are_limited),
#if LWIP_IPV6
        CLAIM(errors_to_strangers_are_limited_over_ip6),
        CLAIM(resets_to_strangers_are_limited_over_ip6),
#endif
        CLAIM(a_challenge_without_memory_is_not_counted_as_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
