// SPDX-License-Identifier: BSD-3-Clause
// The platform-level interrupt controller, for the trap.
#ifndef LWECHO_PORT_RISCV_PLIC_H
#define LWECHO_PORT_RISCV_PLIC_H

/// Hands the interrupt that waits longest to board_on_interrupt(), if there still is one.
void plic_dispatch(void);

#endif
