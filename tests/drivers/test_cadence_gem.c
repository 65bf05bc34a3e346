// SPDX-License-Identifier: BSD-3-Clause
// The Cadence GEM driver against a model of the MAC.
#include "cadence_gem.h"

#include <string.h>

#include "cadence_gem_model.h"
#include "cadence_gem_regs.h"
#include "claims.h"
#include "lwip/def.h"

enum {
    TX_US_MAX = 25000,     // the driver's limit to send, and to stop
    START_US_MAX = 120000, // to ask 32 addresses for a PHY in vain
    SHORT_OCTETS = 60,
};

static const uint8_t mac[] = {0x02, 0, 0, 0, 0, 0x07};
static struct cadence_gem gem;

static const struct claims_subject subject = {
    .dev = &gem.netdev,
    .rx_octets_min = 1,
    .receive = cadence_gem_model_receive,
    .sent = cadence_gem_model_sent,
};

static bool start(void)
{
    return gem.netdev.ops->start(&gem.netdev, mac);
}

static bool link_up(void)
{
    return gem.netdev.ops->link_up(&gem.netdev);
}

static size_t rx_pending(void)
{
    return gem.netdev.ops->rx_pending(&gem.netdev);
}

static size_t rx_drop(void)
{
    return gem.netdev.ops->rx(&gem.netdev, NULL, 0);
}

static bool tx(void)
{
    static uint8_t frame[SHORT_OCTETS];
    struct netdev_seg seg = {frame, sizeof(frame)};
    return gem.netdev.ops->tx(&gem.netdev, &seg, 1);
}

/// Sends a frame of `n` pieces of one octet each.
static bool tx_pieces(size_t n)
{
    static uint8_t octets[2 * CADENCE_GEM_TX_DESCRIPTORS];
    struct netdev_seg segs[2 * CADENCE_GEM_TX_DESCRIPTORS];
    for (size_t i = 0; i < n; i++) {
        octets[i] = (uint8_t)(i + 1);
        segs[i] = (struct netdev_seg){&octets[i], 1};
    }
    return gem.netdev.ops->tx(&gem.netdev, segs, n);
}

static void sent_pieces_check(size_t n)
{
    uint8_t frame[CLAIMS_FRAME_OCTETS_MAX];
    assert_int_equal(cadence_gem_model_sent(frame), n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(frame[i], i + 1);
    }
}

static void receive(size_t octets)
{
    static const uint8_t frame[CLAIMS_FRAME_OCTETS_MAX];
    cadence_gem_model_receive(frame, octets);
}

/// Lets the PHY's bus come to rest, as it does between two turns of the main loop.
static bool link_settled(void)
{
    for (int i = 0; i < 8; i++) {
        link_up();
    }
    return link_up();
}

static void counters_are(const struct cadence_gem_counters *expected)
{
    assert_memory_equal(&cadence_gem_counters, expected, sizeof(*expected));
}

static int setup_stopped(void **state)
{
    (void)state;
    cadence_gem_model_reset();
    bus_reset(&cadence_gem_model_bus);
    cadence_gem_counters = (struct cadence_gem_counters){0};
    memset(&gem, 0xA5, sizeof(gem));
    cadence_gem_init(&gem, BUS_BASE);
    return 0;
}

static int setup(void **state)
{
    setup_stopped(state);
    assert_true(start());
    assert_true(link_up());
    assert_int_equal(rx_pending(), 0);
    return 0;
}

/// Whatever happened, the driver kept to what the datasheet asks for.
static int teardown(void **state)
{
    (void)state;
    assert_int_equal(cadence_gem_model.misuses, 0);
    return 0;
}

// Frames

static void receives_every_length(void **state)
{
    (void)state;
    claims_receives_every_length(&subject);
}

static void scatters_at_any_offset(void **state)
{
    (void)state;
    claims_scatters_at_any_offset(&subject);
}

static void writes_nothing_behind_the_frame(void **state)
{
    (void)state;
    uint8_t memory[4 * SHORT_OCTETS];
    struct netdev_seg segs[] = {{memory, 50}, {memory + 50, 2 * SHORT_OCTETS}, {memory + 200, 1}};
    memset(memory, 0x5A, sizeof(memory));
    receive(SHORT_OCTETS);
    assert_int_equal(gem.netdev.ops->rx(&gem.netdev, segs, LWIP_ARRAYSIZE(segs)), SHORT_OCTETS);
    for (size_t i = 0; i < sizeof(memory); i++) {
        assert_int_equal(memory[i], i < SHORT_OCTETS ? 0 : 0x5A);
    }
}

