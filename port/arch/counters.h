// SPDX-License-Identifier: BSD-3-Clause
// Counters with names: every module counts what it did and every reason for which it dropped.
#ifndef LWECHO_PORT_ARCH_COUNTERS_H
#define LWECHO_PORT_ARCH_COUNTERS_H

#include "lwip/def.h"
#include "lwip/opt.h"

/// Counts one more. An image that prints no counters need not keep them (COUNTERS_KEPT).
#define COUNT(counter) COUNT_BY(counter, 1)

/// Counts `n` more; `n` is not evaluated where no counters are kept.
#define COUNT_BY(counter, n)                                                                       \
    do {                                                                                           \
        if (COUNTERS_KEPT) {                                                                       \
            (counter) += (COUNTER_T)(n);                                                           \
        }                                                                                          \
    } while (0)

/// One module's counters: `n` values and their names, in the same order.
/// Units: as the name says; they only grow, modulo 2^bits of COUNTER_T (the profile's choice).
struct counters {
    const char *module;
    const COUNTER_T *values;
    const char *const *names;
    size_t n;
};

// A module lists its counters once, as LIST(X) with one X(name) each, and gets from that list a
// structure with these members and an array with these names.
#define COUNTERS_MEMBER(name) COUNTER_T name;
#define COUNTERS_NAME(name) #name,

/// Defines `const struct counters VARIABLE`, the description of the structure `data` that LIST
/// made.
#define COUNTERS_DEFINE(VARIABLE, MODULE, LIST, data)                                              \
    static const char *const VARIABLE##_names[] = {LIST(COUNTERS_NAME)};                           \
    static_assert(sizeof(data) == sizeof(COUNTER_T) * LWIP_ARRAYSIZE(VARIABLE##_names),            \
                  "every member of the structure is a counter of the list");                       \
    const struct counters VARIABLE = {MODULE, (const COUNTER_T *)&(data), VARIABLE##_names,        \
                                      LWIP_ARRAYSIZE(VARIABLE##_names)}

#endif
