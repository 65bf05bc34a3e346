// SPDX-License-Identifier: BSD-3-Clause
// Each fault of the link does what it says: counted over many frames, in the test's own time.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "link_rig.h"
#include "lwip/sys.h"

enum {
    MANY = 200000,
    SIGMAS = 4, // one run in 16,000 would miss by chance; the seeds are fixed
};

/// Checks that so many of `n` are what happens by chance with that share.
static void expect_share(double count, double n, double share)
{
    double sigma = sqrt(n * share * (1 - share));
    if (fabs(count - n * share) > SIGMAS * sigma) {
        fail_msg("%.0f of %.0f, expected %.0f give or take %.0f", count, n, n * share,
                 SIGMAS * sigma);
    }
}

/// Returns the direction to test next, on a rig of its own.
static enum impair_direction other(enum impair_direction direction)
{
    link_begin(2);
    return (enum impair_direction)(direction + 1);
}

static void without_faults_everything_passes_at_once(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_stream(d, 1000, 0);
        assert_int_equal(bench.arrivals_n, 1000);
        for (uint32_t i = 0; i < 1000; i++) {
            assert_int_equal(bench.arrivals[i].number, i);
            assert_int_equal(bench.arrivals[i].bits, 0);
        }
        assert_int_equal(impair_poll(&bench.impair), UINT32_MAX);
        assert_int_equal(impair_counters[d].passed, 1000);
    }
}

static void loss_takes_its_share_each_frame_by_itself(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_faults("loss=5%");
        link_stream(d, MANY, 0);
        expect_share((double)(MANY - bench.arrivals_n), MANY, 0.05);
        uint32_t pairs = 0; // lost next to each other
        for (size_t i = 1; i < bench.arrivals_n; i++) {
            uint32_t gap = bench.arrivals[i].number - bench.arrivals[i - 1].number - 1;
            pairs += gap > 0 ? gap - 1 : 0;
        }
        expect_share(pairs, MANY, 0.05 * 0.05);
        assert_int_equal(impair_counters[d].drop_loss, MANY - bench.arrivals_n);
    }
}

static void a_fault_of_one_direction_spares_the_other(void **state)
{
    (void)state;
    link_faults("loss=rx=50%");
    link_stream(IMPAIR_TX, 1000, 0);
    assert_int_equal(bench.arrivals_n, 1000);
    link_stream(IMPAIR_RX, 1000, 0);
    assert_in_range(bench.arrivals_n, 1400, 1600);
    link_begin(1);
    link_faults("loss=rx=0%,tx=100%");
    link_stream(IMPAIR_RX, 1000, 0);
    link_stream(IMPAIR_TX, 1000, 0);
    assert_int_equal(bench.arrivals_n, 1000);
}

static void burst_loss_takes_its_share_in_bursts_of_that_length(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_faults("burst-loss=2%:8");
        link_stream(d, 5 * MANY, 0);
        double lost = 5.0 * MANY - (double)bench.arrivals_n;
        uint32_t bursts = 0;
        uint32_t longest = 0;
        for (size_t i = 1; i < bench.arrivals_n; i++) {
            uint32_t gap = bench.arrivals[i].number - bench.arrivals[i - 1].number - 1;
            bursts += gap > 0;
            longest = gap > longest ? gap : longest;
        }
        // A burst's length is geometric: its deviation is about its mean.
        double mean = lost / bursts;
        assert_true(fabs(mean - 8) < SIGMAS * 8 / sqrt(bursts));
        assert_true(fabs(bursts - 5.0 * MANY * 0.02 / 8) < SIGMAS * sqrt(5.0 * MANY * 0.02 / 8));
        assert_in_range(longest, 30, 150);
    }
}

static void delay_is_exact_and_the_sleep_is_as_long(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_faults("delay=20ms");
        for (uint32_t i = 0; i < 1000; i++) {
            uint32_t sent_ms = sys_now() - bench.began_ms;
            link_send(d, RIG_OCTETS);
            link_run(d, 0);
            assert_int_equal(impair_poll(&bench.impair), 20);
            link_run(d, 19);
            assert_int_equal(bench.arrivals_n, i);
            assert_int_equal(impair_poll(&bench.impair), 1);
            link_run(d, 1);
            assert_int_equal(bench.arrivals_n, i + 1);
            assert_int_equal(bench.arrivals[i].at_ms, sent_ms + 20);
        }
    }
}

