// SPDX-License-Identifier: BSD-3-Clause
// The faults of a link as people write them, on the command line and to a device that runs.
#ifndef LWECHO_SIM_IMPAIR_TEXT_H
#define LWECHO_SIM_IMPAIR_TEXT_H

#include <stdbool.h>

#include "impair.h"

enum {
    IMPAIR_TEXT_OCTETS_MAX = 640, ///< of all settings together
};

struct impair_text {
    char text[IMPAIR_TEXT_OCTETS_MAX];
};

/// Changes one setting: `value` for both directions, or for one with rx= or tx= in front, or each
/// with its own, as rx=1%,tx=2%. 0 or off takes the fault away.
/// Returns NULL; else what would be right, in words that follow "give": nothing is changed then.
const char *impair_text_set(struct impair_settings *settings, const char *name, const char *value);

/// Returns the names of all settings, NULL behind the last.
const char *const *impair_text_names(void);

/// Returns what is set, as NAME=VALUE with blanks between them; nothing for a link without faults.
struct impair_text impair_text_of(const struct impair_settings *settings);

#endif
