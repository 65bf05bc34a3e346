// SPDX-License-Identifier: BSD-3-Clause
// Tries all cases, or some of them, in processes that each take a part.
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"
#include "space.h"
#include "trial.h"

enum {
    JOBS_MAX = 64,
    PART_CASES = 200000, // tried cases that a process takes at once
    FAILURES_MAX = 20,
    SHOW_S = 10, // between two lines of progress that don't go to a terminal
    TEXT_OCTETS = 300,
};

struct options {
    size_t every;
    size_t from;
    size_t jobs;
    const char *only;
    const char *without;
    const void *defence;
    bool finds;
    bool has_number;
    size_t number;
};

/// A process that tries cases, or a place for one.
struct job {
    pid_t pid; ///< 0: none
    size_t to;
    struct progress *progress;
};

struct run {
    struct options options;
    struct job jobs[JOBS_MAX];
    size_t next; ///< first case that nobody has
    size_t failures;
    time_t begun;
    time_t shown;
};

static struct run run;
static volatile sig_atomic_t is_stopped;

static const char usage[] =
    "usage: mutate [--every N] [--from NUMBER] [--jobs N] [--only PROTOCOL]\n"
    "              [--without DEFENCE [--finds]] [--case NUMBER]\n"
    "  --every N          of the pairs of fields, try one in N (1: all)\n"
    "  --from NUMBER      begin with this case: one that was stopped says with which to go on\n"
    "  --jobs N           use so many processes (1)\n"
    "  --only PROTOCOL    try one protocol; cases have other numbers then\n"
    "  --without DEFENCE  switch one defence off, by its counter: guard.drop_source\n"
    "  --finds            succeed when a case fails, and end there\n"
    "  --case NUMBER      try one case, and show its frames\n";

static void fail_usage(void)
{
    fputs(usage, stderr);
    exit(2);
}

static size_t number_of(const char *text)
{
    char *end;
    unsigned long long number = strtoull(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0') {
        fail_usage();
    }
    return (size_t)number;
}

static void options_read(int argc, char **argv)
{
    static const struct option known[] = {
        {"every", required_argument, NULL, 'e'},
        {"from", required_argument, NULL, 'b'},
        {"help", no_argument, NULL, 'h'},
        {"jobs", required_argument, NULL, 'j'},
        {"only", required_argument, NULL, 'o'},
        {"without", required_argument, NULL, 'w'},
        {"finds", no_argument, NULL, 'f'},
        {"case", required_argument, NULL, 'c'},
        {NULL, 0, NULL, 0},
    };
    struct options *options = &run.options;
    *options = (struct options){.every = 1, .jobs = 1};
    for (int c; (c = getopt_long(argc, argv, "", known, NULL)) != -1;) {
        switch (c) {
        case 'e':
            options->every = number_of(optarg);
            break;
        case 'b':
            options->from = number_of(optarg);
            break;
        case 'h':
            fputs(usage, stdout);
            exit(0);
        case 'j':
            options->jobs = number_of(optarg);
            break;
        case 'o':
            options->only = optarg;
            break;
        case 'w':
            options->without = optarg;
            options->defence = trial_defence(optarg);
            if (options->defence == NULL) {
                fprintf(stderr, "mutate: this profile has no defence %s\n", optarg);
                exit(2);
            }
            break;
        case 'f':
            options->finds = true;
            break;
        case 'c':
            options->has_number = true;
            options->number = number_of(optarg);
            break;
        default:
            fail_usage();
        }
    }
    if (optind != argc || options->every == 0 || options->jobs == 0 || options->jobs > JOBS_MAX) {
        fail_usage();
    }
}

/// Returns the sum of what all processes, also those of before, have done.
static struct progress sum(void)
{
    struct progress sum = {0};
    for (size_t i = 0; i < run.options.jobs; i++) {
        const struct progress *one = run.jobs[i].progress;
        sum.cases += one->cases;
        sum.frames += one->frames;
        sum.same += one->same;
        sum.number = one->number > sum.number ? one->number : sum.number;
        sum.answers_max = one->answers_max > sum.answers_max ? one->answers_max : sum.answers_max;
        if (one->steps_max > sum.steps_max) {
            sum.steps_max = one->steps_max;
            sum.steps_max_number = one->steps_max_number;
        }
    }
    return sum;
}

