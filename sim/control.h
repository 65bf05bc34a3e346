// SPDX-License-Identifier: BSD-3-Clause
// The control socket: others of the same user ask a device that runs, and change its link.
//
// Each line that comes in is a command, and is answered by one line.
#ifndef LWECHO_SIM_CONTROL_H
#define LWECHO_SIM_CONTROL_H

#include <stdbool.h>
#include <stdio.h>

enum {
    CONTROL_CLIENTS_MAX = 8,
    CONTROL_LINE_OCTETS_MAX = 512, ///< of a command; who sends a longer one is disconnected
};

/// Answers the command `line` by writing one line, with its end, to `out`.
typedef void control_answer(const char *line, FILE *out);

/// Listens on `path`, readable and writable for this user alone. A socket that a device left
/// there when it was killed is replaced.
/// Returns NULL; else what is wrong, and nothing is held.
const char *control_open(const char *path, control_answer *answer);

/// Answers whatever has come. Never waits: a client that does not read gets its answer later.
void control_poll(void);

/// Disconnects all and removes the socket. Does nothing when it is not open.
void control_close(void);

#endif
