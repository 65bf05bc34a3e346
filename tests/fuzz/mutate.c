// SPDX-License-Identifier: BSD-3-Clause
// How libFuzzer changes an input: by records, so that what stands behind keeps its meaning.
#include <string.h>

#include "fuzz.h"

enum {
    INPUT_OCTETS_MAX = 1 << 16,
    BODY_OCTETS_MAX = 1600,
};

/// An input taken apart.
struct sequence {
    struct record records[FUZZ_RECORDS_MAX];
    size_t n;
};

size_t LLVMFuzzerMutate(uint8_t *data, size_t octets, size_t octets_max);
size_t LLVMFuzzerCustomMutator(uint8_t *input, size_t octets, size_t octets_max, unsigned seed);
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_octets, const uint8_t *b,
                                 size_t b_octets, uint8_t *out, size_t octets_max, unsigned seed);

static uint32_t next(uint32_t *state, uint32_t end)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state % end;
}

static void take_apart(struct sequence *sequence, const uint8_t *input, size_t octets)
{
    sequence->n = 0;
    while (sequence->n < FUZZ_RECORDS_MAX &&
           record_next(&sequence->records[sequence->n], &input, &octets)) {
        sequence->n++;
    }
}

static size_t put_together(const struct sequence *sequence, uint8_t *out, size_t octets_max)
{
    static uint8_t whole[INPUT_OCTETS_MAX];
    size_t octets = 0;
    for (size_t i = 0; i < sequence->n; i++) {
        const struct record *record = &sequence->records[i];
        if (octets + FUZZ_RECORD_HEADER_OCTETS + record->octets > octets_max ||
            octets + FUZZ_RECORD_HEADER_OCTETS + record->octets > sizeof whole) {
            break;
        }
        whole[octets++] = record->kind;
        whole[octets++] = (uint8_t)(record->octets >> 8);
        whole[octets++] = (uint8_t)record->octets;
        memcpy(whole + octets, record->body, record->octets);
        octets += record->octets;
    }
    memcpy(out, whole, octets); // the records' bodies may lie in `out`
    return octets;
}

static void insert(struct sequence *sequence, size_t at, struct record record)
{
    if (sequence->n < FUZZ_RECORDS_MAX) {
        memmove(&sequence->records[at + 1], &sequence->records[at],
                (sequence->n - at) * sizeof record);
        sequence->records[at] = record;
        sequence->n++;
    }
}

/// Gives one or two octets of `body` a value at which something may change.
static void field_set(uint8_t *body, size_t octets, uint32_t *state)
{
    static const uint8_t edges[] = {0, 1, 2, 4, 7, 8, 20, 40, 0x7f, 0x80, 0xfe, 0xff};
    size_t at = next(state, (uint32_t)octets);
    switch (next(state, 4)) {
    case 0:
        body[at] = edges[next(state, sizeof edges)];
        break;
    case 1:
        body[at] = (uint8_t)(body[at] + 1);
        break;
    case 2:
        body[at] = (uint8_t)(body[at] - 1);
        break;
    default:
        body[at] = (uint8_t)(body[at] ^ 1u << next(state, 8));
        break;
    }
}

static void body_change(struct record *record, uint32_t *state)
{
    static uint8_t body[BODY_OCTETS_MAX];
    size_t octets = record->octets < sizeof body ? record->octets : sizeof body;
    memcpy(body, record->body, octets);
    if (octets > 0 && next(state, 3) == 0) {
        for (uint32_t i = next(state, 3) + 1; i > 0; i--) {
            field_set(body, octets, state);
        }
    } else {
        octets = LLVMFuzzerMutate(body, octets, sizeof body);
    }
    record->body = body;
    record->octets = octets;
}

static void sequence_change(struct sequence *sequence, uint32_t *state)
{
    size_t i = next(state, (uint32_t)sequence->n);
    size_t other = next(state, (uint32_t)sequence->n);
    struct record *record = &sequence->records[i];
    switch (next(state, 12)) {
    case 0:
        sequence->n--;
        memmove(record, record + 1, (sequence->n - i) * sizeof *record);
        break;
    case 1:
        insert(sequence, other, *record);
        break;
    case 2: {
        struct record kept = *record;
        *record = sequence->records[other];
        sequence->records[other] = kept;
        break;
    }
    case 3:
        record->kind = (uint8_t)next(state, 256);
        break;
    case 4:
        record->kind = (uint8_t)(record->kind ^ 1u << next(state, 8));
        break;
    default:
        body_change(record, state);
        break;
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *input, size_t octets, size_t octets_max, unsigned seed)
{
    static struct sequence sequence;
    static const uint8_t nothing[1];
    uint32_t state = seed * 2654435761u | 1;
    take_apart(&sequence, input, octets);
    if (sequence.n == 0) {
        insert(&sequence, 0, (struct record){(uint8_t)next(&state, 256), nothing, sizeof nothing});
    }
    sequence_change(&sequence, &state);
    return put_together(&sequence, input, octets_max);
}

/// Puts some of the one's records among the other's.
size_t LLVMFuzzerCustomCrossOver(const uint8_t *a, size_t a_octets, const uint8_t *b,
                                 size_t b_octets, uint8_t *out, size_t octets_max, unsigned seed)
{
    static struct sequence to;
    static struct sequence from;
    uint32_t state = seed * 2654435761u | 1;
    take_apart(&to, a, a_octets);
    take_apart(&from, b, b_octets);
    size_t first = next(&state, (uint32_t)from.n + 1);
    size_t n = next(&state, (uint32_t)(from.n - first) + 1);
    size_t at = next(&state, (uint32_t)to.n + 1);
    for (size_t i = 0; i < n; i++) {
        insert(&to, at + i <= to.n ? at + i : to.n, from.records[first + i]);
    }
    return put_together(&to, out, octets_max);
}
