// SPDX-License-Identifier: BSD-3-Clause
// The clock's interrupt, for the vector table.
#ifndef LWECHO_PORT_CORTEX_M_TICK_H
#define LWECHO_PORT_CORTEX_M_TICK_H

/// The SysTick exception: the counter came to its end.
void tick_on_wrap(void);

#endif
