// SPDX-License-Identifier: BSD-3-Clause
// Clock and sleep on the CLINT's mtime, without a periodic tick.
//
// The timer never interrupts: WFI ends when its interrupt is pending, and the alarm is put off
// before interrupts are let in.
#include <stdbool.h>

#include "cpu.h"
#include "csr.h"
#include "irq.h"
#include "lwip/def.h"
#include "lwip/sys.h"
#include "mmio/mmio.h"
#include "soc.h"

// Offsets, FU540-C000 manual, chapter "CLINT"
enum {
    MTIMECMP = 0x4000, // hart 0's
    MTIMECMP_HIGH = 0x4004,
    MTIME = 0xBFF8,
    MTIME_HIGH = 0xBFFC,
};

enum {
    ALARM_TICKS_MAX = 0x40000000, // far less than the 32 bits of mtime that the clock looks at
};

static uint32_t ticks_per_ms;
static uint32_t ms_tick; // mtime when the millisecond began
static uint32_t now_ms;
static uint32_t wakeups;
static volatile bool woken;

static uint32_t clint_read(uint32_t offset)
{
    return mmio_read32((uintptr_t)CLINT + offset);
}

static void clint_write(uint32_t offset, uint32_t value)
{
    mmio_write32((uintptr_t)CLINT + offset, value);
}

static uint64_t mtime_read(void)
{
    for (;;) {
        uint32_t high = clint_read(MTIME_HIGH);
        uint32_t low = clint_read(MTIME);
        if (clint_read(MTIME_HIGH) == high) {
            return (uint64_t)high << 32 | low;
        }
    }
}

/// Makes the timer's interrupt pending from `mtime` on; no value on the way there comes earlier.
static void alarm_write(uint64_t mtime)
{
    clint_write(MTIMECMP_HIGH, UINT32_MAX);
    clint_write(MTIMECMP, (uint32_t)mtime);
    clint_write(MTIMECMP_HIGH, (uint32_t)(mtime >> 32));
}

/// Sees to it that the timer's interrupt is pending within `ms`.
/// Context: sys_now() was just called.
static void alarm_set(uint32_t ms)
{
    uint64_t now = mtime_read();
    uint32_t ticks = LWIP_MIN(ms, ALARM_TICKS_MAX / ticks_per_ms) * ticks_per_ms;
    alarm_write(now + ticks - LWIP_MIN(ticks, (uint32_t)now - ms_tick));
}

void cpu_tick_start(uint32_t clock_hz)
{
    ticks_per_ms = clock_hz / 1000;
    ms_tick = clint_read(MTIME);
    alarm_write(UINT64_MAX);
    CSR_SET(mie, MIE_MTIE);
}

// Called at least once in 2^32 ticks: a sleep is never longer than ALARM_TICKS_MAX.
u32_t sys_now(void)
{
    uint32_t ms = (clint_read(MTIME) - ms_tick) / ticks_per_ms;
    ms_tick += ms * ticks_per_ms;
    now_ms += ms;
    return now_ms;
}

uint32_t cpu_cycles_mix(void)
{
    uint32_t mcycle;
    CSR_READ(mcycle, mcycle);
    return mcycle;
}

void cpu_wake(void)
{
    woken = true;
}

void cpu_sleep(uint32_t ms)
{
    uint32_t start_ms = sys_now();
    uint32_t mstatus = irq_mask();
    while (!woken) {
        uint32_t slept_ms = sys_now() - start_ms;
        if (slept_ms >= ms) {
            break;
        }
        alarm_set(ms - slept_ms);
        __asm volatile("fence\n\twfi" ::: "memory"); // an interrupt that is masked ends it, too
        wakeups++;
        alarm_write(UINT64_MAX);
        irq_restore(mstatus); // what waits is handled here
        irq_mask();
    }
    woken = false;
    irq_restore(mstatus);
}

uint32_t cpu_wakeups(void)
{
    return wakeups;
}
