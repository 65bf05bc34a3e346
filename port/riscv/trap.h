// SPDX-License-Identifier: BSD-3-Clause
// The entry of all traps, for the start-up code.
#ifndef LWECHO_PORT_RISCV_TRAP_H
#define LWECHO_PORT_RISCV_TRAP_H

/// Where mtvec points: runs an interrupt's handler, or prints the registers and ends as cpu_end()
/// does. Switches to the stack in mscratch first, since after a fault the other one may be gone.
void trap_entry(void);

#endif
