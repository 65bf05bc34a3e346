// SPDX-License-Identifier: BSD-3-Clause
// lwIP's timers: when they run, and how rarely they wake the device. Each case crosses the wrap of
// the clock.
#include "lwip/priv/tcp_priv.h"
#include "lwip/timeouts.h"
#include "unit.h"

enum {
    MINUTE_MS = 60 * 1000,
    ARP_MAX_AGE_MS = 300 * 1000,
    FEW = 2,           // wake-ups out of step: a multicast report, a neighbour
    TCP_TICK_MS = 500, // tcp_ticks counts every second run of the 250 ms timer
    ORDER_MAX = 16,
};

// One-shot timers: what ran, in order.

static int order[ORDER_MAX];
static size_t order_n;

static void on_time(void *arg)
{
    order[order_n++] = *(int *)arg;
}

static int numbers[] = {0, 1, 2, 3, 4, 5};

static void start_device_and_forget(void)
{
    rig_start_device();
    order_n = 0;
}

static void expect_order(const int *expected, size_t n)
{
    assert_int_equal(order_n, n);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(order[i], expected[i]);
    }
}

static void one_shots_run_in_the_order_of_their_times(void **state)
{
    (void)state;
    start_device_and_forget();
    sys_timeout(3000, on_time, &numbers[3]); // behind the wrap
    sys_timeout(1000, on_time, &numbers[1]);
    sys_timeout(2499, on_time, &numbers[2]);
    sys_timeout(4000, on_time, &numbers[4]);
    for (int i = 1; i <= 4; i++) {
        rig_advance(1000);
    }
    expect_order((int[]){1, 2, 3, 4}, 4);
}

static void one_shots_of_one_time_run_in_the_order_of_their_starts(void **state)
{
    (void)state;
    start_device_and_forget();
    sys_timeout(100, on_time, &numbers[1]);
    sys_timeout(100, on_time, &numbers[2]);
    sys_timeout(100, on_time, &numbers[3]);
    rig_advance(100);
    expect_order((int[]){1, 2, 3}, 3);
}

static void a_one_shot_runs_neither_early_nor_twice(void **state)
{
    (void)state;
    start_device_and_forget();
    sys_timeout(2700, on_time, &numbers[1]);
    rig_advance(2699);
    assert_int_equal(order_n, 0);
    rig_advance(1);
    assert_int_equal(order_n, 1);
    rig_advance(MINUTE_MS);
    assert_int_equal(order_n, 1);
}

static void a_one_shot_that_was_cancelled_does_not_run(void **state)
{
    (void)state;
    start_device_and_forget();
    for (int i = 0; i < 4; i++) {
        sys_timeout(100 * (u32_t)(i + 1), on_time, &numbers[i]);
    }
    sys_untimeout(on_time, &numbers[1]);
    sys_untimeout(on_time, &numbers[1]);
    sys_untimeout(on_time, &numbers[5]);
    sys_untimeout(on_time, &numbers[3]);
    rig_advance(1000);
    expect_order((int[]){0, 2}, 2);
}

static void on_time_start_another(void *arg)
{
    on_time(arg);
    sys_untimeout(on_time, &numbers[4]);
    sys_timeout(0, on_time, &numbers[2]);
    sys_timeout(50, on_time, &numbers[3]);
}

static void a_one_shot_may_start_and_cancel_others(void **state)
{
    (void)state;
    start_device_and_forget();
    sys_timeout(100, on_time_start_another, &numbers[1]);
    sys_timeout(100, on_time, &numbers[4]);
    rig_advance(100);
    expect_order((int[]){1, 2}, 2);
    rig_advance(50);
    expect_order((int[]){1, 2, 3}, 3);
}

static void one_shots_are_given_back(void **state)
{
    (void)state;
    start_device_and_forget();
    for (int i = 0; i < 100; i++) {
        order_n = 0;
        sys_timeout(10, on_time, &numbers[1]);
        sys_timeout(20, on_time, &numbers[2]);
        sys_timeout(30, on_time, &numbers[3]);
        sys_untimeout(on_time, &numbers[2]);
        rig_advance(30);
        expect_order((int[]){1, 3}, 2);
    }
}

static void a_device_that_slept_too_long_runs_one_shots_at_once(void **state)
{
    (void)state;
    start_device_and_forget();
    sys_timeout(100, on_time, &numbers[1]);
    sys_timeout(200, on_time, &numbers[2]);
    clock_advance(MINUTE_MS);
    assert_int_equal(sys_timeouts_sleeptime(), 0);
    device_poll(&rig.netif);
    expect_order((int[]){1, 2}, 2);
}

static void a_restart_keeps_the_distances_of_one_shots(void **state)
{
    (void)state;
    start_device_and_forget();
    sys_restart_timeouts(); // nothing to do yet
    sys_timeout(100, on_time, &numbers[1]);
    sys_timeout(300, on_time, &numbers[2]);
    clock_advance(MINUTE_MS); // while nobody looked
    sys_restart_timeouts();
    rig_advance(199);
    expect_order((int[]){1}, 1);
    rig_advance(1);
    expect_order((int[]){1, 2}, 2);
}

static void the_device_sleeps_until_the_next_one_shot(void **state)
{
    (void)state;
    start_device_and_forget();
    u32_t before = sys_timeouts_sleeptime();
    assert_true(before > 7);
    sys_timeout(7, on_time, &numbers[1]);
    assert_int_equal(sys_timeouts_sleeptime(), 7);
    clock_advance(3);
    assert_int_equal(sys_timeouts_sleeptime(), 4);
    rig_advance(4);
    bool for_ever = before == SYS_TIMEOUTS_SLEEPTIME_INFINITE;
    assert_int_equal(sys_timeouts_sleeptime(), for_ever ? before : before - 7);
}

