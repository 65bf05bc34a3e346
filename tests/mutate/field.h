// SPDX-License-Identifier: BSD-3-Clause
// Fields of packets, and the values at which each is tried.
#ifndef LWECHO_TESTS_MUTATE_FIELD_H
#define LWECHO_TESTS_MUTATE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// What a field means decides at which values it is tried, besides those that it lists itself.
enum field_kind {
    FIELD_NUMBER,   ///< 0, 1, the largest two, both sides of the sign bit, and right +- 1
    FIELD_ALL,      ///< every value
    FIELD_LENGTH,   ///< as a number, and right +- 2, 4, 8 and half
    FIELD_PORT,     ///< as a number, and ports with a meaning
    FIELD_TYPE,     ///< Ethernet types
    FIELD_PROTOCOL, ///< IP protocols and next headers
    FIELD_SEQUENCE, ///< as a number, and the edges of the device's window
    FIELD_ACK,      ///< as a number, and the edges of what the device has sent
    FIELD_CHECKSUM, ///< 0, all ones, right + 1, and not mended
    FIELD_MAC,
    FIELD_IP4,
    FIELD_IP6,
};

struct field {
    const char *name;
    uint16_t bit; ///< from the beginning of its header
    uint16_t bits;
    enum field_kind kind;
    const uint32_t *also; ///< further values, that end with the first one repeated
};

/// Further values of a field. The first stands at the end again.
#define ALSO(first, ...)                                                                           \
    (const uint32_t[])                                                                             \
    {                                                                                              \
        first, __VA_ARGS__, first                                                                  \
    }

/// The fields of one header.
struct layer {
    const char *name;
    const struct field *fields;
    size_t n;
};

#define LAYER(layer_name, layer_fields)                                                            \
    {                                                                                              \
        .name = (layer_name), .fields = (layer_fields),                                            \
        .n = sizeof(layer_fields) / sizeof((layer_fields)[0])                                      \
    }

/// What the values of some fields depend on.
struct edges {
    uint32_t seq_next;   ///< that the device expects
    uint32_t seq_window; ///< behind the device's window
    uint32_t ack_oldest; ///< not yet acknowledged to the device
    uint32_t ack_next;   ///< behind what the device has sent
    uint16_t port;       ///< the peer's
};

/// A value of up to 128 bits, as it stands in a packet: its last `bits` bits.
struct value {
    uint8_t octets[16];
};

struct value value_of(uint32_t number);

/// Returns at how many values the field is tried, whatever the right one is.
size_t field_values(const struct field *field);

/// Returns number `i` of these.
struct value field_value(const struct field *field, size_t i, struct value right,
                         const struct edges *edges);

/// Returns whether number `i` is a checksum that is left as it was.
bool field_value_is_stale(const struct field *field, size_t i);

/// Reads or writes a field of a header that begins with the octet `header`.
struct value field_get(const struct field *field, const uint8_t *header);
void field_set(const struct field *field, uint8_t *header, struct value value);

#endif
