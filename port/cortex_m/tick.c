// SPDX-License-Identifier: BSD-3-Clause
// Clock and sleep on SysTick, without a periodic tick.
//
// SysTick counts a period of up to 2^24 CPU clocks and interrupts at its end. The clock adds up
// what it counted whenever it is read, at the latest at that interrupt. A sleep that is to end
// earlier shortens the period, which costs the clock some ten CPU clocks a time; one with the same
// end as the sleep before does not.
#include "tick.h"

#include <stdbool.h>

#include "cpu.h"
#include "irq.h"
#include "lwip/def.h"
#include "lwip/sys.h"
#include "mmio/mmio.h"
#include "scs.h"

enum {
    PERIOD_CLOCKS_MAX = 1 << 24,
    PERIOD_CLOCKS_MIN = 1000, // far more than the way from setting an alarm to sleep takes
};

static uint32_t clocks_per_ms;
static uint32_t period_clocks;
static uint32_t position;  // within the period, when the counter was last read
static uint32_t ms_clocks; // of the millisecond that has begun
static uint32_t now_ms;
static uint32_t alarm_ms; // the sleep's end at which the period ends; now or past: none
static uint32_t wakeups;
static volatile bool woken;

/// The counter runs from the period's last number down to 0, where the period begins anew.
static uint32_t position_read(void)
{
    uint32_t left = mmio_read32(SYST_CVR);
    return left == 0 ? 0 : period_clocks - left;
}

/// Adds what passed since the last call. Context: interrupts masked, or the wrap's own.
static void clock_advance(void)
{
    uint32_t here = position_read();
    if ((mmio_read32(SYST_CSR) & SYST_CSR_COUNTFLAG) !=
        0) { // wrapped, perhaps since the line before
        here = position_read();
        ms_clocks += period_clocks;
    }
    ms_clocks += here - position;
    position = here;
    now_ms += ms_clocks / clocks_per_ms;
    ms_clocks %= clocks_per_ms;
}

static void period_begin(uint32_t clocks)
{
    period_clocks = clocks;
    position = 0;
    mmio_write32(SYST_RVR, clocks - 1);
    mmio_write32(SYST_CVR, 0); // any write clears it and COUNTFLAG, and it starts anew
}

/// Sees to it that the wrap comes at `at_ms` or before it, and not needlessly early.
/// Context: interrupts masked; unless it is set to that already, the clock just advanced.
static void alarm_set(uint32_t at_ms)
{
    if (at_ms == alarm_ms) {
        return;
    }
    uint32_t clocks = PERIOD_CLOCKS_MAX;
    uint32_t ms = at_ms - now_ms;
    alarm_ms = now_ms;
    if (ms < PERIOD_CLOCKS_MAX / clocks_per_ms) {
        alarm_ms = at_ms;
        clocks = LWIP_MAX(ms * clocks_per_ms - ms_clocks, PERIOD_CLOCKS_MIN);
    }
    if (clocks < period_clocks - position || period_clocks < PERIOD_CLOCKS_MAX) {
        period_begin(clocks);
    }
}

void tick_on_wrap(void)
{
    clock_advance();
    alarm_ms = now_ms;
}

void cpu_tick_start(uint32_t clock_hz)
{
    clocks_per_ms = clock_hz / 1000;
    period_begin(PERIOD_CLOCKS_MAX);
    mmio_write32(SYST_CSR, SYST_CSR_CLKSOURCE | SYST_CSR_TICKINT | SYST_CSR_ENABLE);
}

u32_t sys_now(void)
{
    uint32_t mask = irq_mask();
    clock_advance();
    uint32_t now = now_ms;
    irq_restore(mask);
    return now;
}

uint32_t cpu_cycles_mix(void)
{
    return mmio_read32(SYST_CVR);
}

void cpu_wake(void)
{
    woken = true;
}

void cpu_sleep(uint32_t ms)
{
    uint32_t mask = irq_mask();
    uint32_t start_ms = now_ms; // `ms` counts from when the clock was last looked at
    uint32_t end_ms = start_ms + ms;
    if (end_ms != alarm_ms) { // else that is still to come
        clock_advance();
    }
    while (!woken && now_ms - start_ms < ms) {
        alarm_set(end_ms);
        __asm volatile("dsb\n\twfi" ::: "memory"); // an interrupt that is masked ends it, too
        wakeups++;
        irq_restore(mask);
        __asm volatile("isb" ::: "memory"); // what waits is handled here
        irq_mask();
        if (!woken) {
            clock_advance();
        }
    }
    woken = false;
    irq_restore(mask);
}

uint32_t cpu_wakeups(void)
{
    return wakeups;
}
