// SPDX-License-Identifier: BSD-3-Clause
// The statistics where flash is short: what tells whether the device is well.
#include "stats.h"

#include "app.h"
#include "console.h"
#include "cpu.h"
#include "heap.h"
#include "lwip/stats.h"
#include "lwip/sys.h"
#include "rxbuf.h"
#include "start.h"

void stats_begin(void)
{
    console_print("stats: uptime_ms=%" U32_F " wakeups=%" U32_F " stack=%" U32_F
                  " stack_unused=%" U32_F " open=%u rx_used=%u rx_peak=%u heap_used=%u",
                  sys_now(), cpu_wakeups(), stack_octets(), stack_unused(),
                  (unsigned)echo_tcp_open(), (unsigned)rxbuf_stats.used, (unsigned)rxbuf_stats.max,
                  (unsigned)heap_stats()->used);
    console_commit_line();
}

void stats_advance(void)
{
}