static void drops_and_cuts_frames(void **state)
{
    (void)state;
    claims_drops_and_cuts_frames(&subject);
}

static void sends_every_length(void **state)
{
    (void)state;
    claims_sends_every_length(&subject);
}

static void gathers_at_any_offset(void **state)
{
    (void)state;
    claims_gathers_at_any_offset(&subject);
}

// Start and stop

static void takes_its_own_address_and_multicast(void **state)
{
    (void)state;
    assert_memory_equal(cadence_gem_model.mac, mac, sizeof(mac));
    assert_true(cadence_gem_model.hash == UINT64_MAX);
    uint32_t multicast_and_vlan = NET_CFG_MULTI_HASH_EN | NET_CFG_RX_1536;
    assert_int_equal(cadence_gem_model.net_cfg & multicast_and_vlan, multicast_and_vlan);
}

static void uses_the_whole_width_of_the_bus(void **state)
{
    (void)state;
    assert_int_equal(cadence_gem_model.net_cfg >> NET_CFG_BUS_WIDTH_POS & 3,
                     1); // the model's 64 bits
}

static void nobody_there_is_told(void **state)
{
    (void)state;
    const uint32_t ids[] = {0, 0x00010100, UINT32_MAX};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(ids); i++) {
        bus_reset(&cadence_gem_model_bus);
        cadence_gem_model.module_id = ids[i];
        assert_false(start());
        assert_string_not_equal(bus_log(), "");
    }
}

static void is_silent_after_stop(void **state)
{
    (void)state;
    receive(SHORT_OCTETS);
    gem.netdev.ops->stop(&gem.netdev);
    assert_false(cadence_gem_model_interrupts());
    receive(SHORT_OCTETS);
    assert_int_equal(cadence_gem_model.rx_lost, 1);
    cadence_gem_model_rx_fail(RX_STATUS_BUS_ERROR);
    assert_false(cadence_gem_model_interrupts());
}

static void starts_again_with_empty_rings(void **state)
{
    (void)state;
    receive(SHORT_OCTETS);
    assert_true(tx_pieces(3));
    sent_pieces_check(3);
    gem.netdev.ops->stop(&gem.netdev);
    assert_true(start());
    assert_int_equal(rx_pending(), 0);
    claims_receives(&subject, 1000);
    claims_sends(&subject, 1000);
}

// Interrupts

static void an_interrupt_wakes_and_falls_silent(void **state)
{
    (void)state;
    for (int write_clears = 0; write_clears < 2; write_clears++) {
        cadence_gem_model.intr_write_clears = write_clears != 0;
        unsigned before = bus_wakes();
        receive(SHORT_OCTETS);
        assert_true(cadence_gem_model_interrupts());
        cadence_gem_on_interrupt(&gem);
        assert_false(cadence_gem_model_interrupts());
        assert_int_equal(bus_wakes(), before + 1);
        receive(SHORT_OCTETS);
        assert_true(cadence_gem_model_interrupts());
        cadence_gem_on_interrupt(&gem);
    }
}

static void sending_does_not_interrupt(void **state)
{
    (void)state;
    assert_true(tx());
    assert_false(cadence_gem_model_interrupts());
}

// The receive ring

static void the_receive_ring_wraps(void **state)
{
    (void)state;
    for (size_t burst = 1; burst <= CADENCE_GEM_RX_FRAMES; burst++) {
        for (size_t i = 0; i < burst; i++) {
            receive(SHORT_OCTETS + i);
        }
        for (size_t i = 0; i < burst; i++) {
            assert_int_equal(rx_pending(), SHORT_OCTETS + i);
            assert_int_equal(rx_drop(), SHORT_OCTETS + i);
        }
    }
    assert_int_equal(rx_drop(), 0);
    assert_int_equal(cadence_gem_model.rx_lost, 0);
}

