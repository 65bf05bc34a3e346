// SPDX-License-Identifier: BSD-3-Clause
// The checksum's self-test.
#include "selftest.h"

#include <stddef.h>
#include <stdint.h>

#include "lwip/inet_chksum.h"

enum {
    OCTETS_MAX = 40,
    PLACES = 4, // of the first octet within a word
};

/// RFC 1071, octet by octet, in host byte order.
static uint16_t plain_checksum(const uint8_t *octets, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += i % 2 == 0 ? (uint32_t)octets[i] << 8 : octets[i];
    }
    sum = (sum & 0xFFFF) + (sum >> 16);
    sum += sum >> 16;
    return (uint16_t)~sum;
}

bool selftest_checksum(void)
{
    uint8_t octets[OCTETS_MAX + PLACES];
    for (size_t i = 0; i < sizeof(octets); i++) {
        octets[i] = (uint8_t)(199 * i + 91); // carries of all kinds
    }
    for (uint16_t n = 0; n <= OCTETS_MAX; n++) {
        const uint8_t *at = &octets[n % PLACES];
        if (inet_chksum(at, n) != lwip_htons(plain_checksum(at, n))) {
            return false;
        }
    }
    return true;
}
