// SPDX-License-Identifier: BSD-3-Clause
// The host's checksum next to lwIP's own: nanoseconds for pieces of the lengths that frames have.
#include "linux/checksum.h"

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

uint16_t lwip_standard_chksum(const void *data, int octets); // lwIP's, when nobody has a better one

enum {
    ROUNDS = 25,
    CALLS = 20000, // a round
    OCTETS_MAX = 1480,
};

static uint8_t data[OCTETS_MAX];
static volatile uint16_t result; // so that the calls are made

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/// Returns how long the calls of a round took.
static uint64_t round_ns(uint16_t (*sum)(const void *, int), int octets)
{
    uint64_t begin = now_ns();
    for (int i = 0; i < CALLS; i++) {
        result = sum(data, octets);
    }
    return now_ns() - begin;
}

int main(void)
{
    static const int lengths[] = {20, 28, 72, 536, OCTETS_MAX};
    printf("checksum, ns: octets    lwIP     own   ratio\n");
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        uint64_t least[2] = {UINT64_MAX, UINT64_MAX}; // others on the machine only add
        for (int n = 0; n < ROUNDS; n++) {
            uint64_t took[2] = {round_ns(lwip_standard_chksum, lengths[i]),
                                round_ns(checksum_sum, lengths[i])};
            least[0] = took[0] < least[0] ? took[0] : least[0];
            least[1] = took[1] < least[1] ? took[1] : least[1];
        }
        printf("%20d %7.1f %7.1f %7.1f\n", lengths[i], (double)least[0] / CALLS,
               (double)least[1] / CALLS, (double)least[0] / (double)least[1]);
    }
    return 0;
}