static void a_full_ring_is_emptied_and_then_restarted(void **state)
{
    (void)state;
    assert_true(tx_pieces(3));
    sent_pieces_check(3);
    for (size_t i = 0; i < CADENCE_GEM_RX_FRAMES + 5; i++) {
        receive(SHORT_OCTETS + i);
    }
    assert_int_equal(cadence_gem_model.rx_lost, 5);
    for (size_t i = 0; i < CADENCE_GEM_RX_FRAMES; i++) {
        assert_int_equal(rx_pending(), SHORT_OCTETS + i);
        assert_int_equal(cadence_gem_model.rx_restarts, 1); // what waits in the MAC would be lost
        assert_int_equal(rx_drop(), SHORT_OCTETS + i);
    }
    assert_int_equal(rx_pending(), 0);
    assert_int_equal(cadence_gem_model.rx_restarts, 2);
    claims_receives(&subject, 1518);
    assert_int_equal(rx_pending(), 0);
    assert_true(tx_pieces(3)); // was not disturbed
    sent_pieces_check(3);
    counters_are(&(struct cadence_gem_counters){.rx_stalls = 1});
}

static void overrun_and_bus_error_restart_reception(void **state)
{
    (void)state;
    cadence_gem_model_rx_fail(RX_STATUS_OVERRUN);
    assert_true(cadence_gem_model_interrupts());
    assert_int_equal(rx_pending(), 0);
    claims_receives(&subject, SHORT_OCTETS);
    cadence_gem_model_rx_fail(RX_STATUS_BUS_ERROR);
    assert_true(cadence_gem_model_interrupts());
    assert_int_equal(rx_pending(), 0);
    claims_receives(&subject, SHORT_OCTETS);
    counters_are(&(struct cadence_gem_counters){.rx_overruns = 1, .rx_bus_errors = 1});
}

static void what_came_before_an_overrun_is_kept(void **state)
{
    (void)state;
    receive(61);
    receive(62);
    cadence_gem_model_rx_fail(RX_STATUS_OVERRUN);
    assert_int_equal(rx_drop(), 61);
    assert_int_equal(rx_drop(), 62);
    assert_int_equal(rx_pending(), 0);
    claims_receives(&subject, SHORT_OCTETS);
}

static void descriptors_without_a_whole_frame_are_counted_and_skipped(void **state)
{
    (void)state;
    const uint32_t bad[] = {
        SHORT_OCTETS,
        RX_DESC_START | SHORT_OCTETS,
        RX_DESC_END | SHORT_OCTETS,
        RX_DESC_START | RX_DESC_END,
        RX_DESC_START | RX_DESC_END | (CADENCE_GEM_RX_BUFFER_OCTETS - 1),
        RX_DESC_START | RX_DESC_END | RX_DESC_OCTETS,
    };
    for (size_t i = 0; i < LWIP_ARRAYSIZE(bad); i++) {
        cadence_gem_model_receive_status(bad[i]);
        claims_receives(&subject, SHORT_OCTETS + i);
    }
    counters_are(&(struct cadence_gem_counters){.rx_bad_status = LWIP_ARRAYSIZE(bad)});
}

static void a_frame_longer_than_a_buffer_is_skipped(void **state)
{
    (void)state;
    receive(4000);
    claims_receives(&subject, SHORT_OCTETS);
    counters_are(&(struct cadence_gem_counters){.rx_bad_status = 3});
}

static void a_ring_of_nothing_but_bad_descriptors_ends(void **state)
{
    (void)state;
    for (int i = 0; i < CADENCE_GEM_RX_FRAMES; i++) {
        cadence_gem_model_receive_status(0);
    }
    assert_int_equal(rx_drop(), 0);
    assert_int_equal(cadence_gem_counters.rx_bad_status, CADENCE_GEM_RX_FRAMES);
    claims_receives(&subject, SHORT_OCTETS);
}

// The transmit ring

static void the_transmit_ring_wraps(void **state)
{
    (void)state;
    for (size_t pieces = 1; pieces < CADENCE_GEM_TX_DESCRIPTORS; pieces++) {
        assert_true(tx_pieces(pieces));
        sent_pieces_check(pieces);
    }
}

static void too_many_pieces_or_none_are_refused(void **state)
{
    (void)state;
    assert_false(tx_pieces(0));
    assert_false(tx_pieces(CADENCE_GEM_TX_DESCRIPTORS));
    assert_false(tx_pieces(2 * CADENCE_GEM_TX_DESCRIPTORS));
    sent_pieces_check(0);
    counters_are(&(struct cadence_gem_counters){.tx_no_descriptor = 3});
    assert_true(tx_pieces(2));
    sent_pieces_check(2);
}

