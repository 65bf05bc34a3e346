// SPDX-License-Identifier: BSD-3-Clause
// Why a frame was dropped.
#include "drops.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "app.h"
#include "device.h"
#include "lwip/stats.h"

// What lwIP counts for a protocol, as struct stats_proto says; not memerr, which also counts what
// merely has to wait.
#define ERRORS(X) X(chkerr) X(lenerr) X(rterr) X(proterr) X(opterr) X(err) X(drop)

enum {
    MODULES = DEVICE_COUNTERS + APP_COUNTERS,
    MODULE_COUNTERS_MAX = 32,
    ERRORS_MAX = 7,
};

static const struct {
    const char *name;
    const struct stats_proto *stats;
} protocols[] = {
    {"link", &lwip_stats.link}, {"arp", &lwip_stats.etharp}, {"ip", &lwip_stats.ip},
    {"icmp", &lwip_stats.icmp}, {"udp", &lwip_stats.udp},    {"tcp", &lwip_stats.tcp},
};

enum {
    PROTOCOLS = sizeof(protocols) / sizeof(protocols[0]),
};

static COUNTER_T module_marks[MODULES][MODULE_COUNTERS_MAX];
static STAT_COUNTER protocol_marks[PROTOCOLS][ERRORS_MAX];

static const struct counters *module_at(int i)
{
    return i < DEVICE_COUNTERS ? device_counters[i] : app_counters[i - DEVICE_COUNTERS];
}

static void errors_of(int protocol, STAT_COUNTER errors[ERRORS_MAX])
{
    const struct stats_proto *stats = protocols[protocol].stats;
    size_t n = 0;
#define ERROR_VALUE(name) errors[n++] = stats->name;
    ERRORS(ERROR_VALUE)
}

void drops_mark(void)
{
    for (int i = 0; i < MODULES; i++) {
        const struct counters *module = module_at(i);
        LWIP_ASSERT("all counters fit", module->n <= MODULE_COUNTERS_MAX);
        memcpy(module_marks[i], module->values, module->n * sizeof(module->values[0]));
    }
    for (int i = 0; i < PROTOCOLS; i++) {
        errors_of(i, protocol_marks[i]);
    }
}

/// Appends `module.name`, as far as there is room.
static void name_append(struct drops_text *drops, const char *module, const char *name)
{
    size_t octets = strlen(drops->text);
    snprintf(drops->text + octets, sizeof(drops->text) - octets, "%s%s.%s", octets > 0 ? " " : "",
             module, name);
}

/// Returns whether a counter tells of a frame that is not used; ethif's counter of the guard's
/// drops says less than the guard's own.
static bool is_drop(const char *name)
{
    return (strstr(name, "drop_") != NULL || strncmp(name, "limit_", 6) == 0) &&
           strstr(name, "drop_guard") == NULL;
}

struct drops_text drops_since_mark(void)
{
    static const char *const error_names[] = {
#define ERROR_NAME(name) #name,
        ERRORS(ERROR_NAME)};
    struct drops_text drops = {""};
    for (int i = 0; i < MODULES; i++) {
        const struct counters *module = module_at(i);
        for (size_t j = 0; j < module->n; j++) {
            if (module->values[j] != module_marks[i][j] && is_drop(module->names[j])) {
                name_append(&drops, module->module, module->names[j]);
            }
        }
    }
    for (int i = 0; i < PROTOCOLS; i++) {
        STAT_COUNTER errors[ERRORS_MAX];
        errors_of(i, errors);
        for (int j = 0; j < ERRORS_MAX; j++) {
            if (errors[j] != protocol_marks[i][j]) {
                name_append(&drops, protocols[i].name, error_names[j]);
            }
        }
    }
    return drops;
}
