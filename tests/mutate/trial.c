// SPDX-License-Identifier: BSD-3-Clause
// One case after the other.
#include "trial.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "guard.h"
#include "hooks.h"
#include "lwip/ip.h"
#include "lwip/stats.h"
#include "memory.h"
#include "space.h"
#include "unit.h"

enum {
    ANSWERS_MAX = 30, // frames that a case and its peers may ask for: three times what was seen
    STEPS_MAX = 1000, // allocations and frames of a case, until all is done: five times
    WATCHDOG_S = 20,  // of the CPU's time: a case takes less than a thousandth of it
    KNOWN = 1 << 20,  // places for states that were seen
    KNOWN_TRIES = 8,
};

static uint64_t *known; // digests of states from which all went well
static const struct netdev_ops *wire_ops;
static struct netdev_ops counted_ops;
static size_t sent; // frames of the device in this case
static struct progress *shown;

static size_t steps(void)
{
    return fault_allocations() + sent;
}

/// Bounds the work from within: a device that sends without end never comes back to the rig.
static bool on_tx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    sent++;
    if (steps() > STEPS_MAX) {
        fail_msg("the device works without end: %zu allocations, %zu frames sent",
                 fault_allocations(), sent);
    }
    return wire_ops->tx(dev, segs, n);
}

/// Catches what neither sends nor allocates.
static void on_watchdog(int signal)
{
    (void)signal;
    static const char text[] = "the device does not come back\n";
    if (shown->watched != shown->number) {
        shown->watched = shown->number;
        shown->watched_s = 0;
    } else if (++shown->watched_s >= WATCHDOG_S) {
        (void)!write(STDERR_FILENO, text, sizeof text - 1);
        _exit(TRIAL_ENDED_BY_WATCHDOG);
    }
}

static void watchdog_start(void)
{
    const struct itimerval second = {{1, 0}, {1, 0}};
    struct sigaction action = {.sa_handler = on_watchdog, .sa_flags = SA_RESTART};
    sigaction(SIGVTALRM, &action, NULL);
    setitimer(ITIMER_VIRTUAL, &second, NULL);
}

/// What is only counted does not tell two states apart.
static void counters_ignore(void)
{
    for (size_t i = 0; i < DEVICE_COUNTERS; i++) {
        memory_ignore(device_counters[i]->values, device_counters[i]->n * sizeof(COUNTER_T));
    }
    for (size_t i = 0; i < APP_COUNTERS; i++) {
        memory_ignore(app_counters[i]->values, app_counters[i]->n * sizeof(COUNTER_T));
    }
    memory_ignore(&lwip_stats, offsetof(struct stats_, memp));
    size_t behind = offsetof(struct stats_, memp) + sizeof lwip_stats.memp;
    memory_ignore((const uint8_t *)&lwip_stats + behind, sizeof lwip_stats - behind);
    memory_ignore(&ip_data, sizeof ip_data); // of the last packet, not of the next
    memory_ignore(&rig.wakeups, sizeof rig.wakeups);
    memory_ignore(&rig.frames, sizeof rig.frames);
    memory_ignore(&sent, sizeof sent);
    fault_ignore(memory_ignore);
}

/// Returns whether device, hosts and clock were in this very state before: what follows is then
/// known to go well. Remembers the state.
static bool is_known(uint64_t digest)
{
    for (size_t i = 0; i < KNOWN_TRIES; i++) {
        uint64_t *place = &known[(digest + i) % KNOWN];
        if (*place == digest) {
            return true;
        }
        if (*place == 0) {
            *place = digest;
            return false;
        }
    }
    known[digest % KNOWN] = digest;
    return false;
}

static void check_answers(void)
{
    shown->answers_max = LWIP_MAX(shown->answers_max, sent);
    if (sent > ANSWERS_MAX) {
        fail_msg("the device sent %zu frames, more than %d", sent, ANSWERS_MAX);
    }
}

static void check_steps(void)
{
    if (steps() > STEPS_MAX) {
        fail_msg("the device needed %zu allocations and sent %zu frames", fault_allocations(),
                 sent);
    }
    if (steps() > shown->steps_max) {
        shown->steps_max = steps();
        shown->steps_max_number = shown->number;
    }
}

static void frames_send(const struct sample *sample)
{
    for (size_t i = 0; i < sample->frames_n; i++) {
        wire_push(&rig.wire, sample->frames[i].data, sample->frames[i].octets);
        rig_settle();
        shown->frames++;
    }
}

static void sample_try(const struct sample *sample)
{
    frames_send(sample);
    shown->cases++;
    if (is_known(memory_digest())) {
        shown->same++;
        check_answers();
        return;
    }
    state_go_on();
    check_answers();
    state_serve_others();
    rig_check_counters();
    rig_wait_for_pools();
    state_serve_others();
    check_steps();
}

void trial_run(struct progress *progress, size_t from, size_t to, size_t every, const void *defence)
{
    shown = progress;
    shown->number = from;
    known = memory_map(KNOWN * sizeof *known);
    struct sample *sample = memory_map(sizeof *sample);
    struct place_in_space place = space_find(from);
    state_build(place.state);
    wire_ops = rig.wire.netdev.ops;
    counted_ops = *wire_ops;
    counted_ops.tx = on_tx;
    rig.wire.netdev.ops = &counted_ops;
    fault_clear();
    counters_ignore();
    defence_off = defence;
    struct scene scene = state_scene();
    watchdog_start();
    memory_keep();
    const struct subject *entered = NULL;
    for (size_t number = space_next(from, every); number < to;
         number = space_next(number + 1, every)) {
        memory_restore();
        shown->number = number;
        place = space_find(number);
        if (place.subject != entered) {
            space_enter(&place, &scene);
            entered = place.subject;
        }
        if (space_make(place.index, sample)) {
            sample_try(sample);
        }
    }
}

static const void *defence_in(const struct counters *counters, const char *name)
{
    size_t octets = strlen(counters->module);
    if (strncmp(name, counters->module, octets) != 0 || name[octets] != '.') {
        return NULL;
    }
    for (size_t i = 0; i < counters->n; i++) {
        if (strcmp(name + octets + 1, counters->names[i]) == 0) {
            return &counters->values[i];
        }
    }
    return NULL;
}

const void *trial_defence(const char *name)
{
    const void *defence = NULL;
    for (size_t i = 0; i < DEVICE_COUNTERS && defence == NULL; i++) {
        defence = defence_in(device_counters[i], name);
    }
    return defence;
}
