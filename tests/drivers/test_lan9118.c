// SPDX-License-Identifier: BSD-3-Clause
// The LAN9118 driver against a model of the chip.
#include "lan9118.h"

#include <string.h>

#include "claims.h"
#include "lan9118_model.h"
#include "lan9118_regs.h"

enum {
    POWER_UP_US = 700000, // the longest wait of all, on a bus of 1 us a cycle
};

static const uint8_t mac[] = {0x02, 0, 0, 0, 0, 0x07};
static struct lan9118 lan;

static void frame_receive(const uint8_t *frame, size_t octets)
{
    lan9118_model_receive(frame, octets, 0);
}

static void on_interrupt(void)
{
    lan9118_on_interrupt(&lan);
}

static const struct claims_subject subject = {
    .dev = &lan.netdev,
    .rx_octets_min = 1,
    .receive = frame_receive,
    .sent = lan9118_model_sent,
    .interrupts = lan9118_model_interrupts,
    .on_interrupt = on_interrupt,
};

static bool start(void)
{
    return lan.netdev.ops->start(&lan.netdev, mac);
}

static bool link_up(void)
{
    return lan.netdev.ops->link_up(&lan.netdev);
}

static size_t rx_pending(void)
{
    return lan.netdev.ops->rx_pending(&lan.netdev);
}

static bool tx(size_t octets)
{
    static uint8_t frame[CLAIMS_FRAME_OCTETS_MAX];
    struct netdev_seg seg = {frame, octets};
    return lan.netdev.ops->tx(&lan.netdev, &seg, 1);
}

static void receive(size_t octets, unsigned status)
{
    static const uint8_t frame[CLAIMS_FRAME_OCTETS_MAX];
    lan9118_model_receive(frame, octets, status);
}

static size_t rx_drop(void)
{
    return lan.netdev.ops->rx(&lan.netdev, NULL, 0);
}

/// One turn of the main loop without taking a frame; the interrupt comes when it can.
static size_t poll(void)
{
    if (lan9118_model_interrupts()) {
        lan9118_on_interrupt(&lan);
    }
    link_up();
    return rx_pending();
}

static int setup_stopped(void **state)
{
    (void)state;
    lan9118_model_reset();
    bus_reset(&lan9118_model_bus);
    lan9118_counters = (struct lan9118_counters){0};
    lan9118_init(&lan, BUS_BASE);
    return 0;
}

static int setup(void **state)
{
    setup_stopped(state);
    assert_true(start());
    assert_int_equal(poll(), 0);
    return 0;
}

/// Whatever happened, the driver kept to what the datasheet asks for.
static int teardown(void **state)
{
    (void)state;
    assert_int_equal(lan9118_model.rx_underruns, 0);
    assert_int_equal(lan9118_model.tx_overruns, 0);
    assert_int_equal(lan9118_model.hurried_reads, 0);
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

// Start

static void takes_its_own_address_broadcast_and_multicast(void **state)
{
    (void)state;
    assert_memory_equal(lan9118_model.mac, mac, sizeof(mac));
    assert_int_equal(lan9118_model.mac_cr, MAC_CR_MCPAS | MAC_CR_TXEN | MAC_CR_RXEN | MAC_CR_FDPX);
}

static void tells_the_address_of_the_eeprom(void **state)
{
    (void)state;
    const uint8_t expected[] = {0x02, 0x11, 0x22, 0x33, 0x44, 0x55};
    uint8_t found[NETDEV_MAC_OCTETS];
    assert_true(lan9118_mac(&lan, found));
    assert_memory_equal(found, expected, sizeof(expected));
}

static void without_an_eeprom_there_is_no_address(void **state)
{
    (void)state;
    uint8_t found[NETDEV_MAC_OCTETS];
    lan9118_model.has_eeprom = false;
    assert_true(start()); // which resets
    assert_false(lan9118_mac(&lan, found));
    lan9118_model.has_eeprom = true;
    lan9118_model.eeprom_hangs = true;
    assert_false(lan9118_mac(&lan, found));
    assert_int_equal(lan9118_counters.no_answers, 1);
}

static void keeps_the_line_quiet_from_init_to_start(void **state)
{
    (void)state;
    lan9118_model_reset();
    assert_true(lan9118_model_interrupts()); // as it powers up
    lan9118_init(&lan, BUS_BASE);
    assert_false(lan9118_model_interrupts());
    assert_true(start());
    assert_false(lan9118_model_interrupts());
}

static void nobody_there_is_told(void **state)
{
    (void)state;
    lan9118_model.absent = true;
    assert_false(start());
    assert_string_equal(bus_log(), "lan9118: not found: check its address and the bus");
    assert_false(link_up());
    assert_int_equal(rx_pending(), 0);
    assert_false(tx(60));
}

static void every_wait_ends(void **state)
{
    (void)state;
    bool *faults[] = {
        &lan9118_model.asleep,    &lan9118_model.reset_hangs, &lan9118_model.eeprom_hangs,
        &lan9118_model.csr_hangs, &lan9118_model.mii_hangs,
    };
    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        setup_stopped(NULL);
        *faults[i] = true;
        lan9118_init(&lan, BUS_BASE);
        assert_int_equal(start(), *faults[i] == lan9118_model.asleep);
        assert_true(lan9118_counters.no_answers > 0);
        assert_in_range(bus_now_us(), 0, 5 * POWER_UP_US);
    }
}

