// SPDX-License-Identifier: BSD-3-Clause
// The load client: load KIND ADDRESS [NAME=VALUE...], prints one line of JSON.
#include "load.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "measure.h"
#include "octets.h"

enum {
    EXIT_USAGE = 2,
};

static const struct kind {
    const char *name;
    void (*run)(const struct load *load);
} kinds[] = {
    {"udp", load_udp},           {"wait", load_wait},         {"bulk", load_bulk},
    {"requests", load_requests}, {"connects", load_connects},
};

void load_fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

__attribute__((noreturn)) static void usage(void)
{
    fputs("Usage: load udp|wait|bulk|requests|connects ADDRESS [octets=N] [in-flight=N]\n"
          "            [connections=N] [ms=N] [pid=N]\n",
          stderr);
    exit(EXIT_USAGE);
}

static unsigned number(const char *text, unsigned most)
{
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || value > most) {
        fprintf(stderr, "load: %s: give a number up to %u\n", text, most);
        exit(EXIT_USAGE);
    }
    return (unsigned)value;
}

static void option(struct load *load, const char *text)
{
    const char *value = strchr(text, '=');
    size_t length = value == NULL ? 0 : (size_t)(value - text);
    if (value == NULL) {
        usage();
    }
    value++;
    if (strncmp(text, "octets", length) == 0) {
        load->octets = number(value, LOAD_OCTETS_MAX);
    } else if (strncmp(text, "in-flight", length) == 0) {
        load->in_flight = number(value, LOAD_IN_FLIGHT_MAX);
    } else if (strncmp(text, "connections", length) == 0) {
        load->connections = number(value, LOAD_CONNECTIONS_MAX);
    } else if (strncmp(text, "ms", length) == 0) {
        load->duration_ms = number(value, LOAD_DURATION_MS_MAX);
    } else if (strncmp(text, "pid", length) == 0) {
        load->server_pid = (pid_t)number(value, INT32_MAX);
    } else {
        usage();
    }
}

static const struct kind *kind_named(const char *name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        if (strcmp(kinds[i].name, name) == 0) {
            return &kinds[i];
        }
    }
    usage();
}

int main(int argc, char **argv)
{
    struct load load = {
        .server = {.sin_family = AF_INET, .sin_port = htons(7)},
        .octets = 64,
        .in_flight = 1,
        .connections = 1,
        .duration_ms = 250,
    };
    if (argc < 3 || inet_pton(AF_INET, argv[2], &load.server.sin_addr) != 1) {
        usage();
    }
    const struct kind *kind = kind_named(argv[1]);
    for (int i = 3; i < argc; i++) {
        option(&load, argv[i]);
    }
    octets_start();
    kind->run(&load);
    measure_print();
    return EXIT_SUCCESS;
}
