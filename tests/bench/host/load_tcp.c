// SPDX-License-Identifier: BSD-3-Clause
// Loads of TCP connections.
#include <sys/epoll.h>
#include <unistd.h>

#include "load.h"
#include "measure.h"
#include "octets.h"
#include "stream.h"

enum {
    EVENTS_MAX = 64,
};

static struct stream streams[LOAD_CONNECTIONS_MAX];
static struct epoll_event events[EVENTS_MAX];

void load_bulk(const struct load *load)
{
    int epoll_fd = streams_open(streams, load, EPOLLIN | EPOLLOUT);
    uint64_t now = measure_begin(load);
    while (measure_goes_on(now)) {
        int n = streams_wait(epoll_fd, events, EVENTS_MAX);
        for (int i = 0; i < n; i++) {
            struct stream *stream = events[i].data.ptr;
            if ((events[i].events & EPOLLOUT) != 0) {
                stream_send(stream, OCTETS_AT_ONCE_MAX);
            }
            if ((events[i].events & ~(uint32_t)EPOLLOUT) != 0) {
                size_t octets = stream_receive(stream, false);
                now = measure_now();
                measure_octets(octets, now);
            }
        }
    }
    measure_end();
    streams_close(streams, load);
    close(epoll_fd);
}

static void ask(struct stream *stream, const struct load *load, uint64_t now)
{
    stream->asked_ns = now;
    stream_send(stream, load->octets);
}

/// Receives; when the message is complete it counts, and the next one is sent.
static uint64_t answer_take(struct stream *stream, const struct load *load)
{
    stream_receive(stream, false);
    uint64_t now = measure_now();
    if (stream->received == stream->sent) {
        measure_echo(stream->asked_ns, now);
        measure_octets(load->octets, now);
        if (measure_goes_on(now)) {
            ask(stream, load, now);
        }
    }
    return now;
}

void load_requests(const struct load *load)
{
    int epoll_fd = streams_open(streams, load, EPOLLIN);
    uint64_t now = measure_begin(load);
    for (unsigned i = 0; i < load->connections; i++) {
        ask(&streams[i], load, measure_now());
    }
    while (measure_goes_on(now)) {
        int n = streams_wait(epoll_fd, events, EVENTS_MAX);
        for (int i = 0; i < n; i++) {
            now = answer_take(events[i].data.ptr, load);
        }
    }
    measure_end();
    streams_close(streams, load);
    close(epoll_fd);
}

void load_connects(const struct load *load)
{
    uint64_t now = measure_begin(load);
    for (unsigned i = 0; measure_goes_on(now); i++) {
        struct stream *stream = &streams[0];
        uint64_t begun = measure_now();
        stream_open(stream, load, i);
        stream_send(stream, load->octets);
        stream_end(stream);
        stream_close(stream);
        now = measure_now();
        measure_echo(begun, now);
        measure_octets(load->octets, now);
    }
    measure_end();
}