static void starts_once_it_answers_again(void **state)
{
    (void)state;
    lan9118_model.reset_hangs = true;
    assert_false(start());
    assert_string_equal(bus_log(),
                        "lan9118: no answer: check its clock and power, then reset the device");
    assert_false(lan9118_model_interrupts());
    lan9118_model.reset_hangs = false;
    assert_true(start());
    claims_receives(&subject, 60);
}

static void is_silent_after_stop(void **state)
{
    (void)state;
    lan.netdev.ops->stop(&lan.netdev);
    receive(60, 0);
    lan9118_model_raise(INT_RSFL);
    assert_false(lan9118_model_interrupts());
    assert_int_equal(rx_pending(), 0);
    assert_false(tx(60));
    assert_true(start());
    claims_sends(&subject, 60);
    lan9118_model.csr_hangs = true;
    lan.netdev.ops->stop(&lan.netdev);
    assert_string_equal(bus_log(),
                        "lan9118: no answer: it goes on receiving until the device is reset");
}

// Interrupts

static void an_interrupt_wakes_and_silences(void **state)
{
    (void)state;
    unsigned wakes = bus_wakes();
    receive(60, 0);
    assert_true(lan9118_model_interrupts());
    lan9118_on_interrupt(&lan);
    assert_int_equal(bus_wakes(), wakes + 1);
    assert_false(lan9118_model_interrupts());
    receive(60, 0); // more frames do not change that
    assert_false(lan9118_model_interrupts());
}

static void sleeps_over_no_frame(void **state)
{
    (void)state;
    claims_sleeps_over_no_frame(&subject);
    lan9118_model.rsfl_is_level = true;
    claims_sleeps_over_no_frame(&subject);
}

static void interrupts_again_only_when_all_is_read(void **state)
{
    (void)state;
    for (int variant = 0; variant < 2; variant++) {
        lan9118_model.rsfl_is_level = variant == 1;
        receive(60, 0);
        receive(61, 0);
        assert_true(lan9118_model_interrupts());
        for (size_t octets = 60; octets <= 61; octets++) {
            assert_int_equal(poll(), octets);
            assert_false(lan9118_model_interrupts());
            assert_int_equal(rx_drop(), octets);
        }
        assert_int_equal(poll(), 0);
        assert_false(lan9118_model_interrupts());
    }
}

// Errors of the receiver

static void bad_frames_are_counted_and_skipped(void **state)
{
    (void)state;
    for (size_t octets = 1; octets <= 1518; octets *= 2) {
        receive(octets, LAN9118_MODEL_ERROR);
    }
    claims_receives(&subject, 1514);
    assert_int_equal(rx_pending(), 0);
    assert_int_equal(lan9118_counters.rx_bad_status, 11);
}

static void a_flood_of_bad_frames_lets_timers_have_their_turn(void **state)
{
    (void)state;
    unsigned wakes = bus_wakes();
    for (int i = 0; i < 100; i++) {
        receive(60, LAN9118_MODEL_ERROR);
    }
    assert_int_equal(rx_pending(), 0);
    assert_int_equal(lan9118_counters.rx_bad_status, 64);
    assert_int_equal(bus_wakes(), wakes + 1); // so that the rest is not slept over
    assert_int_equal(rx_pending(), 0);
    assert_int_equal(lan9118_counters.rx_bad_status, 100);
    assert_int_equal(bus_wakes(), wakes + 1);
}

