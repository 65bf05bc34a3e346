// SPDX-License-Identifier: BSD-3-Clause
// The honest peers: a second copy of lwIP, with symbols of its own, and what runs on it.
//
// lwIP is a singleton, so the copy is linked into one object of which only the functions below can
// be seen; what it needs from a target is renamed to peers_*().
#ifndef LWECHO_TESTS_WORLD_PEERS_PEERS_H
#define LWECHO_TESTS_WORLD_PEERS_PEERS_H

#include <stddef.h>
#include <stdint.h>

/// Initialises the copy; once in a process, before the plan is known.
void peers_init(void);

/// Makes a network interface for each host of the plan that is not scripted, and starts the actors
/// on them at their times.
void peers_start(void);

/// Hands a frame to a host.
void peers_frame(unsigned host, const uint8_t *frame, size_t octets);

// What the copy's target is.
uint32_t peers_now(void);
uint32_t peers_random(void);
__attribute__((format(printf, 1, 2))) void peers_log(const char *format, ...);
_Noreturn void peers_panic(const char *message, const char *file, int line);

#endif
