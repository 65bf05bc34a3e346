// SPDX-License-Identifier: BSD-3-Clause
// Every counter and every pool of the simulated device, as one line of JSON.
#include "stats.h"

#include <inttypes.h>
#include <stdarg.h>

#include "firmware/report.h"
#include "linux/target.h"
#include "lwip/init.h"

static FILE *stream;

__attribute__((format(printf, 1, 2))) static void stream_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stream, format, arguments);
    va_end(arguments);
}

bool stats_write(FILE *out, const struct echo_tcp_config *config, uint64_t uptime_ms)
{
    const struct report report = {
        .print = stream_print,
        .peer_connections = config->peer_connections,
    };
    stream = out;
    stream_print("{\"version\":\"%s\",\"profile\":\"%s\",\"lwip\":\"%s\",", LWECHO_VERSION,
                 LWECHO_PROFILE, LWIP_VERSION_STRING);
    stream_print("\"uptime_ms\":%" PRIu64 ",\"wakeups\":%" PRIu64 ",", uptime_ms, target_wakeups());
    for (int i = 0; report_piece(&report, i); i++) {
    }
    stream_print("}\n");
    return fflush(out) == 0 && ferror(out) == 0;
}
