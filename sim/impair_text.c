// SPDX-License-Identifier: BSD-3-Clause
// The faults of a link as text.
#include "impair_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lwip/debug.h"

enum kind {
    SHARE,       // of frames, in percent
    SHARE_COUNT, // the same and, after a colon, a number of frames in the next member
    TIME,
    RATE,
    MTU,
    FLAP, // two times, up and down; the only one that is not of a direction
};

enum {
    DECIMALS_MAX = 12,
    TIME_US_MAX = 60 * 1000000,
    MTU_MIN = 68, // RFC 791
    MTU_MAX = 1500,
    FRAMES_MAX = 1000,
    VALUE_OCTETS_MAX = 96,
};

struct setting {
    const char *name;
    enum kind kind;
    uint32_t count; // of frames, when none is given
    size_t offset;  // in struct impair_side
    const char *right;
};

static const char time_is[] = "a time of at most 60s, such as 20ms, 1.5ms or 200us";

static const struct setting settings_all[] = {
    {"loss", SHARE, 0, offsetof(struct impair_side, loss_ppm), "a share of frames, such as 5%"},
    {"burst-loss", SHARE_COUNT, 8, offsetof(struct impair_side, burst_ppm),
     "a share of frames below 100%, and the mean length of a burst, such as 1%:8"},
    {"delay", TIME, 0, offsetof(struct impair_side, delay_us), time_is},
    {"jitter", TIME, 0, offsetof(struct impair_side, jitter_us), time_is},
    {"reorder", SHARE_COUNT, 3, offsetof(struct impair_side, reorder_ppm),
     "a share of frames below 100%, and by how many they are overtaken, such as 2%:3"},
    {"duplicate", SHARE, 0, offsetof(struct impair_side, duplicate_ppm),
     "a share of frames, such as 1%"},
    {"corrupt", SHARE, 0, offsetof(struct impair_side, corrupt_ppm),
     "a share of frames, such as 0.1%"},
    {"rate", RATE, 0, offsetof(struct impair_side, rate_bps),
     "bits per second up to 4gbit, such as 10mbit or 512kbit"},
    {"mtu", MTU, 0, offsetof(struct impair_side, mtu), "a number of octets from 68 to 1500"},
    {"link-flap", FLAP, 0, 0, "how long the link is up and down, such as 5s:500ms"},
};

enum {
    SETTINGS = sizeof(settings_all) / sizeof(settings_all[0]),
};

struct unit {
    const char *name;
    uint64_t value;
};

static const struct unit units_share[] = {{"%", 10000}, {NULL, 0}};
static const struct unit units_time[] = {{"us", 1}, {"ms", 1000}, {"s", 1000000}, {NULL, 0}};
static const struct unit units_rate[] = {
    {"bit", 1}, {"kbit", 1000}, {"mbit", 1000000}, {"gbit", 1000000000}, {NULL, 0}};

/// Reads a decimal number and its unit, which `end` must follow. Returns false when it is none.
static bool quantity_parse(const char *text, const struct unit *units, char end, uint64_t max,
                           uint32_t *value)
{
    char *after;
    size_t digits = strspn(text, "0123456789.");
    double number = strtod(text, &after);
    if (digits == 0 || digits > DECIMALS_MAX || after != text + digits) {
        return false;
    }
    for (; units->name != NULL; units++) {
        size_t octets = strlen(units->name);
        double scaled = number * (double)units->value + 0.5;
        if (strncmp(after, units->name, octets) == 0 && after[octets] == end) {
            *value = scaled < (double)max + 1 ? (uint32_t)scaled : 0;
            return scaled < (double)max + 1;
        }
    }
    return false;
}

static bool number_parse(const char *text, uint32_t min, uint32_t max, uint32_t *value)
{
    size_t digits = strspn(text, "0123456789");
    if (digits == 0 || digits > DECIMALS_MAX || text[digits] != '\0') {
        return false;
    }
    uint64_t number = strtoull(text, NULL, 10);
    *value = (uint32_t)number;
    return number >= min && number <= max;
}

static bool is_off(const char *text)
{
    return strcmp(text, "off") == 0 || strcmp(text, "0") == 0;
}

/// Reads a share, and the number of frames that may follow it. All of the frames it can't be: then
/// nothing would be left to end the burst, or to overtake.
static bool share_count_parse(const char *text, uint32_t count, uint32_t members[2])
{
    const char *colon = strchr(text, ':');
    members[1] = count;
    return quantity_parse(text, units_share, colon != NULL ? ':' : '\0', IMPAIR_PPM - 1,
                          &members[0]) &&
           (colon == NULL || number_parse(colon + 1, 1, FRAMES_MAX, &members[1]));
}

/// Reads the value of one direction into the setting's member, or two of them.
static bool value_parse(const struct setting *setting, const char *text, uint32_t members[2])
{
    members[0] = members[1] = 0;
    if (is_off(text)) {
        return true;
    }
    switch (setting->kind) {
    case SHARE:
        return quantity_parse(text, units_share, '\0', IMPAIR_PPM, members);
    case SHARE_COUNT:
        return share_count_parse(text, setting->count, members);
    case TIME:
        return quantity_parse(text, units_time, '\0', TIME_US_MAX, members);
    case RATE:
        return quantity_parse(text, units_rate, '\0', UINT32_MAX, members) && members[0] > 0;
    case MTU:
        return number_parse(text, MTU_MIN, MTU_MAX, members);
    case FLAP:
    default:
        return strchr(text, ':') != NULL &&
               quantity_parse(text, units_time, ':', TIME_US_MAX, &members[0]) &&
               quantity_parse(strchr(text, ':') + 1, units_time, '\0', TIME_US_MAX, &members[1]) &&
               members[0] > 0 && members[1] > 0;
    }
}

