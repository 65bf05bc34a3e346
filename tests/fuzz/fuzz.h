// SPDX-License-Identifier: BSD-3-Clause
// What every fuzzer shares: inputs made of records, and a digest of what came out.
//
// An input is a sequence of records: one octet of kind, two of length (big-endian), and the body.
// The last one may be cut. What kinds there are is each fuzzer's own.
#ifndef LWECHO_TESTS_FUZZ_FUZZ_H
#define LWECHO_TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    FUZZ_RECORD_HEADER_OCTETS = 3,
    FUZZ_RECORDS_MAX = 96, ///< of an input; those behind are not looked at
};

struct record {
    uint8_t kind;
    const uint8_t *body;
    size_t octets;
};

/// Takes the next record off an input. Returns false at its end.
bool record_next(struct record *record, const uint8_t **input, size_t *octets);

/// Takes a value off a record's body; 0 behind its end. Network byte order.
uint8_t record_take8(struct record *record);
uint16_t record_take16(struct record *record);

/// What libFuzzer and replay.c call for each input. It may be called any number of times, in any
/// order of inputs; the process ends when an input breaks what holds.
int LLVMFuzzerTestOneInput(const uint8_t *input, size_t octets);

/// Adds what came out to the digest of the input.
void digest_add(const void *data, size_t octets);

/// Returns the digest since the last call: the same whenever the same input is run.
uint64_t digest_take(void);

#endif
