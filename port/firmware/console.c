// SPDX-License-Identifier: BSD-3-Clause
// The ring in front of the UART, and the little that printing needs of a printf.
#include "console.h"

#include <stdint.h>

#include "board.h"
#include "lwip/opt.h"

enum {
    RING_M = CONSOLE_OCTETS - 1,
    FLUSH_TRIES_MAX = 1000000, // in a row without one octet taken; each takes 0.1 us or more
    NUMBER_DIGITS_MAX = 11,    // of 32 bits in decimal, and the end
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

static void text_put(const char *text)
{
    while (*text != '\0') {
        octet_put(*text++);
    }
}

static void number_put(uint32_t value, uint32_t base)
{
    char digits[NUMBER_DIGITS_MAX];
    char *at = digits + sizeof(digits);
    *--at = '\0';
    do {
        uint32_t digit = value % base;
        *--at = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        value /= base;
    } while (value != 0);
    text_put(at);
}

static void signed_put(int32_t value)
{
    if (value < 0) {
        octet_put('-');
    }
    number_put(value < 0 ? -(uint32_t)value : (uint32_t)value, 10);
}

void console_vprint(const char *format, va_list arguments)
{
    static_assert(sizeof(long) == sizeof(uint32_t) && sizeof(int) == sizeof(uint32_t),
                  "one size of numbers is enough");
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            octet_put(*format);
            continue;
        }
        format += format[1] == 'l' ? 2 : 1;
        switch (*format) {
        case 's':
            text_put(va_arg(arguments, const char *));
            break;
        case 'd':
            signed_put(va_arg(arguments, int32_t));
            break;
        case 'u':
            number_put(va_arg(arguments, uint32_t), 10);
            break;
        case 'x':
            number_put(va_arg(arguments, uint32_t), 16);
            break;
        default:
            octet_put('%');
            break;
        }
    }
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
    text_put("\r\n");
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