static void a_frame_not_sent_in_time_is_given_up(void **state)
{
    (void)state;
    assert_true(tx_pieces(3)); // not at the ring's start
    sent_pieces_check(3);
    cadence_gem_model.tx_hangs = true;
    for (int sticks = 0; sticks < 2; sticks++) {
        cadence_gem_model.tx_go_sticks = sticks != 0;
        uint32_t before_us = bus_now_us();
        assert_false(tx());
        assert_in_range(bus_now_us() - before_us, 20000, TX_US_MAX); // a slow link is not given up
    }
    counters_are(&(struct cadence_gem_counters){.tx_timeouts = 2});
    claims_receives(&subject, SHORT_OCTETS); // was not disturbed
    assert_int_equal(cadence_gem_model.rx_restarts, 1);
}

static void the_frame_given_up_is_never_sent_and_the_next_one_is(void **state)
{
    (void)state;
    assert_true(tx_pieces(3));
    sent_pieces_check(3);
    cadence_gem_model.tx_hangs = true;
    assert_false(tx_pieces(5));
    cadence_gem_model.tx_hangs = false;
    assert_true(tx_pieces(2));
    sent_pieces_check(2);
    sent_pieces_check(0);
}

static void a_frame_that_fails_is_counted_and_the_next_one_is_sent(void **state)
{
    (void)state;
    const uint32_t failures[] = {TX_STATUS_RETRIES, TX_STATUS_BUS_CORRUPT, TX_STATUS_UNDERRUN,
                                 TX_STATUS_LATE_COLLISION, TX_STATUS_BUS_ERROR};
    for (COUNTER_T i = 0; i < LWIP_ARRAYSIZE(failures); i++) {
        cadence_gem_model.tx_failure = failures[i];
        uint32_t before_us = bus_now_us();
        assert_false(tx_pieces(4));
        assert_in_range(bus_now_us() - before_us, 1, 100); // not waited for
        cadence_gem_model.tx_failure = 0;
        assert_true(tx_pieces(3));
        sent_pieces_check(3);
        counters_are(&(struct cadence_gem_counters){.tx_errors = i + 1});
    }
}

// The link

static void the_link_is_followed(void **state)
{
    (void)state;
    assert_true(link_settled());
    cadence_gem_model_link(false);
    assert_false(link_settled());
    cadence_gem_model_link(true);
    assert_true(link_settled());
}

static void a_link_lost_between_two_questions_is_noticed(void **state)
{
    (void)state;
    assert_true(link_settled());
    cadence_gem_model_link(false);
    cadence_gem_model_link(true);
    bool noticed = false;
    for (int i = 0; i < 16; i++) {
        noticed = noticed || !link_up();
    }
    assert_true(noticed);
    assert_true(link_settled());
}

static void speed_and_duplex_are_the_best_of_both_ends(void **state)
{
    (void)state;
    const struct {
        unsigned partner;
        unsigned partner_1000;
        bool has_1000;
        uint32_t expected;
    } table[] = {
        {0xCDE1, 0x7C00, true, NET_CFG_GIGABIT | NET_CFG_FULL_DUPLEX},
        {0xCDE1, 0x7400, true,
         NET_CFG_SPEED_100 | NET_CFG_FULL_DUPLEX}, // 1000 half: this MAC's FIFO is too small
        {0xCDE1, 0x7C00, false, NET_CFG_SPEED_100 | NET_CFG_FULL_DUPLEX},
        {0x40E1, 0, true, NET_CFG_SPEED_100},
        {0x4061, 0, true, NET_CFG_FULL_DUPLEX},
        {0x4021, 0, true, 0},
        {0x0081, 0, true, NET_CFG_SPEED_100},
    };
    const uint32_t others =
        cadence_gem_model.net_cfg & ~(NET_CFG_SPEED_100 | NET_CFG_FULL_DUPLEX | NET_CFG_GIGABIT);
    for (size_t i = 0; i < LWIP_ARRAYSIZE(table); i++) {
        cadence_gem_model_link(false);
        assert_false(link_settled());
        cadence_gem_model.mii_partner = table[i].partner;
        cadence_gem_model.mii_partner_1000 = table[i].partner_1000;
        cadence_gem_model.mii_has_1000 = table[i].has_1000;
        cadence_gem_model_link(true);
        assert_true(link_settled());
        assert_int_equal(cadence_gem_model.net_cfg, others | table[i].expected);
    }
}

