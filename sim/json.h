// SPDX-License-Identifier: BSD-3-Clause
// Reads a line of JSON into a list of paths and values, such as pools.RX.used and 3.
#ifndef LWECHO_SIM_JSON_H
#define LWECHO_SIM_JSON_H

#include <stdbool.h>
#include <stddef.h>

struct json_member {
    const char *path;  ///< names from the outermost object inwards, with dots; in an array, numbers
    const char *value; ///< a string without its quotes, or what stands there
    bool is_string;
};

struct json {
    struct json_member *members; ///< in the order of the text
    size_t n;
    char *texts; ///< what the members refer to
};

/// Reads `text`.
/// Ownership: json_free() gives the memory back.
/// Returns false when it is no JSON, or memory is short: nothing is held then.
bool json_read(const char *text, struct json *json);

void json_free(struct json *json);

/// Returns the value at `path`, "" when there is none.
const char *json_text(const struct json *json, const char *path);

/// Returns the number at `path`, 0 when there is none.
double json_number(const struct json *json, const char *path);

#endif
