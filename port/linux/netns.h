// SPDX-License-Identifier: BSD-3-Clause
// Named network namespaces, as `ip netns` makes and finds them.
#ifndef LWECHO_PORT_LINUX_NETNS_H
#define LWECHO_PORT_LINUX_NETNS_H

#include <limits.h>
#include <stdbool.h>
#include <sys/types.h>

struct netns {
    char path[PATH_MAX]; ///< where the name stands
    bool made;           ///< by us: it is removed again
    dev_t device;        ///< with `inode`, which namespace we made
    ino_t inode;
};

/// Returns true when `name` can be a namespace's name: that of a file in one directory.
bool netns_name_ok(const char *name);

/// Moves the process into the network namespace `name`, making it, with lo up, when there is none.
/// As with `ip netns add`, /run/netns stays a mount point. A made namespace outlives a crash; `ip
/// netns del` or the next netns_leave() of a user who made it removes it.
/// Limits: `name` passes netns_name_ok(); before any thread is started.
/// Returns true; false, after an error line: no name is left behind, but the process may have
/// moved.
bool netns_enter(struct netns *netns, const char *name);

/// Removes the namespace's name when netns_enter() made it and it still means the same one. The
/// namespace itself ends with its last process.
void netns_leave(const struct netns *netns);

#endif