static void a_part_of_a_millisecond_is_never_short(void **state)
{
    (void)state;
    link_faults("delay=1500us");
    link_send(IMPAIR_TX, RIG_OCTETS);
    assert_int_equal(impair_poll(&bench.impair), 2);
    link_run(IMPAIR_TX, 2);
    assert_int_equal(bench.arrivals[0].at_ms, 2);
}

static void jitter_spreads_evenly_about_the_delay_and_keeps_the_order(void **state)
{
    enum {
        FRAMES = 50000,
        BUCKETS = 9, // 20 ms +- 4 ms
    };
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        uint32_t buckets[BUCKETS] = {0};
        link_faults("delay=20500us jitter=4500us");
        link_stream(d, FRAMES, 30);
        link_run(d, 100);
        assert_int_equal(bench.arrivals_n, FRAMES);
        for (uint32_t i = 0; i < FRAMES; i++) {
            assert_int_equal(bench.arrivals[i].number, i);
            uint32_t late_ms = bench.arrivals[i].at_ms - 30 * i;
            assert_in_range(late_ms, 16, 25);
            buckets[late_ms == 16 ? 0 : late_ms - 17]++; // 16.0 ms sharp has no whole bucket
        }
        for (int i = 0; i < BUCKETS; i++) {
            expect_share(buckets[i], FRAMES, 1.0 / BUCKETS);
        }
        link_begin(3);
        link_faults("delay=20ms jitter=20ms");
        link_stream(d, FRAMES, 1); // closer than they spread
        link_run(d, 100);
        for (uint32_t i = 0; i < FRAMES; i++) {
            assert_int_equal(bench.arrivals[i].number, i);
        }
    }
}

static void reorder_lets_three_later_frames_pass(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_faults("reorder=1%:3");
        link_stream(d, MANY, 1);
        link_run(d, 100);
        assert_int_equal(bench.arrivals_n, MANY);
        uint32_t overtaken = 0;
        uint32_t by_three = 0;
        for (uint32_t i = 3; i < MANY; i++) {
            uint32_t number = bench.arrivals[i].number;
            if (number < bench.arrivals[i - 1].number && number < bench.arrivals[i - 2].number) {
                overtaken++;
                by_three += number + 3 == i;
            }
        }
        expect_share((double)impair_counters[d].reordered, MANY, 0.01);
        // But for those that met another one.
        assert_in_range(overtaken, impair_counters[d].reordered * 95 / 100,
                        impair_counters[d].reordered);
        assert_in_range(by_three, overtaken * 93 / 100, overtaken);
    }
}

static void a_frame_that_nothing_overtakes_comes_all_the_same(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_faults("reorder=99%");
        link_send(d, RIG_OCTETS);
        link_run(d, 49);
        assert_int_equal(bench.arrivals_n, 0);
        link_run(d, 1);
        assert_int_equal(bench.arrivals_n, 1);
    }
}

static void duplicates_follow_their_frame(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_faults("duplicate=1%");
        link_stream(d, MANY, 0);
        uint32_t twice = 0;
        for (size_t i = 1; i < bench.arrivals_n; i++) {
            uint32_t step = bench.arrivals[i].number - bench.arrivals[i - 1].number;
            assert_in_range(step, 0, 1);
            assert_int_equal(bench.arrivals[i].bits, 0);
            twice += step == 0;
        }
        expect_share(twice, MANY, 0.01);
        assert_int_equal(bench.arrivals_n, MANY + twice);
    }
}

static void corruption_flips_one_bit_anywhere(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        uint32_t corrupted = 0;
        link_faults("corrupt=10%");
        link_stream(d, MANY, 0);
        assert_int_equal(bench.arrivals_n, MANY);
        for (uint32_t i = 0; i < MANY; i++) {
            assert_int_equal(bench.arrivals[i].number, i);
            assert_in_range(bench.arrivals[i].bits, 0, 1);
            corrupted += bench.arrivals[i].bits;
        }
        expect_share(corrupted, MANY, 0.1);
        for (int bit = 0; bit < 8 * RIG_OCTETS; bit++) {
            assert_in_range(bench.bits_hit[bit], 1, 100); // of 42 on average
        }
    }
}

static void rate_lets_so_many_bits_pass_and_no_burst(void **state)
{
    enum {
        FRAMES = 100,
        OCTETS = 1250, // 10 ms at 1 Mbit/s
    };
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_faults("rate=1mbit");
        for (int i = 0; i < FRAMES; i++) {
            link_send(d, OCTETS);
        }
        link_run(d, FRAMES * 10);
        assert_int_equal(bench.arrivals_n, FRAMES);
        for (uint32_t i = 0; i < FRAMES; i++) {
            assert_int_equal(bench.arrivals[i].number, i);
            assert_int_equal(bench.arrivals[i].at_ms, 10 * (i + 1));
        }
    }
}

