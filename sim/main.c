// SPDX-License-Identifier: BSD-3-Clause
// The simulator: the device behind a TAP of this host.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app.h"
#include "device.h"
#include "linux/hostnet.h"
#include "linux/netns.h"
#include "linux/tap.h"
#include "linux/target.h"
#include "options.h"
#include "stats.h"
#include "text.h"

enum {
    EXIT_USAGE = 2,
};

static struct options options;
static struct netns netns;
static struct tap tap;
static struct netif netif;
static int signal_fd;
static bool signal_waits;
static uint64_t started_ms;

static bool failed(const char *what, int error)
{
    target_error("%s: %s", what, strerror(error));
    return false;
}

/// Judges a write to stdout, and complains once. Its reader may leave (EPIPE) while the echo has
/// other users.
static bool line_end(bool written)
{
    static bool complained;
    if (written || errno == EPIPE) {
        return true;
    }
    if (!complained) {
        complained = true;
        failed("cannot write to stdout", errno);
    }
    return false;
}

static bool stats_print(void)
{
    return line_end(stats_write(stdout, &options.app.tcp, target_uptime_ms() - started_ms));
}

/// Sees to it that nothing we open takes the place of a standard stream that we lack.
static bool streams_reserve(void)
{
    int fd;
    do {
        fd = open("/dev/null", O_RDWR);
    } while (fd >= STDIN_FILENO && fd <= STDERR_FILENO);
    return fd >= 0 ? close(fd) == 0 : failed("cannot open /dev/null", errno);
}

/// Turns the signals that we answer into something to read, so that they come between polls only.
static bool signals_catch(void)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    struct sigaction hangup;
    if (sigaction(SIGHUP, NULL, &hangup) == 0 && hangup.sa_handler != SIG_IGN) { // nohup's wish
        sigaddset(&set, SIGHUP);
    }
    signal(SIGPIPE, SIG_IGN); // a failed write says so
    if (sigprocmask(SIG_BLOCK, &set, NULL) != 0) {
        return failed("cannot block signals", errno);
    }
    signal_fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (signal_fd < 0 || !target_watch(signal_fd, &signal_waits)) {
        return failed("cannot wait for signals", errno);
    }
    return true;
}

/// Answers the signals that wait.
/// Returns false when it is time to end, with the reason's exit code in `code`.
static bool signals_answer(int *code)
{
    struct signalfd_siginfo info;
    while (signal_waits) {
        if (read(signal_fd, &info, sizeof(info)) != (ssize_t)sizeof(info)) {
            signal_waits = false;
        } else if (info.ssi_signo != SIGUSR1) {
            *code = EXIT_SUCCESS;
            return false;
        } else if (!stats_print()) {
            *code = EXIT_FAILURE;
            return false;
        }
    }
    return true;
}

static bool ready_print(void)
{
    ip_addr_t list[ADDRESSES_MAX];
    size_t n = address_list(&netif, list);
    fputs("ready", stdout);
    for (size_t i = 0; i < n; i++) {
        printf(" ip%d=%s", IP_IS_V4(&list[i]) ? 4 : 6, text_ip(&list[i]).text);
    }
    printf(" port=%u\n", options.app.tcp.port);
    return line_end(fflush(stdout) == 0);
}

/// Tells a newcomer what to type next.
static void hint_print(void)
{
    bool in_netns = options.netns != NULL;
    target_log("sim: try command=\"%s%s%snc -N %s %u\"", in_netns ? "ip netns exec " : "",
               in_netns ? options.netns : "", in_netns ? " " : "",
               text_ip(netif_ip_addr4(&netif)).text, options.app.tcp.port);
}

/// Sets up our side of a TAP that we made.
static bool host_configure(void)
{
    int error = hostnet_address_add(tap.name, &options.host_ip4);
    if (error != 0) {
        return failed("cannot give the host its IPv4 address (--host-ip4)", error);
    }
    error = hostnet_address_add(tap.name, &options.host_ip6);
    if (error != 0) { // most likely the host has IPv6 switched off; IPv4 serves all the same
        target_error("going on with IPv4 only: cannot give the host an IPv6 address: %s; give "
                     "--host-ip6 off, or run: sysctl -w net.ipv6.conf.default.disable_ipv6=0",
                     strerror(error));
    }
    error = hostnet_link_up(tap.name);
    if (error != 0) {
        return failed("cannot set the TAP up", error);
    }
    if (options.ip4.family == AF_INET &&
        !hostnet_address_reaches(&options.host_ip4, &options.ip4)) {
        target_error("the device's address is not in the host's network; give another with "
                     "--host-ip4");
    }
    return true;
}

static bool device_run_up(void)
{
    if (tap.created && !host_configure()) {
        return false;
    }
    if (device_start(&netif, &tap.netdev, options.mac) != ERR_OK) {
        return false; // the TAP said why
    }
    err_t err = app_start(&netif, &options.app);
    if (err != ERR_OK) {
        target_error("the services could not start (lwIP's error %d); without -q the log says why",
                     err);
        device_stop(&netif);
        return false;
    }
    return true;
}

/// Polls and sleeps until it is time to end. Returns the exit code.
static int loop(void)
{
    bool ready = false;
    int code = EXIT_FAILURE;
    do {
        uint32_t sleep_ms = device_poll(&netif);
        if (!ready && address_settled(&netif)) {
            ready = true;
            if (!ready_print()) {
                return EXIT_FAILURE;
            }
            hint_print();
        }
        if (tap.gone) {
            return EXIT_FAILURE;
        }
        target_sleep(sleep_ms);
    } while (signals_answer(&code));
    return code;
}

/// Runs the device in its namespace from start to end. Returns the exit code.
static int device_live(void)
{
    if (!tap_open(&tap, options.tap)) {
        return EXIT_FAILURE;
    }
    int code = EXIT_FAILURE;
    if (device_run_up()) {
        code = loop();
        app_stop(&netif);
        device_stop(&netif);
        code = stats_print() ? code : EXIT_FAILURE;
    }
    tap_close(&tap);
    return code;
}

/// Runs the device as `options` say. Returns the exit code.
static int simulate(void)
{
    started_ms = target_uptime_ms();
    target_log_quiet(options.quiet);
    if (options.clock_is_set) {
        target_clock_set(options.clock_ms);
    }
    target_clock_rate_set(options.clock_rate);
    if (!streams_reserve() || !signals_catch()) {
        return EXIT_FAILURE;
    }
    if (options.netns != NULL && !netns_enter(&netns, options.netns)) {
        return EXIT_FAILURE;
    }
    int code = device_live();
    netns_leave(&netns);
    return code;
}

int main(int argc, char **argv)
{
    switch (options_parse(argc, argv, &options)) {
    case OPTIONS_RUN:
        return simulate();
    case OPTIONS_DONE:
        return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
    case OPTIONS_WRONG:
    default:
        return EXIT_USAGE;
    }
}
