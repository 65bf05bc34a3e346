// SPDX-License-Identifier: BSD-3-Clause
// One run of the world: faults, then none, then everybody finishes and nothing is left.
#include "world.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "alloc.h"
#include "clock.h"
#include "device_side.h"
#include "dhcp_server.h"
#include "link.h"
#include "peers/peers.h"
#include "rng.h"
#include "script.h"
#include "target.h"
#include "trace.h"

enum {
    EVENTS_MAX = 20000000, // more than any run needs: something goes round in circles
    FINISH_S = 1200,       // within which everybody finishes once faults have healed, and
    FORGET_S = 1200,       // the last connection is forgotten after that; besides idle timeouts
    IDLE_S = 10,
    IDLE_TRIES = 6,
    IDLE_POLLS_MAX = 3 * IDLE_S, // a device that nobody talks to wakes about once a second
    HEALED_US = 5000000,         // what was under way when faults healed has come to an end
};

struct result *result;

static bool is_finished[ACTORS_MAX];
static struct rng device_draws;
static struct rng peers_draws;

void world_fail(const char *format, ...)
{
    int at =
        snprintf(result->failure, sizeof result->failure,
                 "%" PRIu64 ".%06" PRIu64 " s: ", clock_us() / US_PER_S, clock_us() % US_PER_S);
    va_list args;
    va_start(args, format);
    vsnprintf(result->failure + at, sizeof result->failure - (size_t)at, format, args);
    va_end(args);
    trace_note("failure: %s", result->failure);
    trace_flush();
    _exit(EXIT_FAILURE);
}

void target_panic(const char *message, const char *file, int line)
{
    world_fail("the device panics: %s (%s:%d)", message, file, line);
}

void peers_panic(const char *message, const char *file, int line)
{
    world_fail("the world: the peers' lwIP panics: %s (%s:%d)", message, file, line);
}

uint32_t target_random(void)
{
    return (uint32_t)rng_next(&device_draws);
}

uint32_t peers_random(void)
{
    return (uint32_t)rng_next(&peers_draws);
}

bool world_is_healed(void)
{
    return clock_us() >= plan.heal_us;
}

bool world_fault_is_on(enum fault fault)
{
    return plan_has(fault) && clock_us() >= plan.settle_us && !world_is_healed();
}

void world_fault_struck(enum fault fault)
{
    result->injected[fault]++;
}

void world_actor_finished(unsigned actor)
{
    trace_note("actor %u: finished", actor);
    is_finished[actor] = true;
}

uint64_t world_refusals(void)
{
    return device_side_refusals();
}

void world_connection_reset(unsigned actor, uint64_t began_us, uint64_t refusals)
{
    trace_note("actor %u: reset", actor);
    if (began_us >= plan.heal_us + HEALED_US && refusals == world_refusals()) {
        world_fail("actor %u: the device reset the connection for no reason", actor);
    }
}

bool world_device_knows(const struct actor_plan *actor, uint16_t port)
{
    return device_side_knows(actor, port);
}

void world_connection_died(unsigned actor, uint64_t began_us)
{
    trace_note("actor %u: the device knows nothing of the connection", actor);
    if (began_us >= plan.heal_us + HEALED_US) {
        world_fail("actor %u: the device forgot the connection", actor);
    }
}

/// Returns the first actor that has not finished; ACTORS_MAX: there is none.
static unsigned unfinished(void)
{
    for (unsigned i = 0; i < plan.actors_n; i++) {
        if (plan.actors[i].is_on && !is_finished[i]) {
            return i;
        }
    }
    return ACTORS_MAX;
}

static void run_until(uint64_t until_us)
{
    while (clock_run_next(until_us)) {
        if (clock_events() > EVENTS_MAX) {
            world_fail("the world: events without end");
        }
    }
}

static void run_until_finished(uint64_t limit_us)
{
    unsigned actor;
    while ((actor = unfinished()) < ACTORS_MAX) {
        if (clock_us() >= limit_us) {
            world_fail("actor %u (%s): has not finished", actor,
                       plan_actor_names[plan.actors[actor].kind]);
        }
        run_until(clock_us() + US_PER_S);
    }
}

static void run_until_forgotten(uint64_t limit_us)
{
    const char *held;
    while ((held = device_side_held()) != NULL) {
        if (clock_us() >= limit_us && plan.idle_timeout_s == 0) {
            return; // a connection whose peer's reset was lost stays for ever: as configured
        }
        if (clock_us() >= limit_us) {
            world_fail("pools: nobody talks to the device any more, but %s", held);
        }
        run_until(clock_us() + US_PER_S);
    }
}

/// Waits until the device sleeps about as much as one that nobody talks to: it may still try its
/// addresses.
static void check_idle(void)
{
    uint64_t n = IDLE_POLLS_MAX + 1;
    for (int i = 0; i < IDLE_TRIES && device_side_held() == NULL && n > IDLE_POLLS_MAX; i++) {
        uint64_t polls = device_side_polls();
        run_until(clock_us() + (uint64_t)IDLE_S * US_PER_S);
        n = device_side_polls() - polls;
    }
    if (device_side_held() == NULL && n > IDLE_POLLS_MAX) {
        world_fail("timers: the device has woken %" PRIu64 " times in %d s for nothing", n, IDLE_S);
    }
}

static void begin(void)
{
    device_draws = rng_stream(plan.seed, STREAM_DEVICE);
    peers_draws = rng_stream(plan.seed, STREAM_PEERS);
    link_start();
    dhcp_server_start();
    alloc_start();
    device_side_start();
    peers_start();
    script_start();
    run_until(plan.settle_us - 1);
    device_side_note_levels();
    if (!device_side_has_address()) {
        world_fail("addresses: the device has none, and nothing hinders it");
    }
}

static void end(void)
{
    result->virtual_us = clock_us();
    result->events = clock_events();
}

void world_run_actors(void)
{
    begin();
    while (unfinished() < ACTORS_MAX && clock_events() < EVENTS_MAX) {
        clock_run_next(UINT64_MAX);
    }
    end();
}

void world_run(void)
{
    begin();
    run_until(plan.heal_us);
    trace_note("world: all faults have healed");
    uint64_t idle_us = (uint64_t)plan.idle_timeout_s * US_PER_S;
    run_until_finished(plan.heal_us + (uint64_t)FINISH_S * US_PER_S + idle_us);
    run_until_forgotten(clock_us() + (uint64_t)FORGET_S * US_PER_S + idle_us);
    check_idle();
    device_side_stop();
    end();
}
