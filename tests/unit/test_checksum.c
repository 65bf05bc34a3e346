// SPDX-License-Identifier: BSD-3-Clause
// The host's checksum, against lwIP's own.
#include "linux/checksum.h"

#include "lwip/arch.h"
#include "unit.h"

enum {
    OCTETS_MAX = 1600,
    PLACES = 8, // of the first octet
    LONGEST = 65535,
};

u16_t lwip_standard_chksum(const void *data, int octets); // this image has no better one

static u8_t octets[LONGEST + PLACES];
static u32_t seed;

static u8_t any_octet(void)
{
    seed = seed * 1664525 + 1013904223;
    return (u8_t)(seed >> 24);
}

static u8_t all_ones(void)
{
    return 0xff;
}

static u8_t mostly_ones(void)
{
    return any_octet() < 240 ? 0xff : any_octet();
}

static u8_t mostly_zeros(void)
{
    return any_octet() < 240 ? 0 : any_octet();
}

static void fill(u8_t (*octet)(void))
{
    for (size_t i = 0; i < sizeof(octets); i++) {
        octets[i] = octet();
    }
}

static void every_length_is_right(u8_t (*octet)(void))
{
    fill(octet);
    for (int n = 0; n <= OCTETS_MAX; n++) {
        for (size_t place = 0; place < PLACES; place++) {
            assert_int_equal(checksum_sum(&octets[place], n),
                             lwip_standard_chksum(&octets[place], n));
        }
    }
}

static void is_right_for_every_length_and_address(void **state)
{
    (void)state;
    every_length_is_right(any_octet);
}

static void is_right_wherever_a_carry_comes(void **state)
{
    (void)state;
    every_length_is_right(all_ones);
    every_length_is_right(mostly_ones);
    every_length_is_right(mostly_zeros);
}

static void is_right_for_the_longest_datagram(void **state)
{
    (void)state;
    u8_t (*const kinds[])(void) = {any_octet, all_ones, mostly_ones, mostly_zeros};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(kinds); i++) {
        fill(kinds[i]);
        for (size_t place = 0; place < PLACES; place++) {
            for (int n = LONGEST - PLACES; n <= LONGEST; n++) {
                assert_int_equal(checksum_sum(&octets[place], n),
                                 lwip_standard_chksum(&octets[place], n));
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(is_right_for_every_length_and_address),
        CLAIM(is_right_wherever_a_carry_comes),
        CLAIM(is_right_for_the_longest_datagram),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
