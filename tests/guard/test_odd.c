// SPDX-License-Identifier: BSD-3-Clause
// Traffic that is odd and valid passes the guard.
#include "bench.h"
#include "corpus.h"

static struct odd odd[CORPUS_FRAMES_MAX];

static void all_of_it_passes(void **state)
{
    (void)state;
    size_t n = corpus(odd);
    for (size_t i = 0; i < n; i++) {
        if (!bench_judge(&odd[i].frame)) {
            fail_msg("dropped: %s", odd[i].what);
        }
        assert_int_equal(bench_drops(), 0);
    }
}

static void it_passes_in_several_pieces_too(void **state)
{
    (void)state;
    enum {
        HEADERS_OCTETS = 256,
    };
    size_t n = corpus(odd);
    for (size_t i = 0; i < n; i++) {
        struct frame *frame = &odd[i].frame;
        if (frame->octets > HEADERS_OCTETS && !bench_judge_split(frame, HEADERS_OCTETS)) {
            fail_msg("dropped: %s", odd[i].what);
        }
    }
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(all_of_it_passes),
        CLAIM(it_passes_in_several_pieces_too),
    };
    return cmocka_run_group_tests_name("guard, odd traffic", claims, NULL, NULL);
}