static void members_put(struct impair_side *side, const struct setting *setting,
                        const uint32_t members[2])
{
    size_t n = setting->kind == SHARE_COUNT ? 2 : 1;
    memcpy((char *)side + setting->offset, members, n * sizeof(members[0]));
}

/// Reads `VALUE`, `rx=VALUE` or `tx=VALUE`.
static bool part_parse(struct impair_settings *settings, const struct setting *setting,
                       const char *text)
{
    static const char *const sides[] = {[IMPAIR_RX] = "rx=", [IMPAIR_TX] = "tx="};
    bool only[IMPAIR_DIRECTIONS];
    for (int i = 0; i < IMPAIR_DIRECTIONS; i++) {
        only[i] = strncmp(text, sides[i], strlen(sides[i])) == 0;
    }
    bool one = only[IMPAIR_RX] || only[IMPAIR_TX];
    uint32_t members[2];
    if (!value_parse(setting, one ? text + strlen(sides[0]) : text, members)) {
        return false;
    }
    if (setting->kind == FLAP) {
        settings->flap_up_us = members[0];
        settings->flap_down_us = members[1];
        return !one;
    }
    for (int i = 0; i < IMPAIR_DIRECTIONS; i++) {
        if (only[i] || !one) {
            members_put(&settings->side[i], setting, members);
        }
    }
    return true;
}

static const char *value_set(struct impair_settings *settings, const struct setting *setting,
                             const char *value)
{
    struct impair_settings changed = *settings;
    char text[VALUE_OCTETS_MAX];
    if (strlen(value) >= sizeof(text)) {
        return setting->right;
    }
    strcpy(text, value);
    char *rest = text;
    do {
        char *part = strsep(&rest, ",");
        if (!part_parse(&changed, setting, part)) {
            return setting->right;
        }
    } while (rest != NULL);
    *settings = changed;
    return NULL;
}

const char *impair_text_set(struct impair_settings *settings, const char *name, const char *value)
{
    for (int i = 0; i < SETTINGS; i++) {
        if (strcmp(settings_all[i].name, name) == 0) {
            return value_set(settings, &settings_all[i], value);
        }
    }
    return "loss, burst-loss, delay, jitter, reorder, duplicate, corrupt, rate, mtu or link-flap";
}

const char *const *impair_text_names(void)
{
    static const char *names[SETTINGS + 1];
    for (int i = 0; i < SETTINGS; i++) {
        names[i] = settings_all[i].name;
    }
    return names;
}

/// Writes a quantity in the largest unit that makes it a whole number, or in per cent.
static int quantity_print(char *at, size_t octets, const struct unit *units, uint32_t value)
{
    const struct unit *unit = units;
    if (units == units_share) {
        return snprintf(at, octets, "%g%%", (double)value / (double)units->value);
    }
    while (unit[1].name != NULL && value % unit[1].value == 0) {
        unit++;
    }
    return snprintf(at, octets, "%" PRIu64 "%s", value / unit->value, unit->name);
}

struct value_text {
    char text[VALUE_OCTETS_MAX];
};

static struct value_text value_print(const struct setting *setting, const uint32_t members[2])
{
    struct value_text value = {"off"};
    char *at = value.text;
    size_t octets = sizeof(value.text);
    if (members[0] == 0) {
        return value;
    }
    switch (setting->kind) {
    case SHARE:
    case SHARE_COUNT:
        at += quantity_print(at, octets, units_share, members[0]);
        if (setting->kind == SHARE_COUNT) {
            sprintf(at, ":%" PRIu32, members[1]);
        }
        break;
    case RATE:
        quantity_print(at, octets, units_rate, members[0]);
        break;
    case MTU:
        sprintf(at, "%" PRIu32, members[0]);
        break;
    case TIME:
    case FLAP:
    default:
        at += quantity_print(at, octets, units_time, members[0]);
        if (setting->kind == FLAP) {
            *at++ = ':';
            quantity_print(at, VALUE_OCTETS_MAX / 2, units_time, members[1]);
        }
        break;
    }
    return value;
}

/// Returns the text of a setting for one direction.
static struct value_text side_print(const struct impair_settings *settings,
                                    const struct setting *setting, enum impair_direction direction)
{
    uint32_t members[2] = {settings->flap_up_us, settings->flap_down_us};
    if (setting->kind != FLAP) {
        memcpy(members, (const char *)&settings->side[direction] + setting->offset,
               (setting->kind == SHARE_COUNT ? 2 : 1) * sizeof(members[0]));
    }
    return value_print(setting, members);
}

struct impair_text impair_text_of(const struct impair_settings *settings)
{
    struct impair_text all = {""};
    char *at = all.text;
    for (int i = 0; i < SETTINGS; i++) {
        const struct setting *setting = &settings_all[i];
        struct value_text rx = side_print(settings, setting, IMPAIR_RX);
        struct value_text tx = side_print(settings, setting, IMPAIR_TX);
        size_t room = sizeof(all.text) - (size_t)(at - all.text);
        const char *blank = at == all.text ? "" : " ";
        if (strcmp(rx.text, tx.text) != 0) {
            at += snprintf(at, room, "%s%s=rx=%s,tx=%s", blank, setting->name, rx.text, tx.text);
        } else if (strcmp(rx.text, "off") != 0) {
            at += snprintf(at, room, "%s%s=%s", blank, setting->name, rx.text);
        }
        LWIP_ASSERT("all settings fit", at < all.text + sizeof(all.text));
    }
    return all;
}
