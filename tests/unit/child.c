// SPDX-License-Identifier: BSD-3-Clause
// A process of its own. Nothing of lwIP is included: it has types of its own for some of POSIX.
#include "child.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

bool child_aborts(void (*what)(void))
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        what();
        _exit(0);
    }
    int status = 0;
    if (child < 0 || waitpid(child, &status, 0) != child) {
        perror("child");
        abort();
    }
    return WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT;
}
