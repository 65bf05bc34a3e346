// SPDX-License-Identifier: BSD-3-Clause
// A hart's control and status registers.
// Source: RISC-V Privileged Architecture, chapters 2, 3.1 and 3.7.
#ifndef LWECHO_PORT_RISCV_CSR_H
#define LWECHO_PORT_RISCV_CSR_H

// `name` is the register's own, such as mcause.
#define CSR_READ(variable, name) __asm volatile("csrr %0, " #name : "=r"(variable))
#define CSR_WRITE(name, value) __asm volatile("csrw " #name ", %0" ::"r"(value) : "memory")
#define CSR_SET(name, bits) __asm volatile("csrs " #name ", %0" ::"r"(bits) : "memory")

#define MSTATUS_MIE (1u << 3) // interrupts reach the hart
#define MIE_MTIE (1u << 7)    // the timer's
#define MIE_MEIE (1u << 11)   // the PLIC's

#define MCAUSE_EXTERNAL 0x8000000Bu // the PLIC's interrupt

#endif
