// SPDX-License-Identifier: BSD-3-Clause
// The heap of blocks of some sizes: what is taken stays apart, TCP keeps its part, and all comes
// back.
#include <string.h>

#include "heap.h"
#include "lwip/mem.h"
#include "lwip/stats.h"
#include "netdev.h"
#include "opts/budget.h"
#include "unit.h"

enum {
    BLOCKS_MAX = TCP_SEGMENTS_SENT + 10000,
    FRAME_OCTETS = 1500,
    LARGE_OCTETS = 60000,
};

static u8_t *blocks[BLOCKS_MAX];

/// Takes blocks until there is none, and marks each. Returns how many.
static size_t take_all(size_t octets)
{
    size_t n = 0;
    while (n < BLOCKS_MAX && (blocks[n] = mem_malloc(octets)) != NULL) {
        assert_int_equal((uintptr_t)blocks[n] % MEM_ALIGNMENT, 0);
        memset(blocks[n], (int)(n % 251), octets);
        n++;
    }
    assert_true(n < BLOCKS_MAX);
    return n;
}

/// Gives `n` blocks back, and checks that each was left as it was marked.
static void give_all(size_t n, size_t octets)
{
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(blocks[i][0], i % 251);
        assert_int_equal(blocks[i][octets - 1], i % 251);
        mem_free(blocks[i]);
    }
}

static void blocks_stay_apart_and_come_back(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, TCP_HEADER_OCTETS, TCP_HEADER_OCTETS + 1, FRAME_OCTETS,
                                   LARGE_OCTETS};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(sizes); i++) {
        size_t n = take_all(sizes[i]);
        assert_true(n > 0);
        give_all(n, sizes[i]);
        assert_int_equal(take_all(sizes[i]), n);
        give_all(n, sizes[i]);
        assert_int_equal(heap_stats()->used, 0);
    }
}

static void each_segment_in_flight_has_its_header(void **state)
{
    (void)state;
    size_t n = take_all(TCP_HEADER_OCTETS);
    assert_true(n >= TCP_SEGMENTS_SENT);
    give_all(n, TCP_HEADER_OCTETS);
}

static void what_waits_leaves_tcp_its_part(void **state)
{
    (void)state;
    size_t n = 0;
    while (heap_has_room(TCP_HEADER_OCTETS)) {
        blocks[n++] = mem_malloc(TCP_HEADER_OCTETS);
    }
    size_t rest = 0;
    while (rest + n < BLOCKS_MAX && rest < TCP_SEGMENTS_SENT) {
        blocks[n + rest] = mem_malloc(TCP_HEADER_OCTETS);
        assert_non_null(blocks[n + rest]);
        rest++;
    }
    assert_true(heap_has_room(FRAME_OCTETS)); // they took none of the larger ones
    while (n + rest > 0) {
        n -= rest == 0;
        rest -= rest > 0;
        mem_free(blocks[n + rest]);
    }
    assert_int_equal(heap_stats()->used, 0);
}

static void where_no_block_fits_there_is_no_room(void **state)
{
    (void)state;
    assert_true(heap_has_room(NETDEV_LARGE_OCTETS_MAX));
    assert_false(heap_has_room(2 * NETDEV_LARGE_OCTETS_MAX));
    size_t failed = heap_stats()->err;
    assert_null(mem_malloc(2 * NETDEV_LARGE_OCTETS_MAX));
    assert_int_equal(heap_stats()->err, failed + 1);
    size_t n = take_all(LARGE_OCTETS);
    assert_false(heap_has_room(LARGE_OCTETS));
    assert_true(heap_has_room(FRAME_OCTETS));
    give_all(n, LARGE_OCTETS);
}

static void use_and_peak_are_told(void **state)
{
    (void)state;
    void *block = mem_malloc(FRAME_OCTETS);
    assert_true(heap_stats()->used >= FRAME_OCTETS);
    assert_true(heap_stats()->max >= heap_stats()->used);
    assert_true(heap_stats()->max <= heap_stats()->avail);
    mem_free(block);
    assert_int_equal(heap_stats()->used, 0);
}

int main(void)
{
    const struct CMUnitTest cases[] = {
        CLAIM(blocks_stay_apart_and_come_back), CLAIM(each_segment_in_flight_has_its_header),
        CLAIM(what_waits_leaves_tcp_its_part),  CLAIM(where_no_block_fits_there_is_no_room),
        CLAIM(use_and_peak_are_told),
    };
    return cmocka_run_group_tests(cases, NULL, NULL);
}
