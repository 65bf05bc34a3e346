// SPDX-License-Identifier: BSD-3-Clause
// Bugs that are planted on purpose, to see that the world finds them.
//
// The linker leads calls between the application, the port and lwIP through here (--wrap), so the
// code under test is what it always is.
#ifndef LWECHO_TESTS_WORLD_PLANT_H
#define LWECHO_TESTS_WORLD_PLANT_H

#include <stdbool.h>

#include "app.h"

#define PLANTS(X)                                                                                  \
    X(none)          /* nothing */                                                                 \
    X(double_octet)  /* an octet is echoed twice after ERR_MEM */                                  \
    X(lose_window)   /* tcp_recved() is not called for one buffer in 1,000 */                      \
    X(leak_buffer)   /* a buffer is not freed when a connection ends with octets held */           \
    X(early_fin)     /* FIN is sent before the last octet */                                       \
    X(never_idle)    /* the idle deadline is not armed */                                          \
    X(wrong_source)  /* UDP is answered from another address */                                    \
    X(clock_wrap)    /* timers compare times without minding the clock's wrap */                   \
    X(hold_buffers)  /* there are too few receive buffers: data can take all of them */            \
    X(forget_poll)   /* the poll callback, which retries after ERR_MEM, is not registered */       \
    X(swallow_octet) /* an octet is not echoed */

enum plant {
#define PLANT_MEMBER(name) PLANT_##name,
    PLANTS(PLANT_MEMBER) PLANTS_N,
};

extern const char *const plant_names[PLANTS_N];
extern enum plant plant;

/// Changes the configuration, when that is where the bug is.
void plant_config(struct app_config *config);

/// Returns whether there is no receive buffer because of the bug.
bool plant_refuses_rx_buffer(void);

#endif
