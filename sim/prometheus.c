// SPDX-License-Identifier: BSD-3-Clause
// The statistics as Prometheus reads them.
// Source: prometheus.io, "Exposition formats", text-based format; "Metric and label naming".
#include "prometheus.h"

#include <string.h>

enum {
    NAME_OCTETS_MAX = 128,
};

// What stands at the end of a path and can fall again: no counters.
static const char *const gauges[] = {"open",      "octets_held", "used", "peak",
                                     "size",      "unused",      "up",   "rx_queued",
                                     "tx_queued", "uptime_ms"};

// Objects of objects: what the inner ones are is a label. All others are modules.
static const struct {
    const char *object;
    const char *metric;
    const char *label;
} families[] = {
    {"pools", "pool", "pool"},
    {"lwip_stats", "lwip", "protocol"},
};

enum {
    GAUGES = sizeof(gauges) / sizeof(gauges[0]),
    FAMILIES = sizeof(families) / sizeof(families[0]),
};

struct metric {
    char name[NAME_OCTETS_MAX];
    char labels[NAME_OCTETS_MAX]; // with braces, or empty
    const char *type;
};

static bool is_gauge(const char *path, const char *name)
{
    if (strncmp(path, "limits.", strlen("limits.")) == 0) {
        return true;
    }
    for (int i = 0; i < GAUGES; i++) {
        if (strcmp(gauges[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/// Names the metric at a path: of a family by its last part, else by the whole path.
static struct metric metric_of(const char *path)
{
    struct metric metric = {.type = "counter"};
    const char *dot = strrchr(path, '.');
    const char *last = dot == NULL ? path : dot + 1;
    bool gauge = is_gauge(path, last);
    snprintf(metric.name, sizeof(metric.name), "lwecho_%s", path);
    for (int i = 0; i < FAMILIES; i++) {
        size_t octets = strlen(families[i].object);
        if (strncmp(path, families[i].object, octets) == 0 && path[octets] == '.') {
            const char *middle = path + octets + 1;
            snprintf(metric.name, sizeof(metric.name), "lwecho_%s_%s", families[i].metric, last);
            snprintf(metric.labels, sizeof(metric.labels), "{%s=\"%.*s\"}", families[i].label,
                     (int)strcspn(middle, "."), middle);
        }
    }
    for (char *at = metric.name; *at != '\0'; at++) {
        *at = (char)(*at == '.' ? '_' : *at);
    }
    if (gauge) {
        metric.type = "gauge";
    } else {
        strncat(metric.name, "_total", sizeof(metric.name) - strlen(metric.name) - 1);
    }
    return metric;
}

static bool is_of_connections(const char *path)
{
    return strncmp(path, "connections.", strlen("connections.")) == 0;
}

static bool is_sample(const struct json_member *member)
{
    return !member->is_string && !is_of_connections(member->path);
}

static const char *value_of(const struct json_member *member)
{
    if (strcmp(member->value, "true") == 0) {
        return "1";
    }
    return strcmp(member->value, "false") == 0 ? "0" : member->value;
}

/// Writes all samples of the metric that member `first` is one of: they must stand together.
static void family_write(FILE *out, const struct json *stats, size_t first)
{
    struct metric metric = metric_of(stats->members[first].path);
    for (size_t i = 0; i < first; i++) {
        if (is_sample(&stats->members[i]) &&
            strcmp(metric_of(stats->members[i].path).name, metric.name) == 0) {
            return; // written with that one
        }
    }
    fprintf(out, "# TYPE %s %s\n", metric.name, metric.type);
    for (size_t i = first; i < stats->n; i++) {
        struct metric other = metric_of(stats->members[i].path);
        if (is_sample(&stats->members[i]) && strcmp(other.name, metric.name) == 0) {
            fprintf(out, "%s%s %s\n", other.name, other.labels, value_of(&stats->members[i]));
        }
    }
}

static void states_write(FILE *out, const struct json *stats)
{
    static const char *const states[] = {"holding", "echoing", "draining"};
    fputs("# TYPE lwecho_connections gauge\n", out);
    for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
        unsigned n = 0;
        for (size_t j = 0; j < stats->n; j++) {
            n += is_of_connections(stats->members[j].path) &&
                 strcmp(strrchr(stats->members[j].path, '.'), ".state") == 0 &&
                 strcmp(stats->members[j].value, states[i]) == 0;
        }
        fprintf(out, "lwecho_connections{state=\"%s\"} %u\n", states[i], n);
    }
}

void prometheus_write(FILE *out, const struct json *stats)
{
    fputs("# TYPE lwecho_info gauge\nlwecho_info{", out);
    const char *separator = "";
    for (size_t i = 0; i < stats->n; i++) {
        const struct json_member *member = &stats->members[i];
        if (member->is_string && strchr(member->path, '.') == NULL) {
            fprintf(out, "%s%s=\"%s\"", separator, member->path, member->value);
            separator = ",";
        }
    }
    fputs("} 1\n", out);
    for (size_t i = 0; i < stats->n; i++) {
        if (is_sample(&stats->members[i])) {
            family_write(out, stats, i);
        }
    }
    states_write(out, stats);
}
