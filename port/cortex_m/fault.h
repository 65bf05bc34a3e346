// SPDX-License-Identifier: BSD-3-Clause
// The entry of all faults, for the vector table.
#ifndef LWECHO_PORT_CORTEX_M_FAULT_H
#define LWECHO_PORT_CORTEX_M_FAULT_H

/// Prints the registers and ends as cpu_end() does. Needs no valid stack.
void fault_entry(void);

#endif
