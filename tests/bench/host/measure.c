// SPDX-License-Identifier: BSD-3-Clause
// What a load measures.
#include "measure.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
    NS_PER_S = 1000000000,
    NS_PER_MS = 1000000,
    SAMPLES_MAX = 1 << 22, // of latency; echoes beyond count without
};

static pid_t server_pid;
static uint64_t begin_ns;
static uint64_t deadline_ns;
static uint64_t end_ns;
static uint64_t cpu_ns; // at the beginning, then what was taken since
static uint64_t echoes;
static uint64_t octets;
static uint64_t lost;
static uint32_t latency_ns[SAMPLES_MAX];
static size_t samples;

uint64_t measure_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NS_PER_S + (uint64_t)now.tv_nsec;
}

/// Returns the time that a task has run, as the scheduler counts it.
static uint64_t task_cpu_ns(const char *task)
{
    char path[512];
    uint64_t run_ns = 0;
    snprintf(path, sizeof(path), "/proc/%d/task/%.200s/schedstat", (int)server_pid, task);
    FILE *file = fopen(path, "re");
    if (file == NULL) {
        return 0;
    }
    if (fscanf(file, "%" SCNu64, &run_ns) != 1) {
        run_ns = 0;
    }
    fclose(file);
    return run_ns;
}

/// Returns the CPU time of all of the server's threads.
static uint64_t server_cpu_ns(void)
{
    char path[64];
    uint64_t sum = 0;
    if (server_pid == 0) {
        return 0;
    }
    snprintf(path, sizeof(path), "/proc/%d/task", (int)server_pid);
    DIR *tasks = opendir(path);
    if (tasks == NULL) {
        load_fail("the server is gone");
    }
    for (const struct dirent *task; (task = readdir(tasks)) != NULL;) {
        if (task->d_name[0] != '.') {
            sum += task_cpu_ns(task->d_name);
        }
    }
    closedir(tasks);
    return sum;
}

uint64_t measure_begin(const struct load *load)
{
    server_pid = load->server_pid;
    cpu_ns = server_cpu_ns();
    begin_ns = measure_now();
    deadline_ns = begin_ns + (uint64_t)load->duration_ms * NS_PER_MS;
    return begin_ns;
}

bool measure_goes_on(uint64_t now)
{
    return now < deadline_ns;
}

void measure_echo(uint64_t sent, uint64_t now)
{
    if (now >= deadline_ns) {
        return;
    }
    echoes++;
    if (samples < SAMPLES_MAX) {
        uint64_t took = now - sent;
        latency_ns[samples++] = took < UINT32_MAX ? (uint32_t)took : UINT32_MAX;
    }
}

void measure_octets(size_t n, uint64_t now)
{
    octets += now < deadline_ns ? n : 0;
}

void measure_lost(unsigned messages)
{
    lost += messages;
}

void measure_end(void)
{
    end_ns = measure_now();
    cpu_ns = server_cpu_ns() - cpu_ns;
}

static int compare(const void *a, const void *b)
{
    uint32_t left = *(const uint32_t *)a;
    uint32_t right = *(const uint32_t *)b;
    return (left > right) - (left < right);
}

/// Returns the latency that `per_mille` of the echoes did not exceed.
static uint32_t percentile(unsigned per_mille)
{
    return samples == 0 ? 0 : latency_ns[(samples - 1) * per_mille / 1000];
}

void measure_print(void)
{
    qsort(latency_ns, samples, sizeof(latency_ns[0]), compare);
    printf("{\"echoes\": %" PRIu64 ", \"octets\": %" PRIu64 ", \"lost\": %" PRIu64
           ", \"ns\": %" PRIu64 ", \"cpu_ns\": %" PRIu64 ", \"p50_ns\": %u, \"p99_ns\": %u, "
           "\"p999_ns\": %u}\n",
           echoes, octets, lost, (end_ns < deadline_ns ? end_ns : deadline_ns) - begin_ns, cpu_ns,
           percentile(500), percentile(990), percentile(999));
}
