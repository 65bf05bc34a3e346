// SPDX-License-Identifier: BSD-3-Clause
// JSON as paths and values. Source: RFC 8259.
#include "json.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PATH_OCTETS_MAX = 256,
    DEPTH_MAX = 16,
};

struct reader {
    const char *at;
    FILE *texts;   // the paths and values, each with its end
    size_t n;      // pairs of them
    FILE *strings; // for each pair an octet: whether the value is a string
    char path[PATH_OCTETS_MAX];
};

static bool value_read(struct reader *reader, size_t path_octets, int depth);

static void blanks_skip(struct reader *reader)
{
    reader->at += strspn(reader->at, " \t\r\n");
}

/// Returns whether `octet` comes next, and passes it then.
static bool next_is(struct reader *reader, char octet)
{
    blanks_skip(reader);
    bool is = *reader->at == octet;
    reader->at += is;
    return is;
}

/// Reads a string into `out`. Of the escapes it knows those of one letter.
static bool string_read(struct reader *reader, FILE *out)
{
    static const char letters[] = "\"\"\\\\//b\bf\fn\nr\rt\t"; // pairs of letter and octet
    if (!next_is(reader, '"')) {
        return false;
    }
    for (; *reader->at != '"'; reader->at++) {
        char octet = *reader->at;
        if (octet == '\\') {
            const char *found = letters;
            reader->at++;
            while (*found != '\0' && *found != *reader->at) {
                found += 2;
            }
            octet = (char)(found[0] == '\0' ? '\0' : found[1]);
        }
        if (octet == '\0') {
            return false;
        }
        fputc(octet, out);
    }
    reader->at++;
    return true;
}

/// Appends a name to the path, which has `octets`. Returns how many it has then, 0: too many.
static size_t path_append(struct reader *reader, size_t octets, const char *name)
{
    int n = snprintf(reader->path + octets, PATH_OCTETS_MAX - octets, "%s%s", octets > 0 ? "." : "",
                     name);
    return n > 0 && (size_t)n < PATH_OCTETS_MAX - octets ? octets + (size_t)n : 0;
}

static bool name_read(struct reader *reader, size_t path_octets, size_t *longer)
{
    char name[PATH_OCTETS_MAX] = "";
    FILE *out = fmemopen(name, sizeof(name) - 1, "w");
    bool read = out != NULL && string_read(reader, out) && next_is(reader, ':');
    if (out != NULL && fclose(out) != 0) {
        read = false;
    }
    *longer = read ? path_append(reader, path_octets, name) : 0;
    return *longer > 0;
}

/// Reads the members of an object, or the elements of an array, up to `end`.
static bool members_read(struct reader *reader, size_t path_octets, char end, int depth)
{
    if (next_is(reader, end)) {
        return true;
    }
    int index = 0;
    do {
        char number[16];
        size_t longer;
        snprintf(number, sizeof(number), "%d", index++);
        if (end == ']') {
            longer = path_append(reader, path_octets, number);
        } else if (!name_read(reader, path_octets, &longer)) {
            return false;
        }
        if (longer == 0 || !value_read(reader, longer, depth)) {
            return false;
        }
    } while (next_is(reader, ','));
    return next_is(reader, end);
}

/// Reads a value that is neither object nor array.
static bool scalar_read(struct reader *reader)
{
    fputs(reader->path, reader->texts);
    fputc('\0', reader->texts);
    bool is_string = *reader->at == '"';
    bool read = true;
    if (is_string) {
        read = string_read(reader, reader->texts);
    } else {
        size_t octets = strspn(reader->at, "0123456789+-.eEtrufalsn");
        fwrite(reader->at, 1, octets, reader->texts);
        reader->at += octets;
        read = octets > 0;
    }
    fputc('\0', reader->texts);
    fputc(is_string, reader->strings);
    reader->n++;
    return read;
}

static bool value_read(struct reader *reader, size_t path_octets, int depth)
{
    if (depth == DEPTH_MAX) {
        return false;
    }
    blanks_skip(reader);
    reader->path[path_octets] = '\0';
    if (next_is(reader, '{')) {
        return members_read(reader, path_octets, '}', depth + 1);
    }
    if (next_is(reader, '[')) {
        return members_read(reader, path_octets, ']', depth + 1);
    }
    return scalar_read(reader);
}

/// Makes the list of members out of what was read.
static bool members_list(struct json *json, size_t n, const char *strings)
{
    json->members = calloc(n + 1, sizeof(json->members[0]));
    if (json->members == NULL) {
        return false;
    }
    const char *at = json->texts;
    for (json->n = 0; json->n < n; json->n++) {
        struct json_member *member = &json->members[json->n];
        member->path = at;
        member->value = at + strlen(at) + 1;
        member->is_string = strings[json->n] != 0;
        at = member->value + strlen(member->value) + 1;
    }
    return true;
}

bool json_read(const char *text, struct json *json)
{
    *json = (struct json){.n = 0};
    char *strings = NULL;
    size_t octets;
    struct reader reader = {.at = text};
    reader.texts = open_memstream(&json->texts, &octets);
    reader.strings = open_memstream(&strings, &octets);
    bool read = reader.texts != NULL && reader.strings != NULL && value_read(&reader, 0, 0);
    blanks_skip(&reader);
    read = read && *reader.at == '\0';
    read = (reader.texts == NULL || fclose(reader.texts) == 0) && read;
    read = (reader.strings == NULL || fclose(reader.strings) == 0) && read;
    if (!read || !members_list(json, reader.n, strings)) {
        json_free(json);
        read = false;
    }
    free(strings);
    return read;
}

void json_free(struct json *json)
{
    free(json->members);
    free(json->texts);
    *json = (struct json){.n = 0};
}

const char *json_text(const struct json *json, const char *path)
{
    for (size_t i = 0; i < json->n; i++) {
        if (strcmp(json->members[i].path, path) == 0) {
            return json->members[i].value;
        }
    }
    return "";
}

double json_number(const struct json *json, const char *path)
{
    return strtod(json_text(json, path), NULL);
}
