// SPDX-License-Identifier: BSD-3-Clause
// lwIP's own heap, as the port sees it.
#include "heap.h"

#include "lwip/stats.h"
#include "opts/budget.h"

const struct stats_mem *heap_stats(void)
{
    return &lwip_stats.mem;
}

bool heap_has_room(size_t octets)
{
    return lwip_stats.mem.used + octets + HEAP_BLOCK_OCTETS <= (size_t)MEM_SIZE - TCP_HEAP_OCTETS;
}
