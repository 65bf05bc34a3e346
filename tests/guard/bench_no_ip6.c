// SPDX-License-Identifier: BSD-3-Clause
// The bench of a case in a profile without IPv6.
#include "bench.h"
#include "corpus.h"

void bench_setup_ip6(void)
{
}

COUNTER_T bench_drops_ip6(void)
{
    return 0;
}

size_t corpus_ip6(struct odd *odd)
{
    (void)odd;
    return 0;
}
