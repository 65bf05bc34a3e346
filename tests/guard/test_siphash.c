// SPDX-License-Identifier: BSD-3-Clause
// The hashes give what their authors published.
#include <inttypes.h>

#include "bench.h"
#include "halfsip.h"
#include "siphash.h"

static uint8_t key[SIPHASH_KEY_OCTETS];
static uint8_t message[64];

static int octets_count_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof key; i++) {
        key[i] = (uint8_t)i;
    }
    for (size_t i = 0; i < sizeof message; i++) {
        message[i] = (uint8_t)i;
    }
    return 0;
}

static void assert_hash(size_t octets, uint64_t expected)
{
    uint64_t hash = siphash(key, message, octets);
    if (hash != expected) {
        fail_msg("%zu octets: %016" PRIx64 ", expected %016" PRIx64, octets, hash, expected);
    }
}

/// Appendix A of the specification.
static void the_specifications_example(void **state)
{
    (void)state;
    assert_hash(15, 0xa129ca6149be45e5);
}

/// From the authors' reference, for each length of the last word, and for several words.
static void the_references_vectors(void **state)
{
    (void)state;
    static const uint64_t hashes[] = {
        0x726fdb47dd0e0e31, 0x74f839c593dc67fd, 0x0d6c8009d9a94f5a,
        0x85676696d7fb7e2d, 0xcf2794e0277187b7, 0x18765564cd99a68d,
        0xcbc9466e58fee3ce, 0xab0200f58b01d137, 0x93f5f5799a932462,
    };
    for (size_t i = 0; i < LWIP_ARRAYSIZE(hashes); i++) {
        assert_hash(i, hashes[i]);
    }
    assert_hash(63, 0x958a324ceb064572);
}

/// From the authors' reference, for each length of the last word, and for several words.
static void the_references_vectors_of_the_half_one(void **state)
{
    (void)state;
    static const uint32_t hashes[] = {
        0x5b9f35a9, 0xb85a4727, 0x03a662fa, 0x04e7fe8a, 0x89466e2a,
        0x69b6fac5, 0x23fc6358, 0xc563cf8b, 0x8f84b8d0,
    };
    for (size_t i = 0; i < LWIP_ARRAYSIZE(hashes); i++) {
        assert_int_equal(halfsip(key, message, i), hashes[i]);
    }
    assert_int_equal(halfsip(key, message, 22), 0xfe67f370);
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        cmocka_unit_test_setup(the_specifications_example, octets_count_up),
        cmocka_unit_test_setup(the_references_vectors, octets_count_up),
        cmocka_unit_test_setup(the_references_vectors_of_the_half_one, octets_count_up),
    };
    return cmocka_run_group_tests_name("siphash", claims, NULL, NULL);
}
