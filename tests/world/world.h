// SPDX-License-Identifier: BSD-3-Clause
// The world as its parts see it: what a run has found, and how it ends.
#ifndef LWECHO_TESTS_WORLD_WORLD_H
#define LWECHO_TESTS_WORLD_WORLD_H

#include <stdbool.h>
#include <stdint.h>

#include "plan.h"

enum {
    FAILURE_OCTETS_MAX = 300,
};

/// What one run, or the sum of many, amounts to.
struct result {
    uint64_t seeds;
    uint64_t virtual_us;
    uint64_t events;
    uint64_t frames;      ///< at the device, both ways
    uint64_t connections; ///< that finished with every octet echoed
    uint64_t resets;      ///< connections that ended otherwise
    uint64_t octets;      ///< echoed, TCP and UDP
    uint64_t messages;    ///< echoed: datagrams, and what peers wrote at once into a connection
    uint64_t injected[FAULTS];
    uint64_t hash;                    ///< of all frames at the device and their times
    char failure[FAILURE_OCTETS_MAX]; ///< empty: none
};

/// The run's result; it outlives a run that crashes.
extern struct result *result;

/// Ends the run: something must not have happened.
__attribute__((format(printf, 1, 2))) _Noreturn void world_fail(const char *format, ...);

/// Returns whether a fault of the plan may strike now: until faults heal.
bool world_fault_is_on(enum fault fault);

/// Returns whether faults have healed.
bool world_is_healed(void);

/// Says that a fault has struck.
void world_fault_struck(enum fault fault);

/// Says that `actor` has done what it was to do.
void world_actor_finished(unsigned actor);

/// Returns how many connections the device has refused so far.
uint64_t world_refusals(void);

/// Says that the device has reset a connection of `actor`, made at `began_us` with so many refusals
/// before it. That ends the run when there was no reason for it.
void world_connection_reset(unsigned actor, uint64_t began_us, uint64_t refusals);

/// Returns whether the device has a connection to `port` of an actor's host.
bool world_device_knows(const struct actor_plan *actor, uint16_t port);

/// Says that the device has forgotten a connection of `actor`, made at `began_us`, and the actor
/// was not told. That ends the run when there was no reason for it.
void world_connection_died(unsigned actor, uint64_t began_us);

/// Lets everything happen that the plan says. Returns when all is well.
void world_run(void);

/// The same, and returns as soon as all actors have finished.
void world_run_actors(void);

#endif
