// SPDX-License-Identifier: BSD-3-Clause
// The simulator: the device behind a TAP of this host.
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app.h"
#include "attach.h"
#include "control.h"
#include "control_path.h"
#include "ctl.h"
#include "device.h"
#include "firmware/page_stats.h"
#include "fleet.h"
#include "impair_text.h"
#include "linux/netns.h"
#include "linux/target.h"
#include "options.h"
#include "stats.h"
#include "text.h"

enum {
    EXIT_USAGE = 2,
};

static struct options options;
static struct netns netns;
static struct attach attach;
static struct netif netif;
static int signal_fd;
static bool signal_waits;
static int ready_fd = -1; // of the fleet that we belong to
static FILE *out;         // for the ready line and the statistics

static bool failed(const char *what, int error)
{
    target_error("%s: %s", what, strerror(error));
    return false;
}

/// Judges a write to `out`, and complains once. Its reader may leave (EPIPE) while the echo has
/// other users.
static bool line_end(bool written)
{
    static bool complained;
    if (written || errno == EPIPE) {
        return true;
    }
    if (!complained) {
        complained = true;
        failed(out == stdout ? "cannot write to stdout" : "cannot write to stderr", errno);
    }
    return false;
}

static struct stats_subject statistics_subject(void)
{
    return (struct stats_subject){.options = &options, .impair = &attach.impair, .netif = &netif};
}

static bool statistics_write(FILE *to, bool with_connections)
{
    struct stats_subject subject = statistics_subject();
    subject.with_connections = with_connections;
    return stats_write(to, &subject);
}

static bool stats_print(void)
{
    return line_end(statistics_write(out, false));
}

static void link_log(const char *event)
{
    target_log("link: %s seed=%" PRIu64 " %s", event, attach.impair.seed,
               impair_text_of(&attach.impair.settings).text);
}

/// Changes the link as `NAME=VALUE ...` say, all of it or nothing, and answers with what is.
static void link_change(char *words, FILE *to)
{
    if (options.offload && words != NULL) {
        fputs("error link: its faults are for frames of a wire: start without --offload\n", to);
        return;
    }
    struct impair_settings settings = attach.impair.settings;
    bool changed = false;
    for (char *word; (word = strsep(&words, " ")) != NULL;) {
        char *value = strchr(word, '=');
        if (word[0] == '\0') {
            continue;
        }
        if (value != NULL) {
            *value++ = '\0';
        }
        const char *right =
            value == NULL ? "NAME=VALUE, such as loss=5%" : impair_text_set(&settings, word, value);
        if (right != NULL) {
            fprintf(to, "error %s%s%s: give %s\n", word, value == NULL ? "" : "=",
                    value == NULL ? "" : value, right);
            return;
        }
        changed = true;
    }
    if (changed) {
        impair_set(&attach.impair, &settings);
        link_log("changed");
    }
    fprintf(to, "ok seed=%" PRIu64 " %s\n", attach.impair.seed, impair_text_of(&settings).text);
}

/// Answers a line of the control socket.
static void on_command(const char *line, FILE *to)
{
    char words[CONTROL_LINE_OCTETS_MAX];
    strcpy(words, line);
    char *rest = words;
    const char *command = strsep(&rest, " ");
    if (strcmp(command, "stats") == 0 && rest == NULL) {
        statistics_write(to, true);
    } else if (strcmp(command, "link") == 0) {
        link_change(rest, to);
    } else {
        fputs("error the commands are: stats; link [NAME=VALUE...]\n", to);
    }
}

