// SPDX-License-Identifier: BSD-3-Clause
// What the device prints: a ring in front of the UART, so that nobody waits for it.
#ifndef LWECHO_PORT_FIRMWARE_CONSOLE_H
#define LWECHO_PORT_FIRMWARE_CONSOLE_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/// Adds formatted text to the piece being written. Knows %s %c %u %d %x %% and the same numbers
/// with an l. Nothing of the piece is printed before console_commit().
/// Context: as all here, any but an interrupt.
__attribute__((format(printf, 1, 0))) void console_vprint(const char *format, va_list arguments);

/// The same with arguments of its own.
__attribute__((format(printf, 1, 2))) void console_print(const char *format, ...);

/// Ends the piece and prints it, or drops all of it when the ring had no room for it. Never waits.
/// Returns false when it was dropped.
bool console_commit(void);

/// Ends the line and prints it, or drops it and counts a lost line, which a later line then tells.
void console_commit_line(void);

/// While `held`, lines are dropped and counted: what is printed by console_commit() is in the
/// middle of one.
void console_hold_lines(bool held);

/// Returns the octets that a piece may have now.
size_t console_room(void);

/// Gives the UART what it takes. Never waits.
void console_drain(void);

/// Gives the UART everything and waits for it; gives up when it takes nothing for 0.1 s or some
/// more, which is a thousand octets' time.
/// Context: before the end of everything.
void console_flush(void);

#endif