static void asking_for_the_link_waits_for_nobody(void **state)
{
    (void)state;
    cadence_gem_model.mdio_hangs = true;
    for (int i = 0; i < 100; i++) {
        uint32_t before_us = bus_now_us();
        assert_true(link_up());
        assert_in_range(bus_now_us() - before_us, 1, 3);
    }
}

static void without_a_phy_the_link_is_taken_for_granted(void **state)
{
    (void)state;
    cadence_gem_model.phy = CADENCE_GEM_MODEL_NO_PHY;
    assert_true(start());
    assert_string_not_equal(bus_log(), "");
    assert_true(link_up());
    claims_receives(&subject, SHORT_OCTETS);
}

static void a_phy_that_vanishes_is_a_link_that_is_down(void **state)
{
    (void)state;
    assert_true(link_settled());
    cadence_gem_model.phy = CADENCE_GEM_MODEL_NO_PHY;
    assert_false(link_settled());
}

static void a_phy_at_any_address_is_found(void **state)
{
    (void)state;
    for (unsigned phy = 0; phy < CADENCE_GEM_MODEL_NO_PHY; phy++) {
        setup_stopped(state);
        cadence_gem_model.phy = phy;
        assert_true(start());
        assert_string_equal(bus_log(), "");
        assert_true(link_settled());
    }
}

static void a_phy_bus_that_hangs_delays_the_start_but_does_not_end_it(void **state)
{
    (void)state;
    cadence_gem_model.mdio_hangs = true;
    assert_true(start());
    assert_in_range(bus_now_us(), 1, START_US_MAX);
    assert_int_equal(cadence_gem_counters.mdio_timeouts, 32);
    claims_receives(&subject, SHORT_OCTETS);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define CLAIM_STOPPED(name) cmocka_unit_test_setup_teardown(name, setup_stopped, teardown)
    const struct CMUnitTest claims[] = {
        CLAIM(receives_every_length),
        CLAIM(scatters_at_any_offset),
        CLAIM(writes_nothing_behind_the_frame),
        CLAIM(drops_and_cuts_frames),
        CLAIM(sends_every_length),
        CLAIM(gathers_at_any_offset),
        CLAIM(takes_its_own_address_and_multicast),
        CLAIM(uses_the_whole_width_of_the_bus),
        CLAIM_STOPPED(nobody_there_is_told),
        CLAIM(is_silent_after_stop),
        CLAIM(starts_again_with_empty_rings),
        CLAIM(an_interrupt_wakes_and_falls_silent),
        CLAIM(sending_does_not_interrupt),
        CLAIM(the_receive_ring_wraps),
        CLAIM(a_full_ring_is_emptied_and_then_restarted),
        CLAIM(overrun_and_bus_error_restart_reception),
        CLAIM(what_came_before_an_overrun_is_kept),
        CLAIM(descriptors_without_a_whole_frame_are_counted_and_skipped),
        CLAIM(a_frame_longer_than_a_buffer_is_skipped),
        CLAIM(a_ring_of_nothing_but_bad_descriptors_ends),
        CLAIM(the_transmit_ring_wraps),
        CLAIM(too_many_pieces_or_none_are_refused),
        CLAIM(a_frame_not_sent_in_time_is_given_up),
        CLAIM(the_frame_given_up_is_never_sent_and_the_next_one_is),
        CLAIM(a_frame_that_fails_is_counted_and_the_next_one_is_sent),
        CLAIM(the_link_is_followed),
        CLAIM(a_link_lost_between_two_questions_is_noticed),
        CLAIM(speed_and_duplex_are_the_best_of_both_ends),
        CLAIM(asking_for_the_link_waits_for_nobody),
        CLAIM_STOPPED(without_a_phy_the_link_is_taken_for_granted),
        CLAIM(a_phy_that_vanishes_is_a_link_that_is_down),
        CLAIM_STOPPED(a_phy_at_any_address_is_found),
        CLAIM_STOPPED(a_phy_bus_that_hangs_delays_the_start_but_does_not_end_it),
    };
    return cmocka_run_group_tests_name("cadence_gem", claims, NULL, NULL);
}
