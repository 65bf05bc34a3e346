// SPDX-License-Identifier: BSD-3-Clause
// The statistics of stack and application as JSON.
#include "report.h"

#include "app.h"
#include "device.h"
#include "heap.h"
#include "lwip/stats.h"
#include "page.h"
#include "rxbuf.h"
#include "text.h"

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

// What not every image has of the application.
#define EXTRAS_PAGE(X) X(page)

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

static const struct counters *const extras[] = {
#define EXTRA(name) &name##_counters_info,
    WHEN(LWECHO_PAGE, EXTRAS_PAGE, EXTRA) NULL};

static const char *const pool_names[MEMP_MAX] = {
#define LWIP_MEMPOOL(name, num, size, description) #name,
#include "lwip/priv/memp_std.h"
};

enum {
    PROTOCOLS = LWIP_ARRAYSIZE(protocols),
    GROUPS = LWIP_ARRAYSIZE(groups) - 1,
    EXTRAS = LWIP_ARRAYSIZE(extras) - 1,
    OWN_POOLS = 2, // receive buffers and lwIP's heap, which is not one of its pools
};

struct member {
    const char *name;
    COUNTER_T value;
};

static void members_print(report_print_fn *print, const struct member *members, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        print("%s\"%s\":%" COUNTER_F, i == 0 ? "" : ",", members[i].name, members[i].value);
    }
}

static void limits_print(report_print_fn *print, const struct report *report)
{
    const struct member limits[] = {
        {"tcp_connections", ECHO_TCP_CONNECTIONS_MAX},
        {"tcp_peer_connections", report->peer_connections},
        {"tcp_window", TCP_WND},
        {"tcp_hold", ECHO_TCP_HOLD_MAX},
        {"tcp_mss", TCP_MSS},
        {"udp_octets", ECHO_UDP_OCTETS_MAX},
    };
    print("\"limits\":{");
    members_print(print, limits, LWIP_ARRAYSIZE(limits));
    print(",\"ipv6\":%s},", LWIP_IPV6 ? "true" : "false");
}

static void module_print(report_print_fn *print, const struct counters *counters)
{
    if (counters->n == 0) {
        return; // a module that the profile does without
    }
    print("\"%s\":{", counters->module);
    for (size_t i = 0; i < counters->n; i++) {
        print("%s\"%s\":%" COUNTER_F, i == 0 ? "" : ",", counters->names[i], counters->values[i]);
    }
    if (counters == &echo_tcp_counters_info) {
        print(",\"open\":%u,\"octets_held\":%" U32_F, (unsigned)echo_tcp_open(),
              echo_tcp_octets_held());
    }
    print("},");
}

static void protocol_print(report_print_fn *print, int i)
{
    const struct stats_proto *s = protocols[i].stats;
    const struct member members[] = {
        {"xmit", s->xmit},     {"recv", s->recv},     {"drop", s->drop},   {"chkerr", s->chkerr},
        {"lenerr", s->lenerr}, {"memerr", s->memerr}, {"rterr", s->rterr}, {"proterr", s->proterr},
        {"opterr", s->opterr}, {"err", s->err},
    };
    print("%s\"%s\":{", i == 0 ? "\"lwip_stats\":{" : ",", protocols[i].name);
    members_print(print, members, LWIP_ARRAYSIZE(members));
    print(i + 1 == PROTOCOLS && GROUPS == 0 ? "}}," : "}");
}

static void group_print(report_print_fn *print, int i)
{
    const struct stats_igmp *s = groups[i].stats;
    const struct member members[] = {
        {"xmit", s->xmit},       {"recv", s->recv},     {"drop", s->drop},
        {"chkerr", s->chkerr},   {"lenerr", s->lenerr}, {"memerr", s->memerr},
        {"proterr", s->proterr},
    };
    print(",\"%s\":{", groups[i].name);
    members_print(print, members, LWIP_ARRAYSIZE(members));
    print(i + 1 == GROUPS ? "}}," : "}");
}

static void pool_print(report_print_fn *print, int i)
{
    const struct stats_mem *s = i == 0 ? &rxbuf_stats : heap_stats();
    const char *name = i == 0 ? "RX" : "HEAP";
    if (i >= OWN_POOLS) {
        s = lwip_stats.memp[i - OWN_POOLS];
        name = pool_names[i - OWN_POOLS];
    }
    const struct member members[] = {
        {"used", (COUNTER_T)s->used},
        {"peak", (COUNTER_T)s->max},
        {"size", (COUNTER_T)s->avail},
        {"failed", s->err},
    };
    print("%s\"%s\":{", i == 0 ? "\"pools\":{" : ",", name);
    members_print(print, members, LWIP_ARRAYSIZE(members));
    print(i + 1 == OWN_POOLS + MEMP_MAX ? "}}" : "}");
}

static const struct counters *module_at(const struct report *report, int i)
{
    if (i < DEVICE_COUNTERS) {
        return device_counters[i];
    }
    i -= DEVICE_COUNTERS;
    if (i < report->drivers_n) {
        return report->drivers[i];
    }
    i -= report->drivers_n;
    return EXTRAS == 0 || i < APP_COUNTERS ? app_counters[i] : extras[i - APP_COUNTERS];
}

bool report_piece(report_print_fn *print, const struct report *report, int i)
{
    int modules = DEVICE_COUNTERS + report->drivers_n + APP_COUNTERS + EXTRAS;
    if (i == 0) {
        limits_print(print, report);
        return true;
    }
    i -= 1;
    if (i < modules) {
        module_print(print, module_at(report, i));
        return true;
    }
    i -= modules;
    if (i < PROTOCOLS) {
        protocol_print(print, i);
        return true;
    }
    i -= PROTOCOLS;
    if (i < GROUPS) {
        group_print(print, i);
        return true;
    }
    i -= GROUPS;
    if (i < OWN_POOLS + MEMP_MAX) {
        pool_print(print, i);
        return true;
    }
    return false;
}

void report_addresses(report_print_fn *print, const struct netif *netif)
{
    ip_addr_t list[ADDRESSES_MAX];
    size_t n = address_list(netif, list);
    print(",\"addresses\":[");
    for (size_t i = 0; i < n; i++) {
        print("%s\"%s\"", i == 0 ? "" : ",", text_ip(&list[i]).text);
    }
    print("]");
}

bool report_connection(report_print_fn *print, u16_t i, const char *separator)
{
    struct echo_tcp_connection connection;
    if (!echo_tcp_connection(i, &connection)) {
        return false;
    }
    print("%s{\"peer\":\"%s\",\"state\":\"%s\",\"octets_in\":%" COUNTER_F
          ",\"octets_out\":%" COUNTER_F ",\"held\":%" U32_F ",\"idle_ms\":%" U32_F "}",
          separator, text_endpoint(&connection.peer_ip, connection.peer_port).text,
          connection.state, connection.octets_in, connection.octets_out, connection.octets_held,
          connection.idle_ms);
    return true;
}