static void progress_show(void)
{
    bool is_terminal = isatty(STDOUT_FILENO) != 0;
    time_t now = time(NULL);
    if (now - run.shown < (is_terminal ? 1 : SHOW_S)) {
        return;
    }
    run.shown = now;
    struct progress all = sum();
    struct place_in_space place = space_find(all.number);
    double seconds = difftime(now, run.begun);
    printf("%smutate: %5.2f %%, %" PRIu64 " frames, %.0f cases/s, %zu failed; case %zu: %s, %s, "
           "%s%s",
           is_terminal ? "\r\033[K" : "", 100.0 * (double)all.number / (double)space_cases(),
           all.frames, (double)all.cases / (seconds > 0 ? seconds : 1), run.failures, all.number,
           state_names[place.state], place.protocol->name, place.subject->name,
           is_terminal ? "" : "\n");
    fflush(stdout);
}

/// Returns the end of the part that begins with `from`: in one state, and not too long.
static size_t part_end(size_t from)
{
    size_t in_state = space_cases_of_state();
    size_t end = (from / in_state + 1) * in_state;
    size_t most = run.options.every * PART_CASES;
    return end - from > most ? from + most : end;
}

static void job_start(struct job *job, size_t from, size_t to)
{
    fflush(stdout);
    job->to = to;
    job->pid = fork();
    if (job->pid < 0) {
        perror("mutate: fork");
        exit(2);
    }
    if (job->pid == 0) {
        trial_run(job->progress, from, to, run.options.every, run.options.defence);
        _exit(0);
    }
}

/// Says which case failed, and how to try it again.
static void failure_show(const struct job *job, int status)
{
    const struct options *options = &run.options;
    size_t number = job->progress->number;
    struct place_in_space place = space_find(number);
    printf("mutate: case %zu failed (%s %d): %s, %s, %s\n", number,
           WIFSIGNALED(status) ? "signal" : "exit code",
           WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), state_names[place.state],
           place.protocol->name, place.subject->name);
    printf("mutate: again with --case %zu%s%s%s%s\n", number, options->only ? " --only " : "",
           options->only ? options->only : "", options->without ? " --without " : "",
           options->without ? options->without : "");
    fflush(stdout);
}

/// Gives each free place the next part.
static void jobs_start(void)
{
    for (size_t i = 0; i < run.options.jobs && run.next < space_cases(); i++) {
        if (run.jobs[i].pid == 0) {
            size_t to = part_end(run.next);
            job_start(&run.jobs[i], run.next, to);
            run.next = to;
        }
    }
}

static bool jobs_are_busy(void)
{
    bool busy = false;
    for (size_t i = 0; i < run.options.jobs; i++) {
        busy = busy || run.jobs[i].pid != 0;
    }
    return busy;
}

/// Takes note of a process that has ended. One that failed is followed by another for the rest.
static void job_end(struct job *job, int status)
{
    job->pid = 0;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
        return;
    }
    run.failures++;
    failure_show(job, status);
    bool is_last = run.options.finds || run.failures == FAILURES_MAX;
    if (is_last) {
        run.next = space_cases();
    } else if (job->progress->number + 1 < job->to) {
        job_start(job, job->progress->number + 1, job->to);
    }
}

static void jobs_wait(void)
{
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigtimedwait(&ended, NULL, &(struct timespec){.tv_sec = 1});
    int status;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;) {
        for (size_t i = 0; i < run.options.jobs; i++) {
            if (run.jobs[i].pid == pid) {
                job_end(&run.jobs[i], status);
            }
        }
    }
    progress_show();
}

static void on_stop(int number)
{
    (void)number;
    is_stopped = 1;
}

