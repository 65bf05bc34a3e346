// SPDX-License-Identifier: BSD-3-Clause
// One case after the other, in a process of its own that a failure ends.
#ifndef LWECHO_TESTS_MUTATE_TRIAL_H
#define LWECHO_TESTS_MUTATE_TRIAL_H

#include <stddef.h>
#include <stdint.h>

enum {
    TRIAL_ENDED_BY_CHECK = 20, ///< exit codes of a process whose case has failed
    TRIAL_ENDED_BY_WATCHDOG,
};

/// What a trial tells the process that started it. Lies in memory that both share.
struct progress {
    size_t number;        ///< of the case under way
    uint64_t cases;       ///< tried
    uint64_t frames;      ///< given to the device
    uint64_t same;        ///< cases that left device and peers as an earlier one did
    uint64_t answers_max; ///< most frames that the device sent in a case before others were served
    uint64_t steps_max;   ///< most allocations and frames of a case, all in all
    size_t steps_max_number;
    // The watchdog's
    size_t watched;
    size_t watched_s;
};

/// Tries the cases from `from` to before `to`, all of the same state, of pairs one in `every`.
/// `defence` is the counter of the defence that is off, NULL: none. Ends the process when a case
/// fails; it has written why.
void trial_run(struct progress *progress, size_t from, size_t to, size_t every,
               const void *defence);

/// Returns the counter with this name, as "guard.drop_source"; NULL: there is none.
const void *trial_defence(const char *name);

#endif
