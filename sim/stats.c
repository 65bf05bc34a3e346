// SPDX-License-Identifier: BSD-3-Clause
// Every counter and every pool of the simulated device, as one line of JSON.
#include "stats.h"

#include <inttypes.h>

#include "app.h"
#include "device.h"
#include "linux/target.h"
#include "lwip/init.h"
#include "lwip/stats.h"
#include "rxbuf.h"

// WHEN(option, LIST, X) is LIST(X) in an image with that option, which is 0 or 1.
#define WHEN_0(LIST, X)
#define WHEN_1(LIST, X) LIST(X)
#define WHEN_VALUE(value, LIST, X) WHEN_##value(LIST, X)
#define WHEN(option, LIST, X) WHEN_VALUE(option, LIST, X)

// The protocols that lwIP counts, by their names in lwip_stats.
#define PROTOCOLS_ALL(X) X(link) X(etharp) X(ip) X(icmp) X(udp) X(tcp)
#define PROTOCOLS_FRAG(X) X(ip_frag)
#define PROTOCOLS_IP6(X) X(ip6) X(ip6_frag) X(icmp6) X(nd6)
#define GROUPS_IP6(X) X(mld6)

static const struct {
    const char *name;
    const struct stats_proto *stats;
} protocols[] = {
#define PROTOCOL(name) {#name, &lwip_stats.name},
    PROTOCOLS_ALL(PROTOCOL) WHEN(IP_FRAG, PROTOCOLS_FRAG, PROTOCOL)
        WHEN(LWIP_IPV6, PROTOCOLS_IP6, PROTOCOL)};

static const struct {
    const char *name; ///< NULL: the end
    const struct stats_igmp *stats;
} groups[] = {
#define GROUP(name) {#name, &lwip_stats.name},
    WHEN(LWIP_IPV6, GROUPS_IP6, GROUP){NULL, NULL}};

static const char *const pool_names[MEMP_MAX] = {
#define LWIP_MEMPOOL(name, num, size, description) #name,
#include "lwip/priv/memp_std.h"
};

struct member {
    const char *name;
    uint64_t value;
};

static void members_write(FILE *out, const struct member *members, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        fprintf(out, "%s\"%s\":%" PRIu64, i == 0 ? "" : ",", members[i].name, members[i].value);
    }
}

static void object_write(FILE *out, const char *name, const struct member *members, size_t n)
{
    fprintf(out, "\"%s\":{", name);
    members_write(out, members, n);
    fputc('}', out);
}

static void limits_write(FILE *out, const struct echo_tcp_config *config)
{
    const struct member limits[] = {
        {"tcp_connections", ECHO_TCP_CONNECTIONS_MAX},
        {"tcp_peer_connections", config->peer_connections},
        {"tcp_window", TCP_WND},
        {"tcp_hold", ECHO_TCP_HOLD_MAX},
        {"tcp_mss", TCP_MSS},
        {"udp_octets", ECHO_UDP_OCTETS_MAX},
    };
    fputs("\"limits\":{", out);
    members_write(out, limits, LWIP_ARRAYSIZE(limits));
    fprintf(out, ",\"ipv6\":%s},", LWIP_IPV6 ? "true" : "false");
}

static void module_write(FILE *out, const struct counters *counters)
{
    struct member members[32];
    size_t n = 0;
    LWIP_ASSERT("a module has few counters", counters->n + 2 <= LWIP_ARRAYSIZE(members));
    for (; n < counters->n; n++) {
        members[n] = (struct member){counters->names[n], counters->values[n]};
    }
    if (counters == &echo_tcp_counters_info) {
        members[n++] = (struct member){"open", echo_tcp_open()};
        members[n++] = (struct member){"octets_held", echo_tcp_octets_held()};
    }
    object_write(out, counters->module, members, n);
    fputc(',', out);
}

static void protocol_write(FILE *out, const char *name, const struct stats_proto *s)
{
    const struct member members[] = {
        {"xmit", s->xmit},     {"recv", s->recv},     {"drop", s->drop},   {"chkerr", s->chkerr},
        {"lenerr", s->lenerr}, {"memerr", s->memerr}, {"rterr", s->rterr}, {"proterr", s->proterr},
        {"opterr", s->opterr}, {"err", s->err},
    };
    object_write(out, name, members, LWIP_ARRAYSIZE(members));
}

/// As protocol_write(); lwIP does not count every event for groups.
static void group_write(FILE *out, const char *name, const struct stats_igmp *s)
{
    const struct stats_proto stats = {
        .xmit = s->xmit,
        .recv = s->recv,
        .drop = s->drop,
        .chkerr = s->chkerr,
        .lenerr = s->lenerr,
        .memerr = s->memerr,
        .proterr = s->proterr,
    };
    protocol_write(out, name, &stats);
}

static void lwip_write(FILE *out)
{
    fputs("\"lwip_stats\":{", out);
    for (size_t i = 0; i < LWIP_ARRAYSIZE(protocols); i++) {
        fputs(i == 0 ? "" : ",", out);
        protocol_write(out, protocols[i].name, protocols[i].stats);
    }
    for (size_t i = 0; groups[i].name != NULL; i++) {
        fputc(',', out);
        group_write(out, groups[i].name, groups[i].stats);
    }
    fputs("},", out);
}

static void pool_write(FILE *out, const char *name, const struct stats_mem *s)
{
    const struct member members[] = {
        {"used", s->used},
        {"peak", s->max},
        {"size", s->avail},
        {"failed", s->err},
    };
    object_write(out, name, members, LWIP_ARRAYSIZE(members));
}

static void pools_write(FILE *out)
{
    fputs("\"pools\":{", out);
    pool_write(out, "RX", &rxbuf_stats);
    fputc(',', out);
    pool_write(out, "HEAP", &lwip_stats.mem);
    for (size_t i = 0; i < MEMP_MAX; i++) {
        fputc(',', out);
        pool_write(out, pool_names[i], lwip_stats.memp[i]);
    }
    fputc('}', out);
}

bool stats_write(FILE *out, const struct echo_tcp_config *config, uint64_t uptime_ms)
{
    fprintf(out, "{\"version\":\"%s\",\"profile\":\"%s\",\"lwip\":\"%s\",", LWECHO_VERSION,
            LWECHO_PROFILE, LWIP_VERSION_STRING);
    fprintf(out, "\"uptime_ms\":%" PRIu64 ",\"wakeups\":%" PRIu64 ",", uptime_ms, target_wakeups());
    limits_write(out, config);
    for (size_t i = 0; i < DEVICE_COUNTERS; i++) {
        module_write(out, device_counters[i]);
    }
    for (size_t i = 0; i < APP_COUNTERS; i++) {
        module_write(out, app_counters[i]);
    }
    lwip_write(out);
    pools_write(out);
    fputs("}\n", out);
    return fflush(out) == 0 && ferror(out) == 0;
}
