// SPDX-License-Identifier: BSD-3-Clause
// Every counter and every pool of the simulated device, as one line of JSON.
#include "stats.h"

#include <inttypes.h>
#include <stdarg.h>

#include "firmware/report.h"
#include "impair_text.h"
#include "linux/target.h"
#include "lwip/init.h"
#include "text.h"

static FILE *stream;
static uint64_t started_ms;

__attribute__((format(printf, 1, 2))) static void stream_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stream, format, arguments);
    va_end(arguments);
}

static void head_print(const struct options *options, const struct netif *netif)
{
    stream_print("{\"version\":\"%s\",\"profile\":\"%s\",\"lwip\":\"%s\",", LWECHO_VERSION,
                 LWECHO_PROFILE, LWIP_VERSION_STRING);
    stream_print("\"hostname\":\"%s\",\"ip4\":\"%s\",\"port\":%u,", options->app.address.hostname,
                 text_ip(netif_ip_addr4(netif)).text, options->app.tcp.port);
    stream_print("\"uptime_ms\":%" PRIu64 ",\"wakeups\":%" PRIu64 ",",
                 target_uptime_ms() - started_ms, target_wakeups());
}

static void link_print(const struct stats_subject *subject)
{
    const struct impair *impair = subject->impair;
    stream_print("\"link\":{\"up\":%s,\"seed\":%" PRIu64 ",\"faults\":\"%s\","
                 "\"rx_queued\":%zu,\"tx_queued\":%zu},",
                 netif_is_link_up(subject->netif) ? "true" : "false", impair->seed,
                 impair_text_of(&impair->settings).text, impair_queued(impair, IMPAIR_RX),
                 impair_queued(impair, IMPAIR_TX));
}

static void connections_print(void)
{
    const char *separator = "";
    stream_print(",\"connections\":[");
    for (u16_t i = 0; i < ECHO_TCP_CONNECTIONS_MAX; i++) {
        struct echo_tcp_connection connection;
        if (echo_tcp_connection(i, &connection)) {
            stream_print("%s{\"peer\":\"%s\",\"state\":\"%s\",\"octets_in\":%" COUNTER_F
                         ",\"octets_out\":%" COUNTER_F ",\"held\":%" U32_F ",\"idle_ms\":%" U32_F
                         "}",
                         separator, text_endpoint(&connection.peer_ip, connection.peer_port).text,
                         connection.state, connection.octets_in, connection.octets_out,
                         connection.octets_held, connection.idle_ms);
            separator = ",";
        }
    }
    stream_print("]");
}

bool stats_write(FILE *out, const struct stats_subject *subject)
{
    static const struct counters *const link_counters[] = {&impair_rx_counters_info,
                                                           &impair_tx_counters_info};
    const struct report report = {
        .print = stream_print,
        .peer_connections = subject->options->app.tcp.peer_connections,
        .drivers = link_counters,
        .drivers_n = LWIP_ARRAYSIZE(link_counters),
    };
    stream = out;
    head_print(subject->options, subject->netif);
    link_print(subject);
    for (int i = 0; report_piece(&report, i); i++) {
    }
    if (subject->with_connections) {
        connections_print();
    }
    stream_print("}\n");
    return fflush(out) == 0 && ferror(out) == 0;
}

void stats_start(void)
{
    started_ms = target_uptime_ms();
}
