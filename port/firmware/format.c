// SPDX-License-Identifier: BSD-3-Clause
// The little that printing needs of a printf.
#include "format.h"

#include <assert.h>
#include <stdint.h>

enum {
    NUMBER_DIGITS_MAX = 11, // of 32 bits in decimal, and the end
};

__attribute__((noinline)) static void text_put(void (*put)(char octet), const char *text)
{
    while (*text != '\0') {
        put(*text++);
    }
}

static void number_put(void (*put)(char octet), uint32_t value, uint32_t base)
{
    char digits[NUMBER_DIGITS_MAX];
    char *at = digits + sizeof(digits);
    *--at = '\0';
    do {
        uint32_t digit = value % base;
        *--at = (char)(digit < 10 ? '0' + digit : 'a' + digit - 10);
        value /= base;
    } while (value != 0);
    text_put(put, at);
}

static void signed_put(void (*put)(char octet), int32_t value)
{
    if (value < 0) {
        put('-');
    }
    number_put(put, value < 0 ? -(uint32_t)value : (uint32_t)value, 10);
}

void format_put(void (*put)(char octet), const char *format, va_list arguments)
{
    static_assert(sizeof(long) == sizeof(uint32_t) && sizeof(int) == sizeof(uint32_t),
                  "one size of numbers is enough");
    for (; *format != '\0'; format++) {
        if (*format != '%') {
            put(*format);
            continue;
        }
        format += format[1] == 'l' ? 2 : 1;
        switch (*format) {
        case 's':
            text_put(put, va_arg(arguments, const char *));
            break;
        case 'd':
            signed_put(put, va_arg(arguments, int32_t));
            break;
        case 'u':
            number_put(put, va_arg(arguments, uint32_t), 10);
            break;
        case 'x':
            number_put(put, va_arg(arguments, uint32_t), 16);
            break;
        default:
            put('%');
            break;
        }
    }
}

static struct {
    char *to;
    size_t room;
    size_t octets; // put, whether or not there was room
} memory;

static void memory_put(char octet)
{
    if (memory.octets < memory.room) {
        memory.to[memory.octets] = octet;
    }
    memory.octets++;
}

int format_vprint(char *to, size_t octets, const char *format, va_list arguments)
{
    memory.to = to;
    memory.room = octets;
    memory.octets = 0;
    format_put(memory_put, format, arguments);
    int n = (int)memory.octets;
    if (memory.octets >= octets) {
        memory.octets = octets - 1;
    }
    memory_put('\0');
    return n;
}
