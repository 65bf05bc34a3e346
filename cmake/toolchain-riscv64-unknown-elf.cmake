# SPDX-License-Identifier: BSD-3-Clause
# GCC for RISC-V, of 32 and 64 bits. Debian: gcc-riscv64-unknown-elf picolibc-riscv64-unknown-elf
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR riscv)
set(LWECHO_TOOLS riscv64-unknown-elf-)
include(${CMAKE_CURRENT_LIST_DIR}/toolchain_gcc.cmake)
