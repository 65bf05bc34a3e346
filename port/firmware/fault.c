// SPDX-License-Identifier: BSD-3-Clause
// The end after a fault.
#include "fault.h"

#include "console.h"
#include "mmio/mmio.h"

void fault_print(const char *what, const struct fault_register *registers, size_t n)
{
    console_hold_lines(false);
    console_flush(); // makes room
    console_print("fault: %s", what);
    for (size_t i = 0; i < n; i++) {
        console_print(" %s=0x%lx", registers[i].name, (unsigned long)mmio_read32(registers[i].at));
    }
    console_commit_line();
    console_flush();
}
