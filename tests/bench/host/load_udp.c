// SPDX-License-Identifier: BSD-3-Clause
// Loads of datagrams.
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "load.h"
#include "measure.h"
#include "octets.h"

enum {
    NUMBER_OCTETS = sizeof(uint64_t), // in front of a datagram
    OCTETS_MIN = NUMBER_OCTETS,
    LOST_AFTER_MS = 1000, // without any answer
};

/// One datagram that may be on its way. Its number tells its octets.
struct slot {
    uint64_t number;
    uint64_t sent_ns;
    uint8_t out[LOAD_OCTETS_MAX];
    uint8_t in[LOAD_OCTETS_MAX + 1]; // a longer one would be seen
};

static struct slot slots[LOAD_IN_FLIGHT_MAX];
static struct iovec outs[LOAD_IN_FLIGHT_MAX];
static struct iovec ins[LOAD_IN_FLIGHT_MAX];
static struct mmsghdr sends[LOAD_IN_FLIGHT_MAX];
static struct mmsghdr receives[LOAD_IN_FLIGHT_MAX];
static uint64_t next_number;
static unsigned outstanding;

static int socket_open(const struct load *load, unsigned timeout_ms)
{
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct timeval timeout = {.tv_sec = timeout_ms / 1000, .tv_usec = timeout_ms % 1000 * 1000};
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof(timeout)) != 0 ||
        connect(fd, (const struct sockaddr *)&load->server, sizeof(load->server)) != 0) {
        load_fail("socket: %s", strerror(errno));
    }
    return fd;
}

/// Puts the next datagram into a slot, as number `i` of those to send.
static void prepare(struct slot *slot, unsigned i, size_t octets)
{
    slot->number = next_number++;
    memcpy(slot->out, &slot->number, NUMBER_OCTETS);
    memcpy(slot->out + NUMBER_OCTETS, octets_at(slot->number), octets - NUMBER_OCTETS);
    outs[i] = (struct iovec){slot->out, octets};
    sends[i].msg_hdr = (struct msghdr){.msg_iov = &outs[i], .msg_iovlen = 1};
}

static void send_all(int fd, unsigned n)
{
    unsigned sent = 0;
    while (sent < n) {
        int taken = sendmmsg(fd, sends + sent, n - sent, 0);
        if (taken < 0) {
            load_fail("send: %s", strerror(errno));
        }
        sent += (unsigned)taken;
    }
    outstanding += n;
}

/// Returns the slot that `receive` answers; NULL: it answers one that was taken for lost.
static struct slot *answered(const struct load *load, const struct mmsghdr *receive)
{
    uint64_t number = 0;
    const uint8_t *data = receive->msg_hdr.msg_iov->iov_base;
    if (receive->msg_len != load->octets) {
        load_fail("a datagram of %u octets came back with %u", load->octets, receive->msg_len);
    }
    memcpy(&number, data, NUMBER_OCTETS);
    if (number >= next_number ||
        !octets_are(data + NUMBER_OCTETS, load->octets - NUMBER_OCTETS, number)) {
        load_fail("a datagram came back with other octets");
    }
    for (unsigned i = 0; i < load->in_flight; i++) {
        if (slots[i].number == number) {
            if (slots[i].sent_ns == 0) {
                load_fail("a datagram came back twice");
            }
            return &slots[i];
        }
    }
    return NULL;
}

/// Sends a datagram out of every slot anew.
static void fill(int fd, const struct load *load)
{
    uint64_t now = measure_now();
    for (unsigned i = 0; i < load->in_flight; i++) {
        prepare(&slots[i], i, load->octets);
        slots[i].sent_ns = now;
    }
    outstanding = 0;
    send_all(fd, load->in_flight);
}

/// Receives what there is, and answers each with the next datagram. Returns the time.
static uint64_t turn(int fd, const struct load *load)
{
    static unsigned silence_ms;
    int n = recvmmsg(fd, receives, load->in_flight, MSG_WAITFORONE, NULL);
    uint64_t now = measure_now();
    if (n < 0) {
        silence_ms += LOST_AFTER_MS;
        if (errno != EAGAIN || silence_ms >= LOAD_SILENCE_MS) {
            load_fail("no answer: %s", strerror(errno));
        }
        measure_lost(outstanding);
        outstanding = 0;
        if (measure_goes_on(now)) {
            fill(fd, load);
        }
        return now;
    }
    silence_ms = 0;
    unsigned ready = 0;
    for (int i = 0; i < n; i++) {
        struct slot *slot = answered(load, &receives[i]);
        if (slot == NULL) {
            continue;
        }
        outstanding--;
        measure_echo(slot->sent_ns, now);
        measure_octets(load->octets, now);
        slot->sent_ns = 0;
        if (measure_goes_on(now)) {
            prepare(slot, ready++, load->octets);
            slot->sent_ns = now;
        }
    }
    send_all(fd, ready);
    return now;
}

void load_udp(const struct load *load)
{
    if (load->octets < OCTETS_MIN || load->in_flight == 0) {
        load_fail("datagrams have at least %d octets, and one is on its way", OCTETS_MIN);
    }
    int fd = socket_open(load, LOST_AFTER_MS);
    for (unsigned i = 0; i < load->in_flight; i++) {
        ins[i] = (struct iovec){slots[i].in, sizeof(slots[i].in)};
        receives[i].msg_hdr = (struct msghdr){.msg_iov = &ins[i], .msg_iovlen = 1};
    }
    measure_begin(load);
    fill(fd, load);
    while (measure_goes_on(turn(fd, load))) {
    }
    measure_end();
    while (outstanding > 0) {
        turn(fd, load);
    }
    close(fd);
}

void load_wait(const struct load *load)
{
    enum {
        PAUSE_MS = 20,
    };
    char answer;
    int fd = socket_open(load, PAUSE_MS);
    for (unsigned waited_ms = 0; waited_ms < LOAD_SILENCE_MS; waited_ms += PAUSE_MS) {
        if (send(fd, "", 1, 0) == 1 && recv(fd, &answer, 1, 0) == 1) {
            close(fd);
            return;
        }
        if (errno == ECONNREFUSED) {
            usleep(PAUSE_MS * 1000);
        }
    }
    load_fail("no answer to any datagram");
}
