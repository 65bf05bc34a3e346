// SPDX-License-Identifier: BSD-3-Clause
// The bridge on which many devices' TAPs meet, and the host with them.
#ifndef LWECHO_PORT_LINUX_BRIDGE_H
#define LWECHO_PORT_LINUX_BRIDGE_H

#include "hostnet.h"

/// Puts the interface on the bridge `name`, which is made, with the host's addresses, when there is
/// none. AF_UNSPEC: no address of that kind.
/// Returns 0, or the kernel's errno.
int bridge_join(const char *name, const char *interface, const struct hostnet_address *ip4,
                const struct hostnet_address *ip6);

/// Removes the bridge when a device made it, this one or another, and no interface is left on it.
void bridge_leave(const char *name);

#endif
