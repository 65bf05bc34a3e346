// SPDX-License-Identifier: BSD-3-Clause
// The statistics for people to look at, on a terminal or as plain text.
#ifndef LWECHO_SIM_VIEW_H
#define LWECHO_SIM_VIEW_H

#include <stdio.h>

#include "json.h"

struct view {
    const struct json *now;
    const struct json *before; ///< for rates; NULL: none are shown
    double seconds;            ///< between the two
    int columns;
    int rows;    ///< 0: as many as it takes
    bool colour; ///< ANSI colours
};

/// Writes the view: at most `rows` lines of at most `columns`, the last without its end.
void view_write(FILE *out, const struct view *view);

#endif
