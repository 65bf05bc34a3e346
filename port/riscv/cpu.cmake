# SPDX-License-Identifier: BSD-3-Clause
# Sets cpu_options to what the compiler is told about LWECHO_CPU, as -march= takes it.
# Before version 2.2 of the specification, as of the libraries, Zicsr was part of the base.
set(cpu_options -march=${LWECHO_CPU} -misa-spec=2.2 -mabi=ilp32)
