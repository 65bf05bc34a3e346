// SPDX-License-Identifier: BSD-3-Clause
// The Cortex-M's own registers.
// Source: ARMv7-M Architecture Reference Manual (DDI 0403), section B3.2; the same in ARMv8-M.
#ifndef LWECHO_PORT_CORTEX_M_SCS_H
#define LWECHO_PORT_CORTEX_M_SCS_H

#define SYST_CSR 0xE000E010u   // SysTick control and status
#define SYST_RVR 0xE000E014u   // SysTick reload value
#define SYST_CVR 0xE000E018u   // SysTick current value
#define NVIC_ISER0 0xE000E100u // interrupt set-enable, 32 interrupts a word
#define SCB_AIRCR 0xE000ED0Cu  // application interrupt and reset control
#define SCB_CCR 0xE000ED14u    // configuration and control
#define SCB_CFSR 0xE000ED28u   // configurable fault status
#define SCB_HFSR 0xE000ED2Cu   // HardFault status
#define SCB_MMFAR 0xE000ED34u  // address of a memory management fault
#define SCB_BFAR 0xE000ED38u   // address of a bus fault

#define SYST_CSR_ENABLE (1u << 0)
#define SYST_CSR_TICKINT (1u << 1)
#define SYST_CSR_CLKSOURCE (1u << 2)  // the CPU's clock
#define SYST_CSR_COUNTFLAG (1u << 16) // counted to 0 since last read
#define CCR_NONBASETHRDENA (1u << 0)  // ARMv8-M: always, thread mode whatever is active
#define AIRCR_RESET 0x05FA0004u       // VECTKEY and SYSRESETREQ

#endif
