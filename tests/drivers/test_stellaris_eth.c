// SPDX-License-Identifier: BSD-3-Clause
// The driver of the Stellaris Ethernet controller against a model of it.
#include "stellaris_eth.h"

#include <string.h>

#include "claims.h"
#include "stellaris_eth_model.h"

enum {
    RX_CONTROL = 0x0B, // RXEN, AMUL, BADCRC
    TX_CONTROL = 0x07, // TXEN, PADEN, CRC
    TX_DUPLEX = 0x10,
    TX_WAIT_US_MAX = 30000, // on a bus of 1 us a read
    MII_WAIT_US_MAX = 2000,
};

static const uint8_t mac[] = {0x02, 0, 0, 0, 0, 0x07};
static struct stellaris_eth eth;

static void on_interrupt(void)
{
    stellaris_eth_on_interrupt(&eth);
}

static const struct claims_subject subject = {
    .dev = &eth.netdev,
    .rx_octets_min = 14,
    .receive = stellaris_eth_model_receive,
    .sent = stellaris_eth_model_sent,
    .interrupts = stellaris_eth_model_interrupts,
    .on_interrupt = on_interrupt,
};

static bool start(void)
{
    return eth.netdev.ops->start(&eth.netdev, mac);
}

static bool link_up(void)
{
    return eth.netdev.ops->link_up(&eth.netdev);
}

static size_t rx_pending(void)
{
    return eth.netdev.ops->rx_pending(&eth.netdev);
}

static bool tx(size_t octets)
{
    static uint8_t frame[CLAIMS_FRAME_OCTETS_MAX];
    struct netdev_seg seg = {frame, octets};
    return eth.netdev.ops->tx(&eth.netdev, &seg, 1);
}

static void receive(size_t octets)
{
    static const uint8_t frame[CLAIMS_FRAME_OCTETS_MAX];
    stellaris_eth_model_receive(frame, octets);
}

static size_t poll(void)
{
    if (stellaris_eth_model_interrupts()) {
        stellaris_eth_on_interrupt(&eth);
    }
    link_up();
    return rx_pending();
}

static int setup_stopped(void **state)
{
    (void)state;
    stellaris_eth_model_reset();
    bus_reset(&stellaris_eth_model_bus);
    stellaris_eth_counters = (struct stellaris_eth_counters){0};
    stellaris_eth_init(&eth, BUS_BASE);
    return 0;
}

static int setup(void **state)
{
    setup_stopped(state);
    assert_true(start());
    for (int i = 0; i < 2; i++) { // the PHY's answer is taken the next time
        assert_int_equal(poll(), 0);
    }
    return 0;
}

/// Whatever happened, the driver kept to what the datasheet asks for.
static int teardown(void **state)
{
    (void)state;
    assert_int_equal(stellaris_eth_model.rx_underruns, 0);
    assert_int_equal(stellaris_eth_model.tx_overruns, 0);
    assert_int_equal(stellaris_eth_model.fifo_resets_while_running, 0);
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

static void sleeps_over_no_frame(void **state)
{
    (void)state;
    claims_sleeps_over_no_frame(&subject);
}

// Start and stop

static void takes_its_own_address_broadcast_and_multicast(void **state)
{
    (void)state;
    assert_memory_equal(stellaris_eth_model.mac, mac, sizeof(mac));
    assert_int_equal(stellaris_eth_model.rx_control, RX_CONTROL);
}

static void is_silent_after_stop(void **state)
{
    (void)state;
    eth.netdev.ops->stop(&eth.netdev);
    receive(60);
    stellaris_eth_model_raise(STELLARIS_ETH_MODEL_RXER);
    assert_false(stellaris_eth_model_interrupts());
    assert_true(start());
    claims_receives(&subject, 60);
    assert_false(stellaris_eth_model_interrupts());
}

static void nothing_interrupts_before_the_first_poll(void **state)
{
    (void)state;
    assert_true(start());
    receive(60);
    assert_false(stellaris_eth_model_interrupts());
}

// Errors of the receiver

static void an_overrun_empties_the_fifo_and_is_counted(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        receive(1000);
    }
    assert_true(stellaris_eth_model_interrupts());
    assert_int_equal(poll(), 0);
    assert_int_equal(stellaris_eth_counters.rx_overruns, 1);
    claims_receives(&subject, 1518);
    assert_int_equal(poll(), 0);
    receive(60);
    assert_true(stellaris_eth_model_interrupts());
}

static void a_frame_begun_before_an_overrun_is_kept(void **state)
{
    (void)state;
    receive(1000);
    assert_int_equal(poll(), 1000);
    receive(1500);
    assert_int_equal(eth.netdev.ops->rx(&eth.netdev, NULL, 0), 1000);
    assert_int_equal(poll(), 0);
    assert_int_equal(stellaris_eth_counters.rx_overruns, 1);
    claims_receives(&subject, 60);
}

