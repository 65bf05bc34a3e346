// SPDX-License-Identifier: BSD-3-Clause
// A TCP connection whose octets all come back.
#ifndef LWECHO_TESTS_BENCH_HOST_STREAM_H
#define LWECHO_TESTS_BENCH_HOST_STREAM_H

#include <stdbool.h>
#include <sys/epoll.h>

#include "load.h"

struct stream {
    int fd;
    uint64_t first; ///< where in the pattern its octets begin
    uint64_t sent;
    uint64_t received;
    uint64_t asked_ns; ///< when the message was sent that is on its way
};

/// Connects, and waits for it.
void stream_open(struct stream *stream, const struct load *load, unsigned index);

/// Sends up to `octets` more, as many as the socket takes at once.
void stream_send(struct stream *stream, size_t octets);

/// Receives what has come, at least something with `waits`, and checks it.
/// Returns its octets; 0: nothing has come.
size_t stream_receive(struct stream *stream, bool waits);

/// Says that nothing more will be sent.
void stream_end(struct stream *stream);

/// Receives all that is missing up to the end of the stream, and closes it.
void stream_close(struct stream *stream);

/// Opens all connections of a load, and watches each by an epoll that it returns: `events`.
int streams_open(struct stream *streams, const struct load *load, uint32_t events);

/// Waits until `n` events are told at most. Returns how many were.
int streams_wait(int epoll_fd, struct epoll_event *events, int n);

/// Ends and closes all connections of a load.
void streams_close(struct stream *streams, const struct load *load);

#endif
