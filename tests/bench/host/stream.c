// SPDX-License-Identifier: BSD-3-Clause
// A TCP connection whose octets all come back.
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "octets.h"
#include "stream.h"

enum {
    SEND_BUFFER_OCTETS = 1 << 17, // doubled by the kernel: what the end has to wait for
    STREAM_DISTANCE = 977,        // between two streams' places in the pattern
};

static uint8_t buffer[OCTETS_AT_ONCE_MAX];

void stream_open(struct stream *stream, const struct load *load, unsigned index)
{
    static const int yes = 1;
    static const int send_octets = SEND_BUFFER_OCTETS;
    static const struct timeval limit = {.tv_sec = LOAD_SILENCE_MS / 1000};
    *stream = (struct stream){.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
                              .first = (uint64_t)index * STREAM_DISTANCE};
    int fd = stream->fd;
    if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &send_octets, sizeof(send_octets)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) != 0 ||
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof(limit)) != 0) {
        load_fail("socket: %s", strerror(errno));
    }
    if (connect(fd, (const struct sockaddr *)&load->server, sizeof(load->server)) != 0) {
        load_fail("connection %u is refused: %s", index + 1, strerror(errno));
    }
}

void stream_send(struct stream *stream, size_t octets)
{
    size_t n = octets < OCTETS_AT_ONCE_MAX ? octets : OCTETS_AT_ONCE_MAX;
    ssize_t taken =
        send(stream->fd, octets_at(stream->first + stream->sent), n, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken < 0 && errno != EAGAIN) {
        load_fail("a connection broke: %s", strerror(errno));
    }
    stream->sent += taken < 0 ? 0 : (uint64_t)taken;
}

size_t stream_receive(struct stream *stream, bool waits)
{
    ssize_t n = recv(stream->fd, buffer, sizeof(buffer), waits ? 0 : MSG_DONTWAIT);
    if (n < 0 && errno == EAGAIN && !waits) {
        return 0;
    }
    if (n < 0) {
        load_fail("a connection broke: %s", errno == EAGAIN ? "no answer" : strerror(errno));
    }
    if (n == 0) {
        load_fail("a connection ended early");
    }
    if (!octets_are(buffer, (size_t)n, stream->first + stream->received)) {
        load_fail("a connection brought other octets");
    }
    stream->received += (uint64_t)n;
    if (stream->received > stream->sent) {
        load_fail("a connection brought more octets than were sent");
    }
    return (size_t)n;
}

void stream_end(struct stream *stream)
{
    shutdown(stream->fd, SHUT_WR);
}

void stream_close(struct stream *stream)
{
    while (stream->received < stream->sent) {
        stream_receive(stream, true);
    }
    ssize_t n = recv(stream->fd, buffer, sizeof(buffer), 0);
    if (n != 0) {
        load_fail("a connection did not end: %s", n > 0 ? "more octets" : strerror(errno));
    }
    close(stream->fd);
}

int streams_open(struct stream *streams, const struct load *load, uint32_t events)
{
    int epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    for (unsigned i = 0; i < load->connections; i++) {
        stream_open(&streams[i], load, i);
        struct epoll_event event = {.events = events, .data.ptr = &streams[i]};
        if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, streams[i].fd, &event) != 0) {
            load_fail("epoll: %s", strerror(errno));
        }
    }
    return epoll_fd;
}

int streams_wait(int epoll_fd, struct epoll_event *events, int n)
{
    int ready = epoll_wait(epoll_fd, events, n, LOAD_SILENCE_MS);
    if (ready <= 0) {
        load_fail("no answer on any connection");
    }
    return ready;
}

void streams_close(struct stream *streams, const struct load *load)
{
    for (unsigned i = 0; i < load->connections; i++) {
        stream_end(&streams[i]);
    }
    for (unsigned i = 0; i < load->connections; i++) {
        stream_close(&streams[i]);
    }
}