static void rate_is_right_where_frames_take_parts_of_a_millisecond(void **state)
{
    (void)state;
    link_faults("rate=100mbit");
    for (int i = 0; i < 900; i++) {
        link_send(IMPAIR_RX, 1250); // 0.1 ms
    }
    link_run(IMPAIR_RX, 45);
    assert_int_equal(bench.arrivals_n, 450);
    link_run(IMPAIR_RX, 45);
    assert_int_equal(bench.arrivals_n, 900);
}

static void mtu_is_what_stands_behind_the_header(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_faults("mtu=1280");
        link_send(d, 14 + 1280);
        link_send(d, 14 + 1281);
        link_run(d, 1);
        assert_int_equal(bench.arrivals_n, 1);
        assert_int_equal(impair_counters[d].drop_mtu, 1);
    }
}

static void a_flapping_link_is_up_and_down_as_told(void **state)
{
    struct netdev *dev = &bench.impair.netdev;
    (void)state;
    link_faults("link-flap=5s:500ms");
    for (uint32_t round = 0; round < 3; round++) {
        assert_true(dev->ops->link_up(dev));
        assert_int_equal(impair_poll(&bench.impair), 5000);
        clock_advance(4999);
        assert_true(dev->ops->link_up(dev));
        clock_advance(1);
        assert_false(dev->ops->link_up(dev));
        assert_int_equal(impair_poll(&bench.impair), 500);
        clock_advance(500);
    }
    bench.wire.link_is_down = true;
    assert_false(dev->ops->link_up(dev));
}

static void what_is_sent_or_under_way_while_the_link_is_down_is_lost(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_faults("link-flap=1s:1s delay=100ms");
        link_run(d, 950);
        link_send(d, RIG_OCTETS);
        link_run(d, 500);
        link_send(d, RIG_OCTETS);
        link_run(d, 600);
        assert_int_equal(bench.arrivals_n, 0);
        assert_int_equal(impair_counters[d].drop_down, 2);
        link_send(d, RIG_OCTETS);
        link_run(d, 100);
        assert_int_equal(bench.arrivals_n, 1);
    }
}

static const char everything[] = "loss=2% burst-loss=1%:4 delay=5ms jitter=2ms reorder=3% "
                                 "duplicate=2% corrupt=2% rate=10mbit";

/// Returns a sum of what arrived and when.
static uint64_t fate(uint64_t seed, const char *faults)
{
    uint64_t sum = 0;
    link_begin(seed);
    link_faults(faults);
    link_stream(IMPAIR_RX, 5000, 1);
    for (size_t i = 0; i < bench.arrivals_n; i++) {
        const struct arrival *arrival = &bench.arrivals[i];
        sum = (sum ^ arrival->number ^ (uint64_t)arrival->at_ms << 20 ^ arrival->bits) *
              1099511628211;
    }
    return sum;
}

static void the_same_seed_has_the_same_fate(void **state)
{
    (void)state;
    assert_true(fate(42, everything) == fate(42, everything));
    assert_true(fate(42, everything) != fate(43, everything));
}

static void one_fault_does_not_change_what_another_chooses(void **state)
{
    (void)state;
    link_begin(42);
    link_faults("loss=5%");
    link_stream(IMPAIR_RX, 2000, 1);
    size_t n = bench.arrivals_n;
    uint32_t numbers[2000];
    for (size_t i = 0; i < n; i++) {
        numbers[i] = bench.arrivals[i].number;
    }
    link_begin(42);
    link_faults("loss=5% delay=7ms corrupt=5% jitter=3ms rate=50mbit");
    link_stream(IMPAIR_RX, 2000, 1);
    link_run(IMPAIR_RX, 100);
    assert_int_equal(bench.arrivals_n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(bench.arrivals[i].number, numbers[i]);
    }
}

static void more_frames_than_fit_are_lost(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_faults("delay=1s");
        for (int i = 0; i < IMPAIR_QUEUE_FRAMES_MAX + 10; i++) {
            link_send(d, RIG_OCTETS);
        }
        link_run(d, 1000);
        assert_int_equal(bench.arrivals_n, IMPAIR_QUEUE_FRAMES_MAX);
        assert_int_equal(impair_counters[d].drop_queue, 10);
    }
}