static void an_overrun_is_counted_and_what_came_before_it_is_kept(void **state)
{
    (void)state;
    uint8_t frame[1514];
    for (unsigned i = 0; i < 10; i++) {
        claims_frame_fill(frame, sizeof(frame), i);
        lan9118_model_receive(frame, sizeof(frame), 0);
    }
    assert_int_equal(poll(), sizeof(frame));
    assert_int_equal(lan9118_counters.rx_overruns, 4);
    for (unsigned i = 0; i < 6; i++) {
        uint8_t found[1514];
        struct netdev_seg seg = {found, sizeof(found)};
        assert_int_equal(lan.netdev.ops->rx(&lan.netdev, &seg, 1), sizeof(frame));
        claims_frame_fill(frame, sizeof(frame), i);
        assert_memory_equal(found, frame, sizeof(frame));
    }
    assert_int_equal(poll(), 0);
    claims_receives(&subject, 1518);
    assert_int_equal(lan9118_counters.restarts, 0);
}

static void a_status_without_its_frame_restarts_the_receiver(void **state)
{
    (void)state;
    const unsigned statuses[] = {0, 4u << 16, 1518u << 16, 0x3FFFu << 16};
    for (unsigned i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        lan9118_model_receive_status(statuses[i]);
        assert_int_equal(poll(), 0);
        assert_int_equal(lan9118_counters.rx_errors, i + 1);
        assert_int_equal(lan9118_counters.restarts, i + 1);
        assert_true(link_up());
        claims_receives(&subject, 1514);
        assert_int_equal(poll(), 0);
        receive(60, 0);
        assert_true(lan9118_model_interrupts());
        assert_int_equal(rx_drop(), 60);
    }
}

static void a_receiver_error_restarts_it(void **state)
{
    (void)state;
    unsigned wakes = bus_wakes();
    receive(60, 0);
    lan9118_model_raise(INT_RXE);
    assert_true(lan9118_model_interrupts());
    assert_int_equal(poll(), 0); // the frame is lost, as nobody knows where it begins
    assert_int_equal(lan9118_counters.rx_errors, 1);
    assert_int_equal(lan9118_counters.restarts, 1);
    assert_true(bus_wakes() > wakes + 1);
    assert_int_equal(poll(), 0);
    receive(60, 0);
    assert_true(lan9118_model_interrupts());
}

// Errors of the transmitter

static void a_busy_transmitter_refuses_in_time(void **state)
{
    (void)state;
    lan9118_model.tx_hangs = true;
    for (int i = 0; i < 3; i++) {
        assert_true(tx(1514));
    }
    uint32_t before_us = bus_now_us();
    assert_false(tx(1514));
    assert_in_range(bus_now_us() - before_us, 1300, 40000);
    assert_int_equal(lan9118_counters.tx_busy, 1);
    assert_int_equal(lan9118_counters.restarts, 0);
}

static void a_stalled_transmitter_is_restarted(void **state)
{
    (void)state;
    lan9118_model.tx_hangs = true;
    for (int i = 0; i < 3; i++) {
        assert_true(tx(1514));
    }
    for (int i = 0; i < 7; i++) {
        assert_false(tx(1514));
    }
    assert_int_equal(lan9118_counters.tx_errors, 0);
    assert_true(tx(14)); // it is not: there is room for this one
    for (int i = 0; i < 7; i++) {
        assert_false(tx(1514));
    }
    assert_int_equal(lan9118_counters.tx_errors, 0);
    unsigned wakes = bus_wakes();
    assert_false(tx(1514));
    assert_int_equal(lan9118_counters.tx_errors, 1);
    assert_int_equal(lan9118_counters.restarts, 1);
    assert_true(bus_wakes() > wakes); // the interrupt is masked: a poll must come
    lan9118_model.tx_hangs = false;
    uint8_t frame[CLAIMS_FRAME_OCTETS_MAX];
    while (lan9118_model_sent(frame) > 0) {
    }
    claims_sends(&subject, 1514);
}

static void a_transmitter_error_restarts_it(void **state)
{
    (void)state;
    lan9118_model_raise(INT_TXE);
    assert_true(lan9118_model_interrupts());
    assert_int_equal(poll(), 0);
    assert_int_equal(lan9118_counters.tx_errors, 1);
    assert_int_equal(lan9118_counters.restarts, 1);
    claims_sends(&subject, 1514);
}

static void frames_that_failed_on_the_wire_are_counted(void **state)
{
    (void)state;
    lan9118_model.tx_status = LAN9118_MODEL_ERROR;
    for (int i = 0; i < 3; i++) {
        claims_sends(&subject, 60);
    }
    lan9118_model.tx_status = 0;
    claims_sends(&subject, 60);
    assert_int_equal(lan9118_counters.tx_bad_status, 2);
}

