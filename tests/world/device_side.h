// SPDX-License-Identifier: BSD-3-Clause
// The device under test: when it runs, what its MAC does, and what must hold of it at any time.
#ifndef LWECHO_TESTS_WORLD_DEVICE_SIDE_H
#define LWECHO_TESTS_WORLD_DEVICE_SIDE_H

#include <stdbool.h>
#include <stdint.h>

#include "link.h"

extern const uint8_t device_mac[MAC_OCTETS];

enum {
    DEVICE_IP4 = (int)0xc6336402, ///< 198.51.100.2
};

/// The device's IPv6 addresses: its own and its link-local one.
extern const uint8_t device_ip6[2][IP6_OCTETS];

/// Initialises lwIP, once in a process, before the plan is known.
void device_side_init(void);

/// Starts the device as the plan says, and lets it run from now on.
void device_side_start(void);

/// A frame has come to the MAC.
/// Ownership: `frame` is the MAC's.
void device_side_frame(struct frame *frame);

/// The MAC says that something has happened.
void device_side_interrupt(void);

/// Returns whether the device has the IPv4 address that is its own.
bool device_side_has_address(void);

/// Notes what the pools hold with the device settled and nobody talking to it.
void device_side_note_levels(void);

/// Returns NULL when nothing is held for anybody any more, else what still is.
const char *device_side_held(void);

/// Returns whether the device has a connection to `port` of an actor's host.
bool device_side_knows(const struct actor_plan *actor, uint16_t port);

/// Returns how often the device has run.
uint64_t device_side_polls(void);

/// Returns how many connections the device has refused.
uint64_t device_side_refusals(void);

/// Stops application and device and checks that nothing is left.
void device_side_stop(void);

#endif