/// Opens the control socket, where the user said or where lwecho ctl looks.
/// Returns false, after an error line, when the user's place can't be used. Without a place of its
/// own the device runs on.
static bool control_start(void)
{
    char path[PATH_MAX];
    char name[PATH_MAX];
    if (options.control_is_off) {
        return true;
    }
    if (options.control != NULL) {
        const char *problem = control_open(options.control, on_command);
        if (problem != NULL) {
            target_error("cannot make the control socket %s: %s; give another with --control",
                         options.control, problem);
        }
        return problem == NULL;
    }
    snprintf(name, sizeof(name), "%s%s%s", options.netns != NULL ? options.netns : "",
             options.netns != NULL ? "." : "",
             options.connect != NULL ? options.app.address.hostname : options.tap);
    const char *problem = "no place for it";
    if (control_path_make(name, path)) {
        problem = control_open(path, on_command);
    }
    if (problem != NULL) {
        target_log("control: off reason=\"%s; give --control PATH\"", problem);
    }
    return true;
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
    fputs("ready", out);
    for (size_t i = 0; i < n; i++) {
        fprintf(out, " ip%d=%s", IP_IS_V4(&list[i]) ? 4 : 6, text_ip(&list[i]).text);
    }
    fprintf(out, " port=%u\n", options.app.tcp.port);
    return line_end(fflush(out) == 0);
}

/// Tells a newcomer what to type next.
static void hint_print(void)
{
    if (options.connect != NULL) {
        return; // what lies behind it forwards as it was told to
    }
    bool in_netns = options.netns != NULL;
    target_log("sim: try command=\"%s%s%snc -N %s %u\"", in_netns ? "ip netns exec " : "",
               in_netns ? options.netns : "", in_netns ? " " : "",
               text_ip(netif_ip_addr4(&netif)).text, options.app.tcp.port);
}

static bool device_run_up(void)
{
    if (device_start(&netif, attach.netdev, options.mac) != ERR_OK) {
        return false; // the carrier said why
    }
    err_t err = app_start(&netif, &options.app);
    if (err == ERR_OK) {
        struct stats_subject subject = statistics_subject();
        stats_show(&subject);
        err = page_start(&(struct page_config){.port = options.page_port, .read = page_stats_read});
    }
    if (err != ERR_OK) {
        target_error("the services could not start (lwIP's error %d); without -q the log says why",
                     err);
        app_stop(&netif);
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
            if (ready_fd >= 0 && write(ready_fd, "", 1) != 1) {
                return EXIT_FAILURE; // nobody waits for us any more
            }
        }
        if (attach_is_gone(&attach)) {
            return EXIT_FAILURE;
        }
        control_poll();
        uint32_t due_ms = attach_poll(&attach);
        target_sleep(LWIP_MIN(sleep_ms, due_ms));
    } while (signals_answer(&code));
    return code;
}

/// Runs the device in its namespace from start to end. Returns the exit code.
static int device_live(void)
{
    if (!attach_open(&attach, &options)) {
        return EXIT_FAILURE;
    }
    int code = EXIT_FAILURE;
    if (control_start() && device_run_up()) {
        if (impair_text_of(&options.link).text[0] != '\0') {
            link_log("impaired");
        }
        code = loop();
        page_stop();
        app_stop(&netif);
        device_stop(&netif);
        if (ready_fd < 0) { // a fleet's last lines would only mix
            code = stats_print() ? code : EXIT_FAILURE;
        }
    }
    control_close();
    attach_close(&attach);
    return code;
}

/// Runs one device in the namespace that the process is in. Returns the exit code.
static int device_run(const struct options *device_options, int fd)
{
    options = *device_options;
    if (options.hostname[0] != '\0') {
        options.app.address.hostname = options.hostname;
    }
    ready_fd = fd;
    if (options.clock_is_set) {
        target_clock_set(options.clock_ms);
    }
    target_clock_rate_set(options.clock_rate);
    if (!signals_catch()) {
        return EXIT_FAILURE;
    }
    return device_live();
}

/// Runs as `options` say. Returns the exit code.
static int simulate(void)
{
    stats_start();
    out = options.pcap != NULL && strcmp(options.pcap, "-") == 0 ? stderr : stdout;
    target_log_quiet(options.quiet);
    if (!streams_reserve()) {
        return EXIT_FAILURE;
    }
    if (options.netns != NULL && !netns_enter(&netns, options.netns)) {
        return EXIT_FAILURE;
    }
    int code = options.count > 0 ? fleet_run(&options, device_run) : device_run(&options, -1);
    netns_leave(&netns);
    return code;
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "ctl") == 0) {
        return ctl_main(argc - 1, argv + 1);
    }
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