static void a_chip_that_vanishes_is_a_link_that_is_down(void **state)
{
    (void)state;
    lan9118_model.absent = true;
    uint32_t before_us = bus_now_us();
    assert_int_equal(rx_pending(), 0);
    assert_false(tx(60));
    assert_false(link_up());
    assert_in_range(bus_now_us() - before_us, 0, POWER_UP_US);
    unsigned wakes = bus_wakes();
    for (int i = 0; i < 5; i++) {
        assert_false(link_up());
    }
    assert_int_equal(bus_wakes(), wakes); // each poll tries, none asks for the next
    lan9118_model.absent = false;
    assert_true(link_up());
    claims_receives(&subject, 60);
    claims_sends(&subject, 60);
}

static void a_chip_that_vanishes_with_an_interrupt_is_no_different(void **state)
{
    (void)state;
    lan9118_model.absent = true;
    lan9118_on_interrupt(&lan);
    assert_false(link_up());
    assert_int_equal(rx_pending(), 0);
    assert_false(tx(60));
    lan9118_model.absent = false;
    assert_true(link_up());
    claims_receives(&subject, 60);
}

// Link

static void the_link_is_followed(void **state)
{
    (void)state;
    assert_true(link_up());
    lan9118_model_cable(false);
    assert_true(lan9118_model_interrupts());
    assert_int_equal(poll(), 0);
    assert_false(link_up());
    assert_false(tx(60));
    assert_false(lan9118_model_interrupts());
    lan9118_model_cable(true);
    assert_true(lan9118_model_interrupts());
    assert_int_equal(poll(), 0);
    assert_true(link_up());
    claims_sends(&subject, 60);
}

static void the_duplex_mode_is_the_best_of_both_ends(void **state)
{
    (void)state;
    static const struct {
        unsigned partner;
        bool full;
    } cases[] = {
        {0x41E1, true},  // all
        {0x40E1, false}, // 100 Mbit/s half duplex goes before 10 Mbit/s full duplex
        {0x4061, true},  // 10 Mbit/s full duplex
        {0x4021, false}, // 10 Mbit/s half duplex
        {0x0080, false}, // a partner that does not negotiate
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        lan9118_model_cable(false);
        poll();
        lan9118_model.partner = cases[i].partner;
        lan9118_model_cable(true);
        poll();
        assert_int_equal((lan9118_model.mac_cr & MAC_CR_FDPX) != 0, cases[i].full);
    }
}

static void asking_for_the_link_is_cheap(void **state)
{
    (void)state;
    uint32_t before_us = bus_now_us();
    assert_true(link_up());
    assert_int_equal(bus_now_us(), before_us);
}

int main(void)
{
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
#define CLAIM_STOPPED(name) cmocka_unit_test_setup_teardown(name, setup_stopped, teardown)
    const struct CMUnitTest claims[] = {
        CLAIM(receives_every_length),
        CLAIM(scatters_at_any_offset),
        CLAIM(drops_and_cuts_frames),
        CLAIM(sends_every_length),
        CLAIM(gathers_at_any_offset),
        CLAIM(takes_its_own_address_broadcast_and_multicast),
        CLAIM_STOPPED(tells_the_address_of_the_eeprom),
        CLAIM_STOPPED(without_an_eeprom_there_is_no_address),
        CLAIM_STOPPED(keeps_the_line_quiet_from_init_to_start),
        CLAIM_STOPPED(nobody_there_is_told),
        CLAIM_STOPPED(every_wait_ends),
        CLAIM_STOPPED(starts_once_it_answers_again),
        CLAIM(is_silent_after_stop),
        CLAIM(an_interrupt_wakes_and_silences),
        CLAIM(sleeps_over_no_frame),
        CLAIM(interrupts_again_only_when_all_is_read),
        CLAIM(bad_frames_are_counted_and_skipped),
        CLAIM(a_flood_of_bad_frames_lets_timers_have_their_turn),
        CLAIM(an_overrun_is_counted_and_what_came_before_it_is_kept),
        CLAIM(a_status_without_its_frame_restarts_the_receiver),
        CLAIM(a_receiver_error_restarts_it),
        CLAIM(a_busy_transmitter_refuses_in_time),
        CLAIM(a_stalled_transmitter_is_restarted),
        CLAIM(a_transmitter_error_restarts_it),
        CLAIM(frames_that_failed_on_the_wire_are_counted),
        CLAIM(a_chip_that_vanishes_is_a_link_that_is_down),
        CLAIM(a_chip_that_vanishes_with_an_interrupt_is_no_different),
        CLAIM(the_link_is_followed),
        CLAIM(the_duplex_mode_is_the_best_of_both_ends),
        CLAIM(asking_for_the_link_is_cheap),
    };
    return cmocka_run_group_tests_name("lan9118", claims, NULL, NULL);
}
