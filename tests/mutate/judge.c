// SPDX-License-Identifier: BSD-3-Clause
// What the rig's checks do here instead of CMocka's: they end the process. Who started it goes on
// behind the case that failed.
#include <stdio.h>
#include <unistd.h>

#include "trial.h"
#include "unit.h"

static void end(const char *file, int line)
{
    fprintf(stderr, "%s:%d\n", file, line);
    _exit(TRIAL_ENDED_BY_CHECK);
}

void print_error(const char *const format, ...)
{
    va_list args;
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
}

void _fail(const char *const file, const int line)
{
    end(file, line);
}

void _assert_true(const LargestIntegralType result, const char *const expression,
                  const char *const file, const int line)
{
    if (!result) {
        fprintf(stderr, "not true: %s\n", expression);
        end(file, line);
    }
}

void _assert_int_equal(const LargestIntegralType a, const LargestIntegralType b,
                       const char *const file, const int line)
{
    if (a != b) {
        fprintf(stderr, "%llu is not %llu\n", (unsigned long long)a, (unsigned long long)b);
        end(file, line);
    }
}
