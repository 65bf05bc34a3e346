// SPDX-License-Identifier: BSD-3-Clause
// Many devices on one bridge, each a process of its own.
#ifndef LWECHO_SIM_FLEET_H
#define LWECHO_SIM_FLEET_H

#include "options.h"

/// Runs one device until `options` or a signal ends it, and says on `ready_fd`, unless that is -1,
/// that it is ready. Returns the exit code.
typedef int fleet_device(const struct options *options, int ready_fd);

/// Starts `options->count` devices, says when all are ready and what memory each takes, and ends
/// them all when a signal says so, or when one ends.
/// Context: before the process watches anything.
/// Returns the exit code, 0 when all ended well.
int fleet_run(const struct options *options, fleet_device *device);

#endif
