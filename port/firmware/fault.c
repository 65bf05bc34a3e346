// SPDX-License-Identifier: BSD-3-Clause
// The end after a fault.
#include "fault.h"

#include "console.h"
#include "mmio/mmio.h"

void fault_print(const char *what, const char *names, const uintptr_t *at, size_t n)
{
    console_hold_lines(false);
    console_flush(); // makes room
    console_print("fault: %s", what);
    for (size_t i = 0; i < n; i++) {
        console_print(" %s=0x%lx", names, (unsigned long)mmio_read32(at[i]));
        while (*names++ != '\0') {
        }
    }
    console_commit_line();
    console_flush();
}
