// SPDX-License-Identifier: BSD-3-Clause
// The statistics in blocks of memory.
#include "page_stats.h"

#include "app.h"

/// A piece being printed into memory.
static struct {
    char *at;
    size_t room;
    bool overflowed;
} sink;

static struct page_stats_source source;
static int pieces; // of the target, once known

void page_stats_init(const struct page_stats_source *new_source)
{
    source = *new_source;
}

__attribute__((format(printf, 1, 2))) static void sink_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int octets = sink.overflowed ? 0 : source.vprint(sink.at, sink.room, format, arguments);
    va_end(arguments);
    if (octets < 0 || (size_t)octets >= sink.room) {
        sink.overflowed = true;
    } else {
        sink.at += octets;
        sink.room -= (size_t)octets;
    }
}

/// Prints piece `i` of all. Returns false when there is none.
static bool piece_print(struct page_place *place)
{
    int slot = place->piece - pieces - 1;
    if (pieces == 0 || place->piece < pieces) {
        if (source.piece(sink_print, place->piece)) {
            return true;
        }
        pieces = place->piece;
        slot = -1;
    }
    if (slot < 0) {
        report_addresses(sink_print, source.netif);
        sink_print(",\"connections\":[");
    } else if (slot < ECHO_TCP_CONNECTIONS_MAX) {
        bool listed = place->listed < PAGE_STATS_CONNECTIONS_MAX &&
                      report_connection(sink_print, (u16_t)slot, place->listed > 0 ? "," : "");
        place->listed = (u16_t)(place->listed + listed);
    } else if (slot == ECHO_TCP_CONNECTIONS_MAX) {
        sink_print("]}\n");
    } else {
        return false;
    }
    return true;
}

size_t page_stats_read(struct page_place *place, char *block, size_t octets)
{
    sink.at = block;
    sink.room = octets;
    sink.overflowed = false;
    for (;;) {
        char *whole = sink.at; // pieces end here
        struct page_place before = *place;
        bool any = piece_print(place);
        if (!any || sink.overflowed) {
            *place = before;
            return (size_t)(whole - block);
        }
        place->piece++;
    }
}
