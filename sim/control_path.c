// SPDX-License-Identifier: BSD-3-Clause
// Where control sockets stand.
#include "control_path.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

struct control_directories control_directories(void)
{
    struct control_directories directories = {.path = {"/run/lwecho"}, .n = 1};
    const char *session = getenv("XDG_RUNTIME_DIR");
    if (session != NULL && session[0] == '/') {
        int octets = snprintf(directories.path[1], CONTROL_DIRECTORY_OCTETS, "%s/lwecho", session);
        directories.n += octets < CONTROL_DIRECTORY_OCTETS;
    }
    return directories;
}

bool control_path_make(const char *name, char path[PATH_MAX])
{
    struct control_directories directories = control_directories();
    for (size_t i = 0; i < directories.n; i++) {
        const char *directory = directories.path[i];
        if ((mkdir(directory, S_IRWXU) == 0 || errno == EEXIST) && access(directory, W_OK) == 0) {
            return snprintf(path, PATH_MAX, "%s/%s.sock", directory, name) < PATH_MAX;
        }
    }
    return false;
}
