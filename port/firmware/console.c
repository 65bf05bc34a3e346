// SPDX-License-Identifier: BSD-3-Clause
// The ring in front of the UART.
#include "console.h"

#include <stdint.h>

#include "board.h"
#include "format.h"
#include "lwip/opt.h"

enum {
    RING_M = CONSOLE_OCTETS - 1,
    FLUSH_TRIES_MAX = 1000000, // in a row without one octet taken; each takes 0.1 us or more
};

static_assert((CONSOLE_OCTETS & RING_M) == 0, "the ring's size is a power of two");

// Positions grow without end; their lower bits are places in the ring. tail <= committed <= head
static char ring[CONSOLE_OCTETS];
static uint32_t tail;      // the next octet for the UART
static uint32_t committed; // the end of what may be printed
static uint32_t head;      // the end of the piece being written
static bool overflowed;    // the piece did not fit
static bool lines_held;
static uint32_t lines_lost;

static void octet_put(char octet)
{
    if (head - tail == CONSOLE_OCTETS) {
        overflowed = true;
        return;
    }
    ring[head++ & RING_M] = octet;
}

void console_vprint(const char *format, va_list arguments)
{
    format_put(octet_put, format, arguments);
}

void console_print(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    console_vprint(format, arguments);
    va_end(arguments);
}

bool console_commit(void)
{
    bool fits = !overflowed;
    overflowed = false;
    if (fits) {
        committed = head;
        console_drain();
    }
    head = committed;
    return fits;
}

void console_commit_line(void)
{
    console_print("\r\n");
    if (lines_held) {
        overflowed = true;
    }
    if (!console_commit()) {
        lines_lost++;
        return;
    }
    if (lines_lost != 0) {
        console_print("log: lost lines=%lu\r\n", (unsigned long)lines_lost);
        lines_lost = console_commit() ? 0 : lines_lost;
    }
}

void console_hold_lines(bool held)
{
    lines_held = held;
}

size_t console_room(void)
{
    return CONSOLE_OCTETS - (head - tail);
}

void console_drain(void)
{
    while (tail != committed && board_uart_try_put(ring[tail & RING_M])) {
        tail++;
    }
}

void console_flush(void)
{
    uint32_t tries = 0;
    while (tail != committed && tries < FLUSH_TRIES_MAX) {
        uint32_t before = tail;
        console_drain();
        tries = tail == before ? tries + 1 : 0;
    }
}
