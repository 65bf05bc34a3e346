// SPDX-License-Identifier: BSD-3-Clause
// What a run leaves behind: the hash of all frames and times, a text log and a capture.
#ifndef LWECHO_TESTS_WORLD_TRACE_H
#define LWECHO_TESTS_WORLD_TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Opens files for a text log and a capture in pcap's format; NULL: none.
/// Returns false when one can't be written.
bool trace_open(const char *text, const char *pcap);

/// Writes what is still in memory.
void trace_flush(void);

/// A frame at the device's end of the wire, received or sent.
void trace_frame(const uint8_t *data, size_t octets, bool to_device);

/// A frame has come to a host.
void trace_host_frame(const uint8_t *data, size_t octets);

/// A line of the log.
__attribute__((format(printf, 1, 2))) void trace_note(const char *format, ...);

#endif