// Cyclic timers.

static void an_idle_device_wakes_once_a_second(void **state)
{
    (void)state;
    rig_serve();
    rig_advance(MINUTE_MS);
    rig.wakeups = 0;
    rig_advance(10 * MINUTE_MS);
    assert_in_range(rig.wakeups, 1, 10 * 60 + FEW);
}

static void an_open_connection_wakes_it_four_times_a_second(void **state)
{
    (void)state;
    rig_serve();
    rig_advance(MINUTE_MS);
    struct peer *peer = rig_connect();
    peer_exchange(peer, 100);
    rig.wakeups = 0;
    rig_advance(MINUTE_MS);
    assert_in_range(rig.wakeups, 1, 4 * 60 + FEW);
    peer_finish(peer);
    rig_advance(MINUTE_MS);
    rig.wakeups = 0;
    rig_advance(MINUTE_MS);
    assert_in_range(rig.wakeups, 1, 60 + FEW);
}

static void cyclic_timers_run_in_step(void **state)
{
    (void)state;
    rig_serve();
    rig_connect();
    u32_t ticks = tcp_ticks;
    rig_advance(10 * MINUTE_MS);
    // Less than 300 s of silence are too few for the idle timeout, more end the connection.
    assert_in_range(tcp_ticks - ticks, 299 * 1000 / TCP_TICK_MS, 302 * 1000 / TCP_TICK_MS);
}

static void a_device_that_slept_too_long_runs_a_cyclic_timer_once(void **state)
{
    (void)state;
    rig_serve();
    rig_connect();
    rig_advance(1000);
    u32_t ticks = tcp_ticks;
    u32_t sleep_ms = sys_timeouts_sleeptime();
    clock_advance(10 * 1000 + sleep_ms);
    device_poll(&rig.netif);
    assert_in_range(tcp_ticks - ticks, 0, 1);
    assert_in_range(sys_timeouts_sleeptime(), 1, 250);
    ticks = tcp_ticks;
    rig_advance(10 * 1000);
    assert_int_equal(tcp_ticks - ticks, 10 * 1000 / TCP_TICK_MS);
}

static struct tcp_pcb *accepted;

static err_t on_accept(void *arg, struct tcp_pcb *pcb, err_t err)
{
    (void)arg;
    accepted = pcb;
    return err;
}

static void a_connection_in_time_wait_is_forgotten(void **state)
{
    (void)state;
    rig_serve();
    struct tcp_pcb *listener = tcp_new();
    assert_int_equal(tcp_bind(listener, IP_ANY_TYPE, 9), ERR_OK);
    listener = tcp_listen(listener);
    tcp_accept(listener, on_accept);
    struct peer *peer = rig_peer();
    peer->device_port = 9;
    assert_true(peer_connect(peer));
    peer->is_deaf = true;
    assert_int_equal(tcp_close(accepted), ERR_OK);
    rig_settle();
    peer->acked = 1; // the device's FIN
    peer_fin(peer);
    assert_non_null(tcp_tw_pcbs);
    rig_advance(3 * MINUTE_MS);
    assert_null(tcp_tw_pcbs);
    tcp_close(listener);
}

static void neighbours_are_forgotten_behind_the_wrap_of_the_clock(void **state)
{
    (void)state;
    rig_serve();
    struct host *host = rig_host(1);
    host->is_mute = true;
    defence_off = &ethif_counters.tx_direct; // answers need no resolution
    rig_advance(ARP_MAX_AGE_MS - 20 * 1000);
    host_send_udp(host, 5000, 7, "x", 1);
    rig_settle();
    assert_int_equal(host->datagrams, 1);
    rig_advance(21 * 1000);
    host_send_udp(host, 5000, 7, "x", 1);
    rig_settle();
    assert_int_equal(host->datagrams, 1);
}

static void the_first_octet_after_days_is_echoed(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    config.tcp.idle_timeout_s = 0;
    rig_start(&config);
    struct peer *peer = rig_connect();
    for (int days = 0; days < 60; days += 10) { // the clock wraps after 49.7
        rig_advance(10u * 24 * 3600 * 1000);
        peer_exchange(peer, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(one_shots_run_in_the_order_of_their_times),
        CLAIM(one_shots_of_one_time_run_in_the_order_of_their_starts),
        CLAIM(a_one_shot_runs_neither_early_nor_twice),
        CLAIM(a_one_shot_that_was_cancelled_does_not_run),
        CLAIM(a_one_shot_may_start_and_cancel_others),
        CLAIM(one_shots_are_given_back),
        CLAIM(a_device_that_slept_too_long_runs_one_shots_at_once),
        CLAIM(a_restart_keeps_the_distances_of_one_shots),
        CLAIM(the_device_sleeps_until_the_next_one_shot),
        CLAIM(an_idle_device_wakes_once_a_second),
        CLAIM(an_open_connection_wakes_it_four_times_a_second),
        CLAIM(cyclic_timers_run_in_step),
        CLAIM(a_device_that_slept_too_long_runs_a_cyclic_timer_once),
        CLAIM(a_connection_in_time_wait_is_forgotten),
        CLAIM(neighbours_are_forgotten_behind_the_wrap_of_the_clock),
        CLAIM(the_first_octet_after_days_is_echoed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
