// SPDX-License-Identifier: BSD-3-Clause
// The firmware's log, and its end after a programmer's error.
#include <stdarg.h>

#include "console.h"
#include "cpu.h"
#include "target.h"

void target_log(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    console_vprint(format, arguments);
    va_end(arguments);
    console_commit_line();
}

void target_panic(const char *message, const char *file, int line)
{
    target_log("panic: %s (%s:%d)", message, file, line);
    console_flush();
    cpu_end();
}
