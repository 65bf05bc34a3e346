// SPDX-License-Identifier: BSD-3-Clause
// Every counter and every pool of the simulated device, as one line of JSON.
#include "stats.h"

#include <inttypes.h>
#include <stdarg.h>

#include "firmware/page_stats.h"
#include "firmware/report.h"
#include "impair_text.h"
#include "linux/target.h"
#include "lwip/init.h"
#include "text.h"

static FILE *stream;
static uint64_t started_ms;
static struct stats_subject shown; // on the device's own page

__attribute__((format(printf, 1, 2))) static void stream_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stream, format, arguments);
    va_end(arguments);
}

static void head_print(report_print_fn *print, const struct stats_subject *subject)
{
    const struct app_config *app = &subject->options->app;
    print("{\"version\":\"%s\",\"profile\":\"%s\",\"lwip\":\"%s\",", LWECHO_VERSION, LWECHO_PROFILE,
          LWIP_VERSION_STRING);
    print("\"hostname\":\"%s\",\"ip4\":\"%s\",\"port\":%u,", app->address.hostname,
          text_ip(netif_ip_addr4(subject->netif)).text, app->tcp.port);
    print("\"uptime_ms\":%" PRIu64 ",\"wakeups\":%" PRIu64 ",", target_uptime_ms() - started_ms,
          target_wakeups());
}

static void link_print(report_print_fn *print, const struct stats_subject *subject)
{
    const struct impair *impair = subject->impair;
    print("\"link\":{\"up\":%s,\"seed\":%" PRIu64 ",\"faults\":\"%s\","
          "\"rx_queued\":%zu,\"tx_queued\":%zu},",
          netif_is_link_up(subject->netif) ? "true" : "false", impair->seed,
          impair_text_of(&impair->settings).text, impair_queued(impair, IMPAIR_RX),
          impair_queued(impair, IMPAIR_TX));
}

/// Prints piece `i`. Returns false when there is none.
static bool piece_print(report_print_fn *print, const struct stats_subject *subject, int i)
{
    static const struct counters *const link_counters[] = {&impair_rx_counters_info,
                                                           &impair_tx_counters_info};
    const struct report report = {
        .peer_connections = subject->options->app.tcp.peer_connections,
        .drivers = link_counters,
        .drivers_n = LWIP_ARRAYSIZE(link_counters),
    };
    if (i == 0) {
        head_print(print, subject);
        link_print(print, subject);
        return true;
    }
    return report_piece(print, &report, i - 1);
}

static void connections_print(void)
{
    const char *separator = "";
    stream_print(",\"connections\":[");
    for (u16_t i = 0; i < ECHO_TCP_CONNECTIONS_MAX; i++) {
        if (report_connection(stream_print, i, separator)) {
            separator = ",";
        }
    }
    stream_print("]");
}

bool stats_write(FILE *out, const struct stats_subject *subject)
{
    stream = out;
    for (int i = 0; piece_print(stream_print, subject, i); i++) {
    }
    if (subject->with_connections) {
        connections_print();
    }
    stream_print("}\n");
    return fflush(out) == 0 && ferror(out) == 0;
}

static bool shown_piece_print(report_print_fn *print, int i)
{
    return piece_print(print, &shown, i);
}

void stats_show(const struct stats_subject *subject)
{
    shown = *subject;
    page_stats_init(&(struct page_stats_source){.piece = shown_piece_print,
                                                .vprint = vsnprintf,
                                                .netif = subject->netif});
}

void stats_start(void)
{
    started_ms = target_uptime_ms();
}