static void a_length_that_no_frame_has_empties_the_fifo(void **state)
{
    (void)state;
    const unsigned lengths[] = {0, 5, 6, 19, 1525, 0xFFFF};
    for (unsigned i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        stellaris_eth_model_receive_length(lengths[i]);
        receive(60);
        assert_int_equal(poll(), 0);
        assert_int_equal(stellaris_eth_counters.rx_bad_lengths, i + 1);
        receive(60);
        assert_true(stellaris_eth_model_interrupts()); // not only a timer finds it
        assert_int_equal(poll(), 60);
        assert_int_equal(eth.netdev.ops->rx(&eth.netdev, NULL, 0), 60);
        assert_int_equal(poll(), 0);
    }
}

static void a_bad_frame_is_counted(void **state)
{
    (void)state;
    stellaris_eth_model_raise(STELLARIS_ETH_MODEL_RXER);
    assert_true(stellaris_eth_model_interrupts());
    assert_int_equal(poll(), 0);
    assert_int_equal(stellaris_eth_counters.rx_errors, 1);
    assert_false(stellaris_eth_model_interrupts());
}

// Errors of the transmitter

static void a_busy_transmitter_refuses_in_time(void **state)
{
    (void)state;
    stellaris_eth_model.tx_hangs = true;
    assert_true(tx(1514));
    uint32_t before_us = bus_now_us();
    assert_false(tx(60));
    assert_in_range(bus_now_us() - before_us, 1500, TX_WAIT_US_MAX);
    assert_int_equal(stellaris_eth_counters.tx_timeouts, 1);
}

static void a_stalled_transmitter_is_restarted(void **state)
{
    (void)state;
    stellaris_eth_model.tx_hangs = true;
    assert_true(tx(1514));
    assert_false(tx(60));
    stellaris_eth_model.tx_hangs = false;
    claims_sends(&subject, 1514);
    assert_int_equal(stellaris_eth_counters.tx_timeouts, 1);
}

static void a_transmitter_error_is_counted_and_empties_the_fifo(void **state)
{
    (void)state;
    stellaris_eth_model.tx_hangs = true;
    assert_true(tx(1514));
    stellaris_eth_model.tx_hangs = false;
    stellaris_eth_model_raise(STELLARIS_ETH_MODEL_TXER);
    assert_true(stellaris_eth_model_interrupts());
    assert_int_equal(poll(), 0);
    assert_int_equal(stellaris_eth_counters.tx_errors, 1);
    claims_sends(&subject, 1514);
}

static void what_is_no_frame_is_refused(void **state)
{
    (void)state;
    assert_false(tx(13));
    assert_false(tx(1519));
    claims_sends(&subject, 14);
}

// Link

static void the_link_is_followed(void **state)
{
    (void)state;
    assert_true(link_up());
    stellaris_eth_model.link = false;
    link_up();
    assert_false(link_up());
    assert_false(tx(60));
    stellaris_eth_model.link = true;
    stellaris_eth_model.full_duplex = false;
    link_up();
    assert_true(link_up());
    assert_int_equal(stellaris_eth_model.tx_control, TX_CONTROL);
    claims_sends(&subject, 60);
}

static void the_duplex_mode_is_what_the_phy_negotiated(void **state)
{
    (void)state;
    assert_int_equal(stellaris_eth_model.tx_control, TX_CONTROL | TX_DUPLEX);
}

static void without_a_phy_the_link_is_up(void **state)
{
    (void)state;
    stellaris_eth_model.has_phy = false;
    assert_true(start());
    assert_true(link_up());
    assert_int_equal(stellaris_eth_model.tx_control, TX_CONTROL | TX_DUPLEX);
    claims_sends(&subject, 60);
}

static void a_phy_that_never_answers_is_not_waited_for_long(void **state)
{
    (void)state;
    stellaris_eth_model.mii_hangs = true;
    assert_true(start());
    assert_in_range(bus_now_us(), 0, MII_WAIT_US_MAX);
    assert_int_equal(stellaris_eth_counters.phy_timeouts, 1);
    uint32_t before_us = bus_now_us();
    assert_true(link_up());
    assert_in_range(bus_now_us() - before_us, 0, 2);
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
        CLAIM(sleeps_over_no_frame),
        CLAIM(takes_its_own_address_broadcast_and_multicast),
        CLAIM(is_silent_after_stop),
        CLAIM_STOPPED(nothing_interrupts_before_the_first_poll),
        CLAIM(an_overrun_empties_the_fifo_and_is_counted),
        CLAIM(a_frame_begun_before_an_overrun_is_kept),
        CLAIM(a_length_that_no_frame_has_empties_the_fifo),
        CLAIM(a_bad_frame_is_counted),
        CLAIM(a_busy_transmitter_refuses_in_time),
        CLAIM(a_stalled_transmitter_is_restarted),
        CLAIM(a_transmitter_error_is_counted_and_empties_the_fifo),
        CLAIM(what_is_no_frame_is_refused),
        CLAIM(the_link_is_followed),
        CLAIM(the_duplex_mode_is_what_the_phy_negotiated),
        CLAIM_STOPPED(without_a_phy_the_link_is_up),
        CLAIM_STOPPED(a_phy_that_never_answers_is_not_waited_for_long),
    };
    return cmocka_run_group_tests_name("stellaris_eth", claims, NULL, NULL);
}
