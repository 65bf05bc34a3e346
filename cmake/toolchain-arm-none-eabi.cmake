# SPDX-License-Identifier: BSD-3-Clause
# GCC for Cortex-M. Debian: gcc-arm-none-eabi picolibc-arm-none-eabi
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(LWECHO_TOOLS arm-none-eabi-)
include(${CMAKE_CURRENT_LIST_DIR}/toolchain_gcc.cmake)
