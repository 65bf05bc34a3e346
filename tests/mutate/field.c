// SPDX-License-Identifier: BSD-3-Clause
// Fields of packets, and the values at which each is tried.
#include "field.h"

#include <string.h>

#include "packet.h"

enum {
    VALUE_OCTETS = 16,
    STALE = 3, // the number of this value of a checksum
};

static const int32_t number_steps[] = {1, -1};
static const int32_t length_steps[] = {1, -1, 2, -2, 4, -4, 8, -8};
static const uint32_t ports[] = {0, 7, 9, 53, 1023, 1024, 40000, 65535};
static const uint32_t types[] = {0,      46,     1500,   0x0600, 0x0800, 0x0806,
                                 0x8100, 0x86dd, 0x8863, 0x88a8, 0xffff};
static const uint32_t protocols[] = {0, 1, 2, 4, 6, 17, 41, 43, 44, 50, 51, 58, 59, 60, 135, 255};
static const uint8_t macs[][6] = {
    {0, 0, 0, 0, 0, 0},         {0xff, 0xff, 0xff, 0xff, 0xff, 0xff},
    {0x02, 0, 198, 51, 100, 2}, // the device
    {0x02, 0, 198, 51, 100, 1}, // the peer
    {0x02, 0, 198, 51, 100, 9}, {0x01, 0, 0x5e, 0, 0, 1},
    {0x33, 0x33, 0, 0, 0, 1},   {0x33, 0x33, 0xff, 0, 0, 2},
};
static const uint8_t ip4s[][4] = {
    {0, 0, 0, 0},      {255, 255, 255, 255}, {198, 51, 100, 2},   {198, 51, 100, 1},
    {198, 51, 100, 9}, {198, 51, 100, 0},    {198, 51, 100, 255}, {192, 0, 2, 1},
    {127, 0, 0, 1},    {224, 0, 0, 1},       {240, 0, 0, 1},      {169, 254, 1, 1},
};
static const uint8_t ip6s[][16] = {
    {0},
    {[15] = 1},
    {0x20, 1, 0xd, 0xb8, 0, 7, [15] = 2},                    // the device
    {0xfe, 0x80, [10] = 0xc6, 0xff, 0xfe, 0x33, 0x64, 0x02}, // the device
    {0x20, 1, 0xd, 0xb8, 0, 7, [15] = 1},                    // the peer
    {0xfe, 0x80, [15] = 1},                                  // the peer
    {0x20, 1, 0xd, 0xb8, 0, 7, [15] = 9},
    {0x20, 1, 0xd, 0xb8, 0, 8, [15] = 1}, // beyond the link
    {0xff, 2, [15] = 1},
    {0xff, 2, [15] = 2},
    {0xff, 2, [11] = 1, 0xff, 0, 0, 2}, // the device's solicited-node group
    {0xff, 1, [15] = 1},
    {0xff, 0xe, [15] = 1},
    {[10] = 0xff, 0xff, 198, 51, 100, 1},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/// A part of a field's values: those that come before it are counted off.
struct pick {
    size_t i;
    bool done;
    struct value value;
};

struct value value_of(uint32_t number)
{
    struct value value = {{0}};
    put32(value.octets + VALUE_OCTETS - 4, number);
    return value;
}

static uint32_t number_of(struct value value)
{
    return get32(value.octets + VALUE_OCTETS - 4);
}

static struct value value_of_octets(const uint8_t *octets, size_t n)
{
    struct value value = {{0}};
    memcpy(value.octets + VALUE_OCTETS - n, octets, n);
    return value;
}

static uint32_t largest(const struct field *field)
{
    return field->bits >= 32 ? UINT32_MAX : (1u << field->bits) - 1;
}

/// Offers `n` values, of which one may be the one that is wanted.
static void pick_numbers(struct pick *pick, const uint32_t *numbers, size_t n)
{
    if (!pick->done && pick->i < n) {
        pick->value = value_of(numbers[pick->i]);
        pick->done = true;
    }
    pick->i -= pick->done ? 0 : n;
}

static void pick_steps(struct pick *pick, uint32_t from, const int32_t *steps, size_t n)
{
    if (!pick->done && pick->i < n) {
        pick->value = value_of(from + (uint32_t)steps[pick->i]);
        pick->done = true;
    }
    pick->i -= pick->done ? 0 : n;
}

static void pick_boundaries(struct pick *pick, const struct field *field)
{
    uint32_t max = largest(field);
    uint32_t sign = max / 2 + 1;
    pick_numbers(pick, (uint32_t[]){0, 1, max, max - 1, sign, sign - 1}, 6);
}

static void pick_octets(struct pick *pick, const uint8_t *octets, size_t n, size_t size)
{
    if (!pick->done && pick->i < n) {
        pick->value = value_of_octets(octets + pick->i * size, size);
        pick->done = true;
    }
    pick->i -= pick->done ? 0 : n;
}

static void pick_edges(struct pick *pick, const struct field *field, const struct edges *edges)
{
    if (field->kind == FIELD_SEQUENCE) {
        const uint32_t next = edges->seq_next;
        const uint32_t end = edges->seq_window;
        pick_numbers(pick,
                     (uint32_t[]){next, next - 1, next + 1, next + 50, end - 1, end, end + 1,
                                  next + 0x80000000u, next + 0x7fffffff},
                     9);
    } else {
        const uint32_t old = edges->ack_oldest;
        const uint32_t next = edges->ack_next;
        pick_numbers(pick,
                     (uint32_t[]){old, old - 1, old + 1, next - 1, next, next + 1, old - 65535,
                                  old - 65536, next + 0x80000000u},
                     9);
    }
}

static void pick_of_kind(struct pick *pick, const struct field *field, uint32_t right,
                         const struct edges *edges)
{
    switch (field->kind) {
    case FIELD_NUMBER:
        pick_steps(pick, right, number_steps, COUNT(number_steps));
        break;
    case FIELD_LENGTH:
        pick_steps(pick, right, length_steps, COUNT(length_steps));
        pick_numbers(pick, &(uint32_t){right / 2}, 1);
        break;
    case FIELD_PORT:
        pick_steps(pick, right, number_steps, COUNT(number_steps));
        pick_numbers(pick, ports, COUNT(ports));
        pick_numbers(pick, &(uint32_t){edges->port}, 1);
        break;
    case FIELD_TYPE:
        pick_numbers(pick, types, COUNT(types));
        break;
    case FIELD_PROTOCOL:
        pick_numbers(pick, protocols, COUNT(protocols));
        break;
    case FIELD_SEQUENCE:
    case FIELD_ACK:
        pick_edges(pick, field, edges);
        break;
    default:
        break;
    }
}

static struct pick pick(const struct field *field, size_t i, struct value right,
                        const struct edges *edges)
{
    struct pick pick = {.i = i};
    uint32_t number = number_of(right);
    switch (field->kind) {
    case FIELD_MAC:
        pick_octets(&pick, macs[0], COUNT(macs), sizeof macs[0]);
        return pick;
    case FIELD_IP4:
        pick_octets(&pick, ip4s[0], COUNT(ip4s), sizeof ip4s[0]);
        return pick;
    case FIELD_IP6:
        pick_octets(&pick, ip6s[0], COUNT(ip6s), sizeof ip6s[0]);
        return pick;
    case FIELD_CHECKSUM:
        pick_numbers(&pick, (uint32_t[]){0, 0xffff, number + 1, number}, STALE + 1);
        return pick;
    case FIELD_ALL:
        pick.done = i <= largest(field);
        pick.value = value_of((uint32_t)i);
        pick.i -= pick.done ? 0 : (size_t)largest(field) + 1;
        return pick;
    default:
        pick_boundaries(&pick, field);
        pick_of_kind(&pick, field, number, edges);
        break;
    }
    if (field->also != NULL) {
        size_t n = 1;
        while (field->also[n] != field->also[0]) {
            n++;
        }
        pick_numbers(&pick, field->also, n);
    }
    return pick;
}

size_t field_values(const struct field *field)
{
    const size_t beyond = 1000;
    const struct edges none = {0};
    return beyond - pick(field, beyond, value_of(0), &none).i;
}

struct value field_value(const struct field *field, size_t i, struct value right,
                         const struct edges *edges)
{
    return pick(field, i, right, edges).value;
}

bool field_value_is_stale(const struct field *field, size_t i)
{
    return field->kind == FIELD_CHECKSUM && i == STALE;
}

static bool bit_get(const uint8_t *octets, size_t bit)
{
    return (octets[bit / 8] >> (7 - bit % 8) & 1) != 0;
}

static void bit_set(uint8_t *octets, size_t bit, bool is_set)
{
    uint8_t mask = (uint8_t)(0x80 >> bit % 8);
    octets[bit / 8] = (uint8_t)(is_set ? octets[bit / 8] | mask : octets[bit / 8] & ~mask);
}

static bool is_aligned(const struct field *field)
{
    return field->bit % 8 == 0 && field->bits % 8 == 0;
}

struct value field_get(const struct field *field, const uint8_t *header)
{
    struct value value = {{0}};
    for (size_t i = 0; i < field->bits; i++) {
        bit_set(value.octets, 8 * VALUE_OCTETS - field->bits + i, bit_get(header, field->bit + i));
    }
    return value;
}

void field_set(const struct field *field, uint8_t *header, struct value value)
{
    if (is_aligned(field)) {
        size_t octets = field->bits / 8u;
        memcpy(header + field->bit / 8, value.octets + VALUE_OCTETS - octets, octets);
        return;
    }
    for (size_t i = 0; i < field->bits; i++) {
        bit_set(header, field->bit + i, bit_get(value.octets, 8 * VALUE_OCTETS - field->bits + i));
    }
}
