// SPDX-License-Identifier: BSD-3-Clause
// Where the control sockets of this user's devices stand.
#ifndef LWECHO_SIM_CONTROL_PATH_H
#define LWECHO_SIM_CONTROL_PATH_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    CONTROL_DIRECTORIES_MAX = 2,
    CONTROL_DIRECTORY_OCTETS = PATH_MAX - NAME_MAX - 2,
};

struct control_directories {
    char path[CONTROL_DIRECTORIES_MAX][CONTROL_DIRECTORY_OCTETS];
    size_t n;
};

/// Returns the folders that may be, the best one first: /run/lwecho, which root can make, and that
/// of the login session, $XDG_RUNTIME_DIR/lwecho.
struct control_directories control_directories(void);

/// Writes the path of the socket of the device called `name` to `path`, and makes its folder.
/// Returns false when there is no place for it.
bool control_path_make(const char *name, char path[PATH_MAX]);

#endif
