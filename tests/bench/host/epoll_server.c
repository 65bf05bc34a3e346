// SPDX-License-Identifier: BSD-3-Clause
// An echo server on the kernel's own TCP and UDP, with epoll: what an application on Linux reaches.
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    PORT = 7,
    BACKLOG = 4096,
    EVENTS_MAX = 64,
    BUFFER_OCTETS = 1 << 16,
    FDS_MAX = 8192,
};

/// A connection, with what the kernel did not take of its echo. Then it reads no more.
struct connection {
    int fd;
    size_t waits_at;
    size_t waits_end;
    uint8_t *waits; // of BUFFER_OCTETS
};

static int epoll_fd;
static int listener;
static int datagrams;
static uint8_t buffer[BUFFER_OCTETS];
static struct connection connections[FDS_MAX]; // by descriptor

static void must(bool success, const char *what)
{
    if (!success) {
        fprintf(stderr, "epoll_server: %s: %s\n", what, strerror(errno));
        exit(EXIT_FAILURE);
    }
}

static void watch(int operation, int fd, uint32_t events, void *what)
{
    struct epoll_event event = {.events = events, .data.ptr = what};
    must(epoll_ctl(epoll_fd, operation, fd, &event) == 0, "epoll_ctl");
}

static int service_open(int type)
{
    static const int yes = 1;
    struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(PORT)};
    int fd = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    must(fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0, "socket");
    must(bind(fd, (const struct sockaddr *)&any, sizeof(any)) == 0, "bind");
    return fd;
}

static void connection_close(struct connection *connection)
{
    close(connection->fd);
    free(connection->waits);
    connection->waits = NULL;
}

static void accept_all(void)
{
    static const int yes = 1;
    for (int fd; (fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0;) {
        must(fd < FDS_MAX, "more connections than there is room for");
        struct connection *connection = &connections[fd];
        connection->fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
        watch(EPOLL_CTL_ADD, fd, EPOLLIN, connection);
    }
}

/// Keeps what the kernel did not take until it does.
static void connection_keep(struct connection *connection, size_t taken, size_t octets)
{
    if (connection->waits == NULL) {
        connection->waits = malloc(BUFFER_OCTETS);
        must(connection->waits != NULL, "memory");
    }
    memcpy(connection->waits, buffer + taken, octets - taken);
    connection->waits_at = 0;
    connection->waits_end = octets - taken;
    watch(EPOLL_CTL_MOD, connection->fd, EPOLLOUT, connection);
}

static void connection_echo(struct connection *connection)
{
    ssize_t octets = read(connection->fd, buffer, sizeof(buffer));
    if (octets < 0 && errno == EAGAIN) {
        return;
    }
    if (octets <= 0) {
        connection_close(connection);
        return;
    }
    ssize_t taken = send(connection->fd, buffer, (size_t)octets, MSG_NOSIGNAL);
    if (taken < octets) {
        connection_keep(connection, taken < 0 ? 0 : (size_t)taken, (size_t)octets);
    }
}

static void connection_go_on(struct connection *connection)
{
    ssize_t taken = send(connection->fd, connection->waits + connection->waits_at,
                         connection->waits_end - connection->waits_at, MSG_NOSIGNAL);
    if (taken < 0 && errno != EAGAIN) {
        connection_close(connection);
        return;
    }
    connection->waits_at += taken < 0 ? 0 : (size_t)taken;
    if (connection->waits_at == connection->waits_end) {
        watch(EPOLL_CTL_MOD, connection->fd, EPOLLIN, connection);
    }
}

static void datagrams_echo(void)
{
    struct sockaddr_in peer;
    socklen_t size = sizeof(peer);
    for (ssize_t n; (n = recvfrom(datagrams, buffer, sizeof(buffer), 0, (struct sockaddr *)&peer,
                                  &size)) >= 0;) {
        sendto(datagrams, buffer, (size_t)n, 0, (const struct sockaddr *)&peer, size);
    }
}

static void on_event(const struct epoll_event *event)
{
    if (event->data.ptr == &listener) {
        accept_all();
    } else if (event->data.ptr == &datagrams) {
        datagrams_echo();
    } else if ((event->events & EPOLLOUT) != 0) {
        connection_go_on(event->data.ptr);
    } else {
        connection_echo(event->data.ptr);
    }
}

int main(void)
{
    struct epoll_event events[EVENTS_MAX];
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    listener = service_open(SOCK_STREAM);
    datagrams = service_open(SOCK_DGRAM);
    must(listen(listener, BACKLOG) == 0, "listen");
    watch(EPOLL_CTL_ADD, listener, EPOLLIN, &listener);
    watch(EPOLL_CTL_ADD, datagrams, EPOLLIN, &datagrams);
    for (;;) {
        int n = epoll_wait(epoll_fd, events, EVENTS_MAX, -1);
        for (int i = 0; i < n; i++) {
            on_event(&events[i]);
        }
    }
}
