// SPDX-License-Identifier: BSD-3-Clause
// What RISC-V leaves to the system around the hart.
#ifndef LWECHO_PORT_RISCV_SOC_H
#define LWECHO_PORT_RISCV_SOC_H

#include <stdint.h>

// Where it has them, set by the board's memory.ld.
extern uint32_t CLINT[]; ///< timer, laid out as SiFive's: FU540-C000 manual, chapter "CLINT"
extern uint32_t PLIC[];  ///< interrupt controller; context 0 is hart 0 in machine mode

/// Resets the whole device, supplied by the board.
/// Returns when it has no means to, or before the reset takes effect.
/// Context: any.
void soc_reset(void);

#endif
