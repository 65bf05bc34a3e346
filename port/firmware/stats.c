// SPDX-License-Identifier: BSD-3-Clause
// The statistics as one line of JSON, as the simulator's, and what only a board has in addition.
#include "stats.h"

#include <stdint.h>

#include "app.h"
#include "board.h"
#include "console.h"
#include "cpu.h"
#include "lwip/init.h"
#include "lwip/sys.h"
#include "report.h"
#include "start.h"

static_assert(CONSOLE_OCTETS >= 2 * REPORT_PIECE_OCTETS_MAX, "a piece fits in beside log lines");

static bool printing;
static int next_piece;

static void head_print(report_print_fn *print)
{
    print("{\"version\":\"" LWECHO_VERSION "\",\"profile\":\"" LWECHO_PROFILE
          "\",\"lwip\":\"" LWIP_VERSION_STRING "\",\"board\":\"" LWECHO_BOARD "\",");
    print("\"uptime_ms\":%" U32_F ",\"wakeups\":%" U32_F ",", sys_now(), cpu_wakeups());
    print("\"stack\":{\"size\":%" U32_F ",\"unused\":%" U32_F "},", stack_octets(), stack_unused());
}

void stats_begin(void)
{
    if (printing) {
        return;
    }
    printing = true;
    next_piece = 0;
    console_hold_lines(true);
}

bool stats_piece(report_print_fn *print, int i)
{
    static const struct report report = {
        .peer_connections = ECHO_TCP_PEER_CONNECTIONS_MAX,
        .drivers = &board_counters,
        .drivers_n = 1,
    };
    if (i == 0) {
        head_print(print);
        return true;
    }
    return report_piece(print, &report, i - 1);
}

void stats_advance(void)
{
    while (printing && console_room() >= REPORT_PIECE_OCTETS_MAX) {
        printing = stats_piece(console_print, next_piece);
        next_piece++;
        if (printing) {
            console_commit(); // fits: there was room for the largest
        } else {
            console_hold_lines(false);
            console_print("}");
            console_commit_line();
        }
    }
}