/// Ends all processes. Returns the first case that may not have been tried.
static size_t jobs_stop(void)
{
    size_t first = run.next;
    for (size_t i = 0; i < run.options.jobs; i++) {
        const struct job *job = &run.jobs[i];
        if (job->pid != 0) {
            kill(job->pid, SIGKILL);
            waitpid(job->pid, NULL, 0);
            first = job->progress->number < first ? job->progress->number : first;
        }
    }
    return first;
}

static int all_try(void)
{
    sigset_t ended;
    sigemptyset(&ended);
    sigaddset(&ended, SIGCHLD);
    sigprocmask(SIG_BLOCK, &ended, NULL); // jobs_wait() waits for it
    signal(SIGINT, on_stop);
    signal(SIGTERM, on_stop);
    run.begun = time(NULL);
    run.shown = run.begun;
    run.next = run.options.from;
    for (jobs_start(); jobs_are_busy(); jobs_start()) {
        jobs_wait();
        if (is_stopped) {
            printf("\nmutate: stopped, %zu failed; to go on: --from %zu\n", run.failures,
                   jobs_stop());
            return 1;
        }
    }
    struct progress all = sum();
    printf("%smutate: %" PRIu64 " frames, %" PRIu64 " cases, %" PRIu64
           " of which left all as another one did; %zu failed, in %.0f s\n",
           isatty(STDOUT_FILENO) ? "\r\033[K" : "", all.frames, all.cases, all.same, run.failures,
           difftime(time(NULL), run.begun));
    printf("mutate: most frames in answer %" PRIu64 ", most steps %" PRIu64 " (case %zu)\n",
           all.answers_max, all.steps_max, all.steps_max_number);
    return run.options.finds ? run.failures == 0 : run.failures > 0;
}

static void sample_show(const struct sample *sample)
{
    for (size_t i = 0; i < sample->frames_n; i++) {
        const struct frame *frame = &sample->frames[i];
        printf("frame%s, %zu octets:", i == sample->bent ? ", bent" : "", frame->octets);
        for (size_t k = 0; k < frame->octets; k++) {
            printf("%s%02x", k % 32 == 0 ? "\n  " : " ", frame->data[k]);
        }
        printf("\n");
    }
}

/// Shows one case: what it is depends on its state, which a process builds.
static void number_show(void)
{
    size_t number = run.options.number;
    struct place_in_space place = space_find(number);
    struct sample sample;
    char text[TEXT_OCTETS];
    state_build(place.state);
    struct scene scene = state_scene();
    space_enter(&place, &scene);
    space_describe(place.index, text, sizeof text);
    printf("case %zu: %s, %s, %s: %s\n", number, state_names[place.state], place.protocol->name,
           place.subject->name, text);
    if (space_make(place.index, &sample)) {
        sample_show(&sample);
    } else {
        printf("the same as another case\n");
    }
    fflush(stdout);
}

static int number_try(void)
{
    size_t number = run.options.number;
    if (number >= space_cases()) {
        fprintf(stderr, "mutate: there are %zu cases\n", space_cases());
        return 2;
    }
    pid_t pid = fork();
    if (pid == 0) {
        number_show();
        _exit(0);
    }
    waitpid(pid, NULL, 0);
    run.begun = time(NULL);
    struct job *job = &run.jobs[0];
    job_start(job, number, number + 1);
    int status;
    waitpid(job->pid, &status, 0);
    job_end(job, status);
    printf("mutate: %s\n", run.failures > 0 ? "failed" : "passed");
    return run.failures > 0;
}

int main(int argc, char **argv)
{
    options_read(argc, argv);
    space_init(run.options.only);
    if (space_cases() == 0) {
        fprintf(stderr, "mutate: this profile has no protocol %s\n", run.options.only);
        return 2;
    }
    for (size_t i = 0; i < run.options.jobs; i++) {
        run.jobs[i].progress = memory_share(sizeof *run.jobs[i].progress);
    }
    return run.options.has_number ? number_try() : all_try();
}
