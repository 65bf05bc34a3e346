# SPDX-License-Identifier: BSD-3-Clause
# What the compiler needs to know about LWECHO_CPU, a name as after -mcpu=.
set(cpu_options -mcpu=${LWECHO_CPU} -mthumb -mfloat-abi=soft)
