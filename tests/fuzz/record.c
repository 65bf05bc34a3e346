// SPDX-License-Identifier: BSD-3-Clause
// Inputs made of records, and the digest.
#include "fuzz.h"

static uint64_t digest;

bool record_next(struct record *record, const uint8_t **input, size_t *octets)
{
    if (*octets < FUZZ_RECORD_HEADER_OCTETS) {
        return false;
    }
    const uint8_t *at = *input;
    size_t rest = *octets - FUZZ_RECORD_HEADER_OCTETS;
    size_t length = (size_t)at[1] << 8 | at[2];
    record->kind = at[0];
    record->body = at + FUZZ_RECORD_HEADER_OCTETS;
    record->octets = length < rest ? length : rest;
    *input = record->body + record->octets;
    *octets = rest - record->octets;
    return true;
}

uint8_t record_take8(struct record *record)
{
    if (record->octets == 0) {
        return 0;
    }
    record->octets--;
    return *record->body++;
}

uint16_t record_take16(struct record *record)
{
    uint8_t high = record_take8(record);
    return (uint16_t)(high << 8 | record_take8(record));
}

void digest_add(const void *data, size_t octets)
{
    const uint8_t *at = data;
    for (size_t i = 0; i < octets; i++) {
        digest = (digest ^ at[i]) * 1099511628211u; // FNV-1a
    }
}

uint64_t digest_take(void)
{
    uint64_t taken = digest;
    digest = 14695981039346656037u;
    return taken;
}
