// SPDX-License-Identifier: BSD-3-Clause
// The device's own page: a browser shows what the device does, live.
#ifndef LWECHO_APP_PAGE_H
#define LWECHO_APP_PAGE_H

#include "arch/counters.h"
#include "lwip/err.h"

/// How far a reader of the statistics has come; all zero: not begun.
struct page_place {
    u16_t piece;
    u16_t listed; ///< connections
};

struct page_config {
    u16_t port; ///< host byte order; 0: no page
    /// Writes the statistics' next whole pieces to `block`, which has room for `octets`, and moves
    /// `place` behind them. Returns how many octets they are; 0: the end.
    size_t (*read)(struct page_place *place, char *block, size_t octets);
};

enum {
    PAGE_LIFE_S = 10, ///< of a connection
};

#define PAGE_COUNTERS(X)                                                                           \
    X(accepted)      /* connections */                                                             \
    X(refused_full)  /* reset at once: all connections taken, none old */                          \
    X(refused_peer)  /* reset at once: the peer has its share already */                           \
    X(refused_small) /* reset: takes only segments below PAGE_SEGMENT_OCTETS_MIN */                \
    X(ended_old)     /* given up for a new one */                                                  \
    X(ended_late)    /* not at its end after PAGE_LIFE_S */                                        \
    X(pages)         /* answers by kind: the page itself */                                        \
    X(statistics)    /* what it asks for each second */                                            \
    X(not_found)     /* and that there is no such thing */

struct page_counters {
    PAGE_COUNTERS(COUNTERS_MEMBER)
};

extern struct page_counters page_counters;
extern const struct counters page_counters_info;

/// Serves `/`, the page, and `/stats.json`, the statistics it shows, by lwIP's own web server.
///
/// That server is kept within bounds from outside: at most PAGE_CONNECTIONS_MAX connections, and
/// PAGE_PEER_CONNECTIONS_MAX of one peer, each with at most one block of PAGE_BLOCK_OCTETS under
/// way, and none for longer than PAGE_LIFE_S. When all are taken a new one takes the place of the
/// oldest, unless that is younger than a second. TIME-WAIT lasts for a second at most: a browser
/// comes back each second, from a port of its own each time. It knows GET only. Memory for all of
/// this is the page's own (port/opts), so nothing it does can hold up the echo.
/// Ownership: `config` is copied.
/// Returns ERR_OK, also for port 0, and in an image without the page; ERR_USE: the port is taken;
/// ERR_MEM: no PCB left; ERR_VAL: already started. On error nothing is held.
/// Source: RFC 1945.
err_t page_start(const struct page_config *config);

/// Resets every connection and stops listening. May be started again.
void page_stop(void);

#endif
