// SPDX-License-Identifier: BSD-3-Clause
// The Linux host's clock, entropy, log and sleep.
#include "target.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "lwip/sys.h"

enum {
    LINE_OCTETS_MAX = 512, // of the log, with its end
    EVENTS_MAX = 8,        // taken at once from the kernel; more are taken by the next sleep
};

static uint64_t clock_origin_ms; // of the host's uptime, when the device's clock was clock_start_ms
static uint32_t clock_start_ms;
static uint32_t clock_rate = 1;
static bool log_is_quiet;
static uint64_t log_lost_lines;
static int epoll_fd = -1;
static uint64_t wakeups;

uint64_t target_uptime_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        target_panic("the host has no monotonic clock", __FILE__, __LINE__);
    }
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

u32_t sys_now(void)
{
    return clock_start_ms + (u32_t)((target_uptime_ms() - clock_origin_ms) * clock_rate);
}

void target_clock_set(uint32_t now_ms)
{
    clock_start_ms = now_ms;
    clock_origin_ms = target_uptime_ms();
}

void target_clock_rate_set(uint32_t rate)
{
    target_clock_set(sys_now());
    clock_rate = rate;
}

uint32_t target_random(void)
{
    uint32_t value;
    ssize_t octets;
    do {
        octets = getrandom(&value, sizeof(value), 0);
    } while (octets < 0 && errno == EINTR);
    if (octets != (ssize_t)sizeof(value)) {
        target_panic("the kernel gives no random numbers", __FILE__, __LINE__);
    }
    return value;
}

/// Writes a whole line at once, unless stderr would make us wait for its reader.
static bool line_write(const char *line, size_t octets)
{
    struct pollfd out = {.fd = STDERR_FILENO, .events = POLLOUT};
    return poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) != 0 &&
           write(STDERR_FILENO, line, octets) == (ssize_t)octets;
}

/// Writes a line, or counts it to say so later.
static void line_write_or_count(const char *line, size_t octets)
{
    char note[LINE_OCTETS_MAX];
    int noted = snprintf(note, sizeof(note), "log: lost lines=%" PRIu64 "\n", log_lost_lines);
    if (log_lost_lines > 0 && noted > 0 && line_write(note, (size_t)noted)) {
        log_lost_lines = 0;
    }
    if (!line_write(line, octets)) {
        log_lost_lines++;
    }
}

__attribute__((format(printf, 2, 0))) static void line_log(const char *prefix, const char *format,
                                                           va_list arguments)
{
    char line[LINE_OCTETS_MAX];
    size_t octets = strlen(prefix);
    memcpy(line, prefix, octets);
    int wanted = vsnprintf(line + octets, sizeof(line) - octets, format, arguments);
    octets += wanted < 0 ? 0 : (size_t)wanted;
    octets = octets < sizeof(line) ? octets : sizeof(line) - 1;
    if (octets == 0 || line[octets - 1] != '\n') { // lwIP's own lines bring their end
        octets = octets < sizeof(line) - 1 ? octets : sizeof(line) - 2;
        line[octets++] = '\n';
    }
    line_write_or_count(line, octets);
}

void target_log_quiet(bool quiet)
{
    log_is_quiet = quiet;
}

void target_log(const char *format, ...)
{
    if (log_is_quiet) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    line_log("", format, arguments);
    va_end(arguments);
}

void target_error(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    line_log("lwecho: ", format, arguments);
    va_end(arguments);
}

void target_panic(const char *message, const char *file, int line)
{
    target_error("panic: %s (%s:%d)", message, file, line);
    abort();
}

static bool watch(int fd, bool *ready, uint32_t events)
{
    if (epoll_fd < 0) {
        epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    }
    struct epoll_event event = {.events = events, .data.ptr = ready};
    return epoll_fd >= 0 && epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event) == 0;
}

bool target_watch(int fd, bool *ready)
{
    return watch(fd, ready, EPOLLIN);
}

bool target_watch_both(int fd, bool *ready)
{
    return watch(fd, ready, EPOLLIN | EPOLLOUT | EPOLLET);
}

void target_unwatch(int fd)
{
    if (epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL) != 0) {
        target_panic("a descriptor that is not watched", __FILE__, __LINE__);
    }
}

void target_sleep(uint32_t timeout_ms)
{
    struct epoll_event events[EVENTS_MAX];
    uint32_t host_ms = timeout_ms / clock_rate + (timeout_ms % clock_rate != 0);
    int limit_ms = host_ms < INT_MAX ? (int)host_ms : INT_MAX;
    int n = epoll_wait(epoll_fd, events, EVENTS_MAX, timeout_ms == UINT32_MAX ? -1 : limit_ms);
    if (n < 0 && errno != EINTR) {
        target_panic("sleep before anything is watched", __FILE__, __LINE__);
    }
    for (int i = 0; i < n; i++) {
        *(bool *)events[i].data.ptr = true;
    }
    wakeups += timeout_ms != 0;
}

uint64_t target_wakeups(void)
{
    return wakeups;
}
