// SPDX-License-Identifier: BSD-3-Clause
// The command line: runs seeds, each in a process of its own, so that each begins with the same
// memory and a crash ends nothing but itself.
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "device_side.h"
#include "goodput.h"
#include "peers/peers.h"
#include "plant.h"
#include "trace.h"
#include "world.h"

enum {
    CPU_S_MAX = 300, // more than any run needs: the device hangs
    DECIMAL = 10,
};

struct options {
    uint64_t seed;
    uint64_t count;
    struct plan_without without;
    const char *trace;
    const char *pcap;
    bool has_seed;
    bool describes;
    bool lists;
    bool minimises;
    bool measures;
    bool stops; // at the first failure
};

static const char usage[] =
    "usage: world --seed N [options]\n"
    "  --count N       run so many seeds, from --seed on\n"
    "  --list          print a line for each seed, with its hash\n"
    "  --stop          end with the first seed that fails\n"
    "  --trace FILE    write a log of one seed\n"
    "  --pcap FILE     write the frames at the device\n"
    "  --describe      say what the seed decides, and run nothing\n"
    "  --goodput       print how fast a connection is, and run no seed\n"
    "  --minimise      find the fewest faults and actors that still fail\n"
    "  --without LIST  leave out faults, or actors by their number: loss,jitter,3\n"
    "  --plant NAME    plant a bug in the device, to see that it is found\n";

static _Noreturn void child_run(const struct options *options, void (*run)(void))
{
    struct rlimit limit = {CPU_S_MAX, CPU_S_MAX + 1};
    setrlimit(RLIMIT_CPU, &limit);
    if (!trace_open(options->trace, options->pcap)) {
        world_fail("the world: the trace can't be written");
    }
    run();
    trace_flush();
    _exit(EXIT_SUCCESS);
}

