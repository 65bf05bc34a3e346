// SPDX-License-Identifier: BSD-3-Clause
// What must hold of the device whenever it sleeps, and what must be left when all is over.
#ifndef LWECHO_TESTS_WORLD_INVARIANTS_H
#define LWECHO_TESTS_WORLD_INVARIANTS_H

#include <stdint.h>

#include "app.h"

/// The application runs on `netif`, as `config` says.
void invariants_service_started(const struct app_config *config, const struct netif *netif);

/// A frame came to the MAC.
void invariants_frame_came(void);

/// Checks counters against each other, limits, windows. `in_ring` frames wait in the MAC, which has
/// lost `lost`.
void invariants_check(uint64_t in_ring, uint64_t lost);

/// Notes what all pools hold.
void invariants_note_levels(void);

/// Returns NULL when pools are as noted and no connection is open; else what is not.
const char *invariants_held(void);

/// Checks that a stopped device holds nothing.
void invariants_check_stopped(void);

#endif
