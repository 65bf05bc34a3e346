// SPDX-License-Identifier: BSD-3-Clause
// The guard reads nothing beyond the first piece of a frame, however it is cut or its octets lie.
// Each frame is judged in memory of exactly its length: the sanitizers see the octet behind it.
#include "bench.h"
#include "corpus.h"

static struct odd odd[CORPUS_FRAMES_MAX];

static void frames_cut_at_every_octet(void **state)
{
    (void)state;
    size_t n = corpus(odd);
    for (size_t i = 0; i < n; i++) {
        for (size_t octets = 14; octets < odd[i].frame.octets; octets++) {
            struct frame frame = odd[i].frame;
            frame.octets = octets;
            (void)bench_judge(&frame);
        }
    }
}

static void frames_split_at_every_octet(void **state)
{
    (void)state;
    size_t n = corpus(odd);
    for (size_t i = 0; i < n; i++) {
        for (size_t first = 14; first < odd[i].frame.octets; first++) {
            struct frame frame = odd[i].frame;
            (void)bench_judge_split(&frame, first);
        }
    }
}

static void every_octet_of_the_headers_at_its_limits(void **state)
{
    (void)state;
    static const uint8_t values[] = {0, 1, 2, 7, 8, 44, 58, 60, 127, 128, 254, 255};
    size_t n = corpus(odd);
    for (size_t i = 0; i < n; i++) {
        for (size_t at = 0; at < odd[i].frame.octets && at < 250; at++) {
            for (size_t v = 0; v < sizeof values; v++) {
                struct frame frame = odd[i].frame;
                frame.data[at] = values[v];
                (void)bench_judge(&frame);
            }
        }
    }
}

static void frames_with_every_defence_off(void **state)
{
    (void)state;
    const struct counters *const modules[] = {
        &guard_counters_info,
        &guard_ip_counters_info,
#if LWIP_IPV6
        &guard_ip6_counters_info,
#endif
    };
    for (size_t m = 0; m < LWIP_ARRAYSIZE(modules); m++) {
        for (size_t i = 0; i < modules[m]->n; i++) {
            defence_off = &modules[m]->values[i];
            every_octet_of_the_headers_at_its_limits(NULL);
        }
    }
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(frames_cut_at_every_octet),
        CLAIM(frames_split_at_every_octet),
        CLAIM(every_octet_of_the_headers_at_its_limits),
        CLAIM(frames_with_every_defence_off),
    };
    return cmocka_run_group_tests_name("guard, cut frames", claims, NULL, NULL);
}
