// SPDX-License-Identifier: BSD-3-Clause
// CMocka's assertions, as far as rig, bus and models use them, for a fuzzer: the first one that
// fails ends the process, and no library is needed to run it.
#ifndef LWECHO_TESTS_FUZZ_CMOCKA_H
#define LWECHO_TESTS_FUZZ_CMOCKA_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct CMUnitTest {
    const char *name;
};

#define cmocka_unit_test_setup_teardown(function, before, after)                                   \
    {                                                                                              \
#function                                                                                  \
    }

#define print_error(...) fprintf(stderr, __VA_ARGS__)

#define fail_msg(...)                                                                              \
    do {                                                                                           \
        print_error("%s:%d: ", __FILE__, __LINE__);                                                \
        print_error(__VA_ARGS__);                                                                  \
        print_error("\n");                                                                         \
        abort();                                                                                   \
    } while (0)

#define assert_true(holds)                                                                         \
    do {                                                                                           \
        if (!(holds)) {                                                                            \
            fail_msg("does not hold: %s", #holds);                                                 \
        }                                                                                          \
    } while (0)

#define assert_false(holds) assert_true(!(holds))
#define assert_non_null(pointer) assert_true((pointer) != NULL)
#define assert_in_range(value, min, max)                                                           \
    assert_true(is_in_range((uint64_t)(value), (uint64_t)(min), (uint64_t)(max)))
#define assert_memory_equal(a, b, octets) assert_true(memcmp(a, b, octets) == 0)

#define assert_int_equal(a, b)                                                                     \
    do {                                                                                           \
        uint64_t value_of_a = (uint64_t)(a);                                                       \
        uint64_t value_of_b = (uint64_t)(b);                                                       \
        if (value_of_a != value_of_b) {                                                            \
            fail_msg("%s is %llu, %s is %llu", #a, (unsigned long long)value_of_a, #b,             \
                     (unsigned long long)value_of_b);                                              \
        }                                                                                          \
    } while (0)

static inline bool is_in_range(uint64_t value, uint64_t min, uint64_t max)
{
    return value >= min && value <= max;
}

// NOLINTNEXTLINE(bugprone-reserved-identifier): CMocka has this name.
static inline _Noreturn void _fail(const char *file, int line)
{
    print_error("%s:%d\n", file, line);
    abort();
}

#endif
