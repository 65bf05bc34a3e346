// SPDX-License-Identifier: BSD-3-Clause
// The statistics as the device's own page gets them: in blocks, with addresses and connections.
#ifndef LWECHO_PORT_FIRMWARE_PAGE_STATS_H
#define LWECHO_PORT_FIRMWARE_PAGE_STATS_H

#include <stdarg.h>
#include <stdbool.h>

#include "lwip/netif.h"
#include "page.h"
#include "report.h"

enum {
    PAGE_STATS_CONNECTIONS_MAX = 48, ///< listed; how many there are is among the counters
};

/// What a target supplies.
struct page_stats_source {
    /// Prints piece `i` of its statistics, which begin an object. Returns false, printing nothing,
    /// when there is no such piece.
    bool (*piece)(report_print_fn *print, int i);
    /// vsnprintf, as far as struct report needs it.
    int (*vprint)(char *to, size_t octets, const char *format, va_list arguments);
    const struct netif *netif;
};

/// Says where the statistics come from.
/// Ownership: `source` is copied.
void page_stats_init(const struct page_stats_source *source);

/// For struct page_config.
size_t page_stats_read(struct page_place *place, char *block, size_t octets);

#endif
