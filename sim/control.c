// SPDX-License-Identifier: BSD-3-Clause
// The control socket.
#include "control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "linux/target.h"

struct client {
    int fd;     // -1: free
    bool ready; // something happened on fd
    char line[CONTROL_LINE_OCTETS_MAX];
    size_t line_octets;
    char *answers; // not sent yet
    size_t answers_octets;
    size_t sent;
};

static struct sockaddr_un address;
static int listen_fd = -1;
static bool listen_ready;
static control_answer *answer;
static struct client clients[CONTROL_CLIENTS_MAX];

/// Removes a socket that nobody listens on any more. Returns whether the path is free then.
static bool path_free(void)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    struct stat status;
    bool is_free = true;
    if (fd >= 0 && lstat(address.sun_path, &status) == 0) {
        is_free = S_ISSOCK(status.st_mode) &&
                  connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0 &&
                  errno == ECONNREFUSED && unlink(address.sun_path) == 0;
    }
    close(fd);
    return is_free;
}

const char *control_open(const char *path, control_answer *on_command)
{
    address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address.sun_path)) {
        return "the path is longer than a socket's can be";
    }
    strcpy(address.sun_path, path);
    if (!path_free()) {
        return "something else is there already";
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t mask = umask(S_IRWXG | S_IRWXO | S_IXUSR);
    bool bound = fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof(address)) == 0;
    int error = errno;
    umask(mask);
    if (!bound || listen(fd, CONTROL_CLIENTS_MAX) != 0 || !target_watch(fd, &listen_ready)) {
        error = bound ? errno : error;
        if (bound) {
            unlink(address.sun_path);
        }
        if (fd >= 0) {
            close(fd);
        }
        return strerror(error);
    }
    listen_fd = fd;
    answer = on_command;
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        clients[i].fd = -1;
    }
    return NULL;
}

static void client_close(struct client *client)
{
    target_unwatch(client->fd);
    close(client->fd);
    free(client->answers);
    *client = (struct client){.fd = -1};
}

static void client_accept(void)
{
    int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (fd < 0) {
        listen_ready = false;
        return;
    }
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        if (clients[i].fd < 0) {
            clients[i] = (struct client){.fd = fd, .ready = true};
            if (!target_watch_both(fd, &clients[i].ready)) {
                close(fd);
                clients[i].fd = -1;
            }
            return;
        }
    }
    static const char busy[] = "busy too many programs ask this device: end one that watches it\n";
    send(fd, busy, sizeof(busy) - 1, MSG_NOSIGNAL);
    close(fd);
}

/// Sends what the client takes of the answers. Returns false when it is gone.
static bool answers_send(struct client *client)
{
    while (client->sent < client->answers_octets) {
        ssize_t octets = send(client->fd, client->answers + client->sent,
                              client->answers_octets - client->sent, MSG_NOSIGNAL);
        if (octets < 0) {
            return errno == EAGAIN || errno == EINTR;
        }
        client->sent += (size_t)octets;
    }
    free(client->answers);
    client->answers = NULL;
    client->answers_octets = client->sent = 0;
    return true;
}

/// Answers a line. Returns false when there is no memory for it.
static bool line_answer(struct client *client)
{
    FILE *out = open_memstream(&client->answers, &client->answers_octets);
    if (out == NULL) {
        return false;
    }
    answer(client->line, out);
    return fclose(out) == 0 && answers_send(client);
}

/// Reads up to the next end of a line. Returns false when the client is gone, or wrong.
static bool line_read(struct client *client, bool *complete)
{
    char octet;
    *complete = false;
    while (!*complete) {
        ssize_t octets = recv(client->fd, &octet, 1, 0);
        if (octets < 0 && (errno == EAGAIN || errno == EINTR)) {
            client->ready = false;
            return true;
        }
        if (octets <= 0 || client->line_octets + 1 == sizeof(client->line)) {
            return false;
        }
        *complete = octet == '\n';
        client->line[client->line_octets++] = (char)(*complete ? '\0' : octet);
    }
    client->line_octets = 0;
    return true;
}

/// Returns false when the client is gone.
static bool client_serve(struct client *client)
{
    while (client->ready) {
        if (!answers_send(client)) {
            return false;
        }
        if (client->answers != NULL) { // one answer at a time: who does not read asks in vain
            client->ready = false;
            return true;
        }
        bool complete;
        if (!line_read(client, &complete) || (complete && !line_answer(client))) {
            return false;
        }
    }
    return true;
}

void control_poll(void)
{
    while (listen_ready) {
        client_accept();
    }
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        if (listen_fd >= 0 && clients[i].fd >= 0 && !client_serve(&clients[i])) {
            client_close(&clients[i]);
        }
    }
}

void control_close(void)
{
    if (listen_fd < 0) {
        return;
    }
    for (int i = 0; i < CONTROL_CLIENTS_MAX; i++) {
        if (clients[i].fd >= 0) {
            client_close(&clients[i]);
        }
    }
    target_unwatch(listen_fd);
    close(listen_fd);
    listen_fd = -1;
    unlink(address.sun_path);
}
