// SPDX-License-Identifier: BSD-3-Clause
// Many devices on one bridge.
#include "fleet.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "linux/target.h"
#include "lwip/debug.h"

enum {
    LINE_OCTETS = 256,
};

static pid_t pids[OPTIONS_COUNT_MAX];
static uint32_t started;
static uint32_t running;
static uint32_t ready;
static int code;
static bool ending;

static bool failed(const char *what)
{
    target_error("%s: %s", what, strerror(errno));
    return false;
}

/// Starts a device. It ends with us, however we end.
static bool device_fork(const struct options *fleet, uint32_t i, int ready_fd, fleet_device *device)
{
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        return failed("cannot start a process for each device");
    }
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        sigprocmask(SIG_SETMASK, &none, NULL);
        struct options options = options_of_instance(fleet, fleet->instance + i);
        exit(getppid() == parent ? device(&options, ready_fd) : EXIT_FAILURE);
    }
    pids[i] = pid;
    started++;
    running++;
    return true;
}

static void fleet_end(void)
{
    if (!ending) {
        ending = true;
        for (uint32_t i = 0; i < started; i++) {
            if (pids[i] > 0) {
                kill(pids[i], SIGTERM);
            }
        }
    }
}

/// Buries the dead. One that ends by itself ends all.
static void children_wait(const struct options *options)
{
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        bool well = WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
        running--;
        for (uint32_t i = 0; i < started; i++) {
            if (pids[i] == pid) {
                pids[i] = 0;
                if (!ending || !well) {
                    target_error("device %" PRIu32 " ended%s", options->instance + i,
                                 well ? "" : " with an error, which it printed");
                    code = EXIT_FAILURE;
                }
            }
        }
        fleet_end();
    }
}

/// Returns a process's share of the memory in use, in KB; what several share counts in parts.
static uint64_t pss_kb(pid_t pid)
{
    char line[LINE_OCTETS];
    uint64_t kb = 0;
    snprintf(line, sizeof(line), "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(line, "re");
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (sscanf(line, "Pss: %" SCNu64, &kb) == 1) {
            break;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return kb;
}

static void ready_print(void)
{
    LWIP_ASSERT("a fleet has devices", started > 0);
    uint64_t sum_kb = 0;
    uint64_t most_kb = 0;
    for (uint32_t i = 0; i < started; i++) {
        uint64_t kb = pss_kb(pids[i]);
        sum_kb += kb;
        most_kb = kb > most_kb ? kb : most_kb;
    }
    printf("fleet ready devices=%" PRIu32 " pss_kb_mean=%" PRIu64 " pss_kb_most=%" PRIu64 "\n",
           started, sum_kb / started, most_kb);
    fflush(stdout);
}

/// Notes who has become ready.
static void ready_read(int fd)
{
    char octets[LINE_OCTETS];
    ssize_t n = read(fd, octets, sizeof(octets));
    if (n > 0) {
        ready += (uint32_t)n;
        if (ready == started && !ending) {
            ready_print();
        }
    }
}

/// Waits for signals and for devices to be ready, until the last device has ended.
static bool fleet_loop(const struct options *options, int signals, int ready_fd)
{
    while (running > 0) {
        struct pollfd fds[] = {{.fd = signals, .events = POLLIN},
                               {.fd = ready_fd, .events = POLLIN}};
        struct signalfd_siginfo info;
        if (poll(fds, 2, -1) < 0 && errno != EINTR) {
            return failed("cannot wait");
        }
        if ((fds[1].revents & POLLIN) != 0) {
            ready_read(ready_fd);
        }
        if (fds[0].revents != 0 && read(signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
            if (info.ssi_signo == SIGCHLD) {
                children_wait(options);
            } else {
                fleet_end();
            }
        }
    }
    return true;
}

int fleet_run(const struct options *options, fleet_device *device)
{
    int ready_fds[2];
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    int signals = signalfd(-1, &set, SFD_CLOEXEC);
    if (signals < 0 || pipe(ready_fds) != 0) {
        failed("cannot wait for the devices");
        return EXIT_FAILURE;
    }
    fflush(stdout);
    code = EXIT_SUCCESS;
    for (uint32_t i = 0; i < options->count && code == EXIT_SUCCESS; i++) {
        if (!device_fork(options, i, ready_fds[1], device)) {
            code = EXIT_FAILURE;
            fleet_end();
        }
    }
    if (!fleet_loop(options, signals, ready_fds[0])) {
        code = EXIT_FAILURE;
    }
    close(signals);
    close(ready_fds[0]);
    close(ready_fds[1]);
    return code;
}
