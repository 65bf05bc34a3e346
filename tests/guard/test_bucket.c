// SPDX-License-Identifier: BSD-3-Clause
// The token bucket lets through what it says, whatever the clock shows.
#include "bench.h"
#include "bucket.h"

static int taken(struct bucket *bucket)
{
    int n = 0;
    while (bucket_take(bucket, 10, 50)) {
        n++;
    }
    return n;
}

static void a_burst_and_no_more(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    assert_int_equal(taken(&bucket), 5);
}

static void one_more_each_time_that_an_event_costs(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    taken(&bucket);
    clock_advance(9);
    assert_int_equal(taken(&bucket), 0);
    clock_advance(1);
    assert_int_equal(taken(&bucket), 1);
    clock_advance(25);
    assert_int_equal(taken(&bucket), 2);
    clock_advance(5);
    assert_int_equal(taken(&bucket), 1);
}

static void never_more_than_the_burst(void **state)
{
    (void)state;
    struct bucket bucket = {0};
    taken(&bucket);
    clock_advance(4000000000); // past the clock's wrap
    assert_int_equal(taken(&bucket), 5);
}

int main(void)
{
    const struct CMUnitTest claims[] = {
        CLAIM(a_burst_and_no_more),
        CLAIM(one_more_each_time_that_an_event_costs),
        CLAIM(never_more_than_the_burst),
    };
    return cmocka_run_group_tests_name("bucket", claims, NULL, NULL);
}