/// Runs `plan`. Returns whether all was well; `result` says more.
static bool plan_run(const struct options *options, void (*run)(void))
{
    memset(result, 0, sizeof *result);
    pid_t child = fork();
    if (child == 0) {
        child_run(options, run);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("world");
        exit(EXIT_FAILURE);
    }
    result->seeds = 1;
    if (status != 0 && result->failure[0] == '\0') {
        const char *what = WIFSIGNALED(status) ? "ended by signal" : "ended with exit code";
        snprintf(result->failure, sizeof result->failure, "the device crashed: %s %d", what,
                 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    }
    return result->failure[0] == '\0';
}

static bool seed_run(uint64_t seed, const struct options *options)
{
    plan_make(seed, &options->without);
    return plan_run(options, world_run);
}

static int goodputs_run(const struct options *options)
{
    for (unsigned i = 0; i < GOODPUTS; i++) {
        struct goodput goodput = goodput_at(i);
        goodput_plan(&goodput);
        if (!plan_run(options, world_run_actors)) {
            printf("FAILED %s\n", result->failure);
            return EXIT_FAILURE;
        }
        goodput_print(&goodput);
    }
    return EXIT_SUCCESS;
}

static void without_print(const struct plan_without *without)
{
    const char *lead = " --without ";
    for (unsigned i = 0; i < FAULTS; i++) {
        if ((without->faults & 1u << i) != 0) {
            printf("%s%s", lead, plan_fault_names[i]);
            lead = ",";
        }
    }
    for (unsigned i = 0; i < ACTORS_MAX; i++) {
        if ((without->actors & 1ull << i) != 0) {
            printf("%s%u", lead, i);
            lead = ",";
        }
    }
}

static void failure_print(const struct options *options, uint64_t seed)
{
    printf("FAILED seed=%" PRIu64 " %s\n  replay: %s --seed %" PRIu64, seed, result->failure,
           program_invocation_name, seed);
    without_print(&options->without);
    if (plant != PLANT_none) {
        printf(" --plant %s", plant_names[plant]);
    }
    printf(" --trace trace.txt --pcap trace.pcap\n");
}

static void describe(void)
{
    printf("seed=%" PRIu64 " heal_s=%" PRIu64 " clock_ms=%" PRIu32 " idle_timeout_s=%" PRIu32
           " hold=%" PRIu32 " lease_s=%" PRIu32 "\nfaults:",
           plan.seed, plan.heal_us / US_PER_S, plan.clock_ms, plan.idle_timeout_s, plan.hold_octets,
           plan.is_leased ? plan.lease_s : 0);
    for (unsigned i = 0; i < FAULTS; i++) {
        if (plan_has((enum fault)i)) {
            printf(" %s", plan_fault_names[i]);
        }
    }
    printf("\n");
    for (unsigned i = 0; i < plan.actors_n; i++) {
        const struct actor_plan *actor = &plan.actors[i];
        const struct host_plan *host = &plan.hosts[actor->host];
        if (!actor->is_on) {
            continue;
        }
        printf("actor %u: %s host=%u ip=%d latency_us=%" PRIu32 " mtu=%u start_us=%" PRIu64
               " octets=%" PRIu32 " rounds=%" PRIu32 "\n",
               i, plan_actor_names[actor->kind], actor->host, actor->is_ip6 ? 6 : 4,
               host->latency_us, host->mtu, actor->start_us, actor->octets, actor->rounds);
    }
}

static void sum_add_result(struct result *sum)
{
    sum->seeds += result->seeds;
    sum->virtual_us += result->virtual_us;
    sum->events += result->events;
    sum->frames += result->frames;
    sum->connections += result->connections;
    sum->resets += result->resets;
    sum->octets += result->octets;
    sum->messages += result->messages;
    sum->hash = sum->hash * 31 + result->hash;
    for (unsigned i = 0; i < FAULTS; i++) {
        sum->injected[i] += result->injected[i];
    }
}

static void sum_print(const struct result *sum, uint64_t failures)
{
    printf("seeds=%" PRIu64 " failures=%" PRIu64 " virtual_s=%" PRIu64 " connections=%" PRIu64
           " resets=%" PRIu64 " octets=%" PRIu64 " messages=%" PRIu64 " frames=%" PRIu64
           " events=%" PRIu64 " hash=%016" PRIx64,
           sum->seeds, failures, sum->virtual_us / US_PER_S, sum->connections, sum->resets,
           sum->octets, sum->messages, sum->frames, sum->events, sum->hash);
    for (unsigned i = 0; i < FAULTS; i++) {
        printf(" %s=%" PRIu64, plan_fault_names[i], sum->injected[i]);
    }
    printf("\n");
}

static int seeds_run(const struct options *options)
{
    struct result sum = {0};
    uint64_t failures = 0;
    for (uint64_t i = 0; i < options->count && !(failures > 0 && options->stops); i++) {
        uint64_t seed = options->seed + i;
        if (!seed_run(seed, options)) {
            failures++;
            failure_print(options, seed);
            fflush(stdout);
        }
        if (options->lists) {
            printf("seed=%" PRIu64 " hash=%016" PRIx64 " frames=%" PRIu64 " events=%" PRIu64 "\n",
                   seed, result->hash, result->frames, result->events);
        }
        sum_add_result(&sum);
    }
    sum_print(&sum, failures);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

/// Leaves out whatever the failure does without, one after the other. Returns whether that was any.
static bool leave_out_once(struct options *options, uint32_t faults, unsigned actors_n)
{
    struct plan_without before = options->without;
    for (unsigned i = 0; i < FAULTS + actors_n; i++) {
        struct options less = *options;
        if (i < FAULTS) {
            less.without.faults |= faults & 1u << i;
        } else {
            less.without.actors |= 1ull << (i - FAULTS);
        }
        bool is_less = less.without.faults != options->without.faults ||
                       less.without.actors != options->without.actors;
        if (is_less && !seed_run(options->seed, &less)) {
            options->without = less.without;
        }
    }
    return before.faults != options->without.faults || before.actors != options->without.actors;
}

static int minimise(struct options *options)
{
    if (seed_run(options->seed, options)) {
        printf("seed=%" PRIu64 " does not fail\n", options->seed);
        return EXIT_FAILURE;
    }
    uint32_t faults = plan.faults;
    unsigned actors_n = plan.actors_n;
    while (leave_out_once(options, faults, actors_n)) {
        // What one thing needed may be needed no more.
    }
    seed_run(options->seed, options);
    describe();
    failure_print(options, options->seed);
    return EXIT_SUCCESS;
}

static bool without_take(struct plan_without *without, char *list)
{
    for (char *name = strtok(list, ","); name != NULL; name = strtok(NULL, ",")) {
        char *end;
        unsigned long actor = strtoul(name, &end, DECIMAL);
        if (*end == '\0' && actor < ACTORS_MAX) {
            without->actors |= 1ull << actor;
            continue;
        }
        unsigned i = 0;
        while (i < FAULTS && strcmp(plan_fault_names[i], name) != 0) {
            i++;
        }
        if (i == FAULTS) {
            fprintf(stderr, "world: no such fault: %s\n", name);
            return false;
        }
        without->faults |= 1u << i;
    }
    return true;
}

static bool plant_take(const char *name)
{
    for (unsigned i = 0; i < PLANTS_N; i++) {
        if (strcmp(plant_names[i], name) == 0) {
            plant = (enum plant)i;
            return true;
        }
    }
    fprintf(stderr, "world: no such bug: %s\n", name);
    return false;
}

static bool option_take(struct options *options, int letter)
{
    switch (letter) {
    case 's':
        options->has_seed = true;
        options->seed = strtoull(optarg, NULL, 0);
        return true;
    case 'n':
        options->count = strtoull(optarg, NULL, 0);
        return true;
    case 't':
        options->trace = optarg;
        return true;
    case 'p':
        options->pcap = optarg;
        return true;
    case 'w':
        return without_take(&options->without, optarg);
    case 'b':
        return plant_take(optarg);
    case 'd':
        options->describes = true;
        return true;
    case 'l':
        options->lists = true;
        return true;
    case 'm':
        options->minimises = true;
        return true;
    case 'g':
        options->measures = true;
        options->has_seed = true;
        return true;
    case 'x':
        options->stops = true;
        return true;
    default:
        return false;
    }
}

static bool options_take(struct options *options, int argc, char **argv)
{
    static const struct option known[] = {
        {"seed", required_argument, NULL, 's'},    {"count", required_argument, NULL, 'n'},
        {"trace", required_argument, NULL, 't'},   {"pcap", required_argument, NULL, 'p'},
        {"without", required_argument, NULL, 'w'}, {"plant", required_argument, NULL, 'b'},
        {"describe", no_argument, NULL, 'd'},      {"list", no_argument, NULL, 'l'},
        {"minimise", no_argument, NULL, 'm'},      {"stop", no_argument, NULL, 'x'},
        {"goodput", no_argument, NULL, 'g'},       {NULL, 0, NULL, 0}};
    int letter;
    while ((letter = getopt_long(argc, argv, "", known, NULL)) != -1) {
        if (!option_take(options, letter)) {
            return false;
        }
    }
    return options->has_seed && optind == argc;
}

int main(int argc, char **argv)
{
    struct options options = {.count = 1};
    if (!options_take(&options, argc, argv)) {
        fputs(usage, stderr);
        return EXIT_FAILURE;
    }
    result = mmap(NULL, sizeof *result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (result == MAP_FAILED) {
        perror("world");
        return EXIT_FAILURE;
    }
    device_side_init();
    peers_init();
    if (options.describes) {
        plan_make(options.seed, &options.without);
        describe();
        return EXIT_SUCCESS;
    }
    if (options.measures) {
        return goodputs_run(&options);
    }
    return options.minimises ? minimise(&options) : seeds_run(&options);
}
