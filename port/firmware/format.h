// SPDX-License-Identifier: BSD-3-Clause
// The little that printing needs of a printf.
#ifndef LWECHO_PORT_FIRMWARE_FORMAT_H
#define LWECHO_PORT_FIRMWARE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/// Puts formatted text octet by octet. Knows %s %c %u %d %x %% and the same numbers with an l.
__attribute__((format(printf, 2, 0))) void format_put(void (*put)(char octet), const char *format,
                                                      va_list arguments);

/// As vsnprintf, with the same conversions.
/// Returns the octets of the whole text, of which the end is cut when it does not fit.
__attribute__((format(printf, 3, 0))) int format_vprint(char *to, size_t octets, const char *format,
                                                        va_list arguments);

#endif
