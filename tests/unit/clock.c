// SPDX-License-Identifier: BSD-3-Clause
// The target of the tests.
#include "clock.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/sys.h"

const void *defence_off;
static uint32_t now_ms;
static uint32_t random_state;
static char log_text[1 << 20];
static size_t log_octets;

u32_t sys_now(void)
{
    return now_ms;
}

uint32_t target_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

void target_log(const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    int octets = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (octets < 0 || (size_t)octets >= sizeof line || strchr(line, '\n') != NULL) {
        target_panic("a log line is one short line", __FILE__, __LINE__);
    }
    if (log_octets + (size_t)octets + 2 > sizeof log_text) {
        target_panic("the test logs too much", __FILE__, __LINE__);
    }
    memcpy(log_text + log_octets, line, (size_t)octets);
    log_octets += (size_t)octets;
    log_text[log_octets++] = '\n';
    log_text[log_octets] = '\0';
}

void target_panic(const char *message, const char *file, int line)
{
    fprintf(stderr, "%s:%d: panic: %s\n", file, line, message);
    abort();
}

void clock_reset(void)
{
    now_ms = (uint32_t)-CLOCK_BEFORE_WRAP_MS;
    random_state = 2463534242;
    defence_off = NULL;
    log_clear();
}

void clock_set(uint32_t ms)
{
    now_ms = ms;
}

void clock_advance(uint32_t ms)
{
    now_ms += ms;
}

size_t log_count(const char *text)
{
    size_t n = 0;
    for (const char *at = log_text; (at = strstr(at, text)) != NULL; at++) {
        n++;
    }
    return n;
}

bool log_has(const char *text)
{
    return strstr(log_text, text) != NULL;
}

void log_clear(void)
{
    log_octets = 0;
    log_text[0] = '\0';
}