static void both_directions_full_with_duplicates_are_no_trouble(void **state)
{
    (void)state;
    link_faults("delay=1s duplicate=50% reorder=50%");
    for (int i = 0; i < 2 * IMPAIR_QUEUE_FRAMES_MAX; i++) {
        link_send(IMPAIR_TX, RIG_OCTETS);
        link_send(IMPAIR_RX, RIG_OCTETS);
    }
    link_run(IMPAIR_RX, 100);
    assert_int_equal(impair_queued(&bench.impair, IMPAIR_RX), IMPAIR_QUEUE_FRAMES_MAX);
    assert_int_equal(impair_queued(&bench.impair, IMPAIR_TX), IMPAIR_QUEUE_FRAMES_MAX);
}

static void a_change_lets_everything_arrive_in_order(void **state)
{
    (void)state;
    for (enum impair_direction d = IMPAIR_RX; d <= IMPAIR_TX; d = other(d)) {
        link_faults("delay=10s rate=10kbit");
        for (int i = 0; i < 100; i++) {
            link_send(d, RIG_OCTETS);
        }
        link_run(d, 5);
        link_faults("delay=0 rate=off");
        link_run(d, 0);
        assert_int_equal(bench.arrivals_n, 100);
        for (uint32_t i = 0; i < 100; i++) {
            assert_int_equal(bench.arrivals[i].number, i);
        }
    }
}

static void late_frames_that_the_carrier_refuses_are_counted(void **state)
{
    (void)state;
    link_faults("delay=5ms");
    link_send(IMPAIR_TX, RIG_OCTETS);
    bench.wire.refuses_tx = true;
    link_run(IMPAIR_TX, 5);
    assert_int_equal(impair_counters[IMPAIR_TX].drop_refused, 1);
}

static void frames_longer_than_can_be_are_lost(void **state)
{
    (void)state;
    link_faults("delay=5ms");
    link_send(IMPAIR_RX, NETDEV_FRAME_OCTETS_MAX);
    link_send(IMPAIR_RX, NETDEV_FRAME_OCTETS_MAX + 1);
    link_run(IMPAIR_RX, 5);
    assert_int_equal(bench.arrivals_n, 1);
    assert_int_equal(impair_counters[IMPAIR_RX].drop_mtu, 1);
}

static unsigned witnessed;

static void on_drop(void *context, enum impair_direction direction, const uint8_t *frame,
                    size_t octets, const char *reason)
{
    assert_ptr_equal(context, &bench);
    assert_int_equal(direction, IMPAIR_RX);
    assert_int_equal(octets, RIG_OCTETS);
    assert_non_null(frame);
    assert_string_equal(reason, "loss");
    witnessed++;
}

static void each_loss_has_a_witness(void **state)
{
    (void)state;
    witnessed = 0;
    bench.impair.witness = (struct impair_witness){on_drop, &bench};
    link_faults("loss=10%");
    link_stream(IMPAIR_RX, 1000, 0);
    assert_int_equal(witnessed, 1000 - bench.arrivals_n);
    assert_true(witnessed > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(without_faults_everything_passes_at_once),
        CLAIM(loss_takes_its_share_each_frame_by_itself),
        CLAIM(a_fault_of_one_direction_spares_the_other),
        CLAIM(burst_loss_takes_its_share_in_bursts_of_that_length),
        CLAIM(delay_is_exact_and_the_sleep_is_as_long),
        CLAIM(a_part_of_a_millisecond_is_never_short),
        CLAIM(jitter_spreads_evenly_about_the_delay_and_keeps_the_order),
        CLAIM(reorder_lets_three_later_frames_pass),
        CLAIM(a_frame_that_nothing_overtakes_comes_all_the_same),
        CLAIM(duplicates_follow_their_frame),
        CLAIM(corruption_flips_one_bit_anywhere),
        CLAIM(rate_lets_so_many_bits_pass_and_no_burst),
        CLAIM(rate_is_right_where_frames_take_parts_of_a_millisecond),
        CLAIM(mtu_is_what_stands_behind_the_header),
        CLAIM(a_flapping_link_is_up_and_down_as_told),
        CLAIM(what_is_sent_or_under_way_while_the_link_is_down_is_lost),
        CLAIM(the_same_seed_has_the_same_fate),
        CLAIM(one_fault_does_not_change_what_another_chooses),
        CLAIM(more_frames_than_fit_are_lost),
        CLAIM(both_directions_full_with_duplicates_are_no_trouble),
        CLAIM(a_change_lets_everything_arrive_in_order),
        CLAIM(late_frames_that_the_carrier_refuses_are_counted),
        CLAIM(frames_longer_than_can_be_are_lost),
        CLAIM(each_loss_has_a_witness),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
