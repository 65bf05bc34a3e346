// SPDX-License-Identifier: BSD-3-Clause
// Frames over a UNIX stream socket. Source: passt(1), QEMU's net/stream.c: each frame follows its
// length, 4 octets in network byte order.
#include "stream.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "lwip/debug.h"
#include "lwip/def.h"
#include "lwip/sys.h"
#include "target.h"

enum {
    SEGS_MAX = 32,  // pieces of one frame, more than ethif ever has
    RETRY_MS = 900, // a little less than the second between an idle device's wake-ups
};

static struct stream *stream_of(struct netdev *dev)
{
    return (struct stream *)(void *)dev;
}

/// Connects. Returns 0 or an errno.
static int connect_try(struct stream *stream)
{
    stream->tried_ms = sys_now();
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0) {
        return errno;
    }
    stream->ready = true;
    if (connect(fd, (const struct sockaddr *)&stream->address, sizeof(stream->address)) != 0 ||
        !target_watch_both(fd, &stream->ready)) {
        int error = errno;
        close(fd);
        return error;
    }
    stream->fd = fd;
    stream->in_begin = stream->in_end = 0;
    stream->out_begin = stream->out_end = 0;
    return 0;
}

/// Ends the use of a connection that is no good any more.
static void lose(struct stream *stream, const char *why)
{
    target_unwatch(stream->fd);
    close(stream->fd);
    stream->fd = -1;
    stream->tried_ms = sys_now();
    target_error("%s: %s; waiting for it to listen again", stream->address.sun_path, why);
}

static void on_stop(struct netdev *dev)
{
    (void)dev;
}

/// Sends what is left of a frame. Returns true when nothing is left.
static bool rest_send(struct stream *stream)
{
    while (stream->out_begin < stream->out_end) {
        ssize_t octets = send(stream->fd, stream->out + stream->out_begin,
                              stream->out_end - stream->out_begin, MSG_NOSIGNAL);
        if (octets < 0) {
            if (errno != EAGAIN && errno != EINTR) {
                lose(stream, strerror(errno));
            }
            return false;
        }
        stream->out_begin += (size_t)octets;
    }
    return true;
}

/// Returns the octets of the frame that comes next, 0 while its length has not come.
static size_t next_octets(const struct stream *stream)
{
    uint32_t length;
    if (stream->in_end - stream->in_begin < sizeof(length)) {
        return 0;
    }
    memcpy(&length, stream->in + stream->in_begin, sizeof(length));
    return ntohl(length);
}

static bool next_is_complete(const struct stream *stream)
{
    size_t octets = next_octets(stream);
    return octets > 0 && stream->in_end - stream->in_begin >= STREAM_LENGTH_OCTETS + octets;
}

/// Receives until a frame is complete or nothing more is there.
static void receive(struct stream *stream)
{
    while (stream->ready && !next_is_complete(stream)) {
        memmove(stream->in, stream->in + stream->in_begin, stream->in_end - stream->in_begin);
        stream->in_end -= stream->in_begin;
        stream->in_begin = 0;
        ssize_t octets =
            recv(stream->fd, stream->in + stream->in_end, sizeof(stream->in) - stream->in_end, 0);
        if (octets > 0) {
            stream->in_end += (size_t)octets;
        } else if (octets < 0 && (errno == EAGAIN || errno == EINTR)) {
            stream->ready = false;
        } else {
            lose(stream, octets == 0 ? "the peer has closed the connection" : strerror(errno));
            return;
        }
        bool has_length = stream->in_end >= STREAM_LENGTH_OCTETS;
        if (has_length &&
            (next_octets(stream) == 0 || next_octets(stream) > STREAM_FRAME_OCTETS_MAX)) {
            lose(stream, "the peer does not speak the protocol of passt and QEMU's -netdev stream");
            return;
        }
    }
}

static size_t on_rx_pending(struct netdev *dev)
{
    struct stream *stream = stream_of(dev);
    if (stream->fd < 0) {
        return 0;
    }
    if (stream->ready) {
        rest_send(stream);
    }
    if (stream->fd >= 0) {
        receive(stream);
    }
    return stream->fd >= 0 && next_is_complete(stream) ? next_octets(stream) : 0;
}

/// Puts our MAC address into a frame for all with a packet for one: passt knows no better until it
/// has heard from us, and sends a SYN only once. Nobody else is at this end.
static void destination_set(const struct stream *stream, uint8_t *frame, size_t octets)
{
    enum {
        TYPE = 12,
        IP4_DESTINATION = 14 + 16,
        IP4_END = 14 + 20,
        IP4_GROUPS = 224, // and above, with the broadcast address
    };
    static const uint8_t all[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    static const uint8_t ip4[] = {0x08, 0x00};
    if (octets >= IP4_END && memcmp(frame, all, sizeof(all)) == 0 &&
        memcmp(frame + TYPE, ip4, sizeof(ip4)) == 0 && frame[IP4_DESTINATION] < IP4_GROUPS) {
        memcpy(frame, stream->mac, sizeof(stream->mac));
    }
}

static size_t on_rx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct stream *stream = stream_of(dev);
    if (stream->fd < 0 || !next_is_complete(stream)) {
        return 0;
    }
    size_t octets = next_octets(stream);
    uint8_t *frame = stream->in + stream->in_begin + STREAM_LENGTH_OCTETS;
    destination_set(stream, frame, octets);
    size_t done = 0;
    for (size_t i = 0; i < n && done < octets; i++) {
        size_t part = LWIP_MIN(octets - done, segs[i].octets);
        memcpy(segs[i].data, frame + done, part);
        done += part;
    }
    stream->in_begin += STREAM_LENGTH_OCTETS + octets;
    return octets;
}

/// Keeps what the socket did not take of a frame: half of one can't be taken back.
static void rest_keep(struct stream *stream, const struct iovec *pieces, size_t n, size_t sent)
{
    stream->out_begin = stream->out_end = 0;
    for (size_t i = 0; i < n; i++) {
        size_t skip = LWIP_MIN(sent, pieces[i].iov_len);
        memcpy(stream->out + stream->out_end, (const uint8_t *)pieces[i].iov_base + skip,
               pieces[i].iov_len - skip);
        stream->out_end += pieces[i].iov_len - skip;
        sent -= skip;
    }
}

static bool on_tx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct stream *stream = stream_of(dev);
    LWIP_ASSERT("a frame has few pieces", n <= SEGS_MAX);
    if (stream->fd < 0 || !rest_send(stream)) {
        return false;
    }
    struct iovec pieces[SEGS_MAX + 1];
    size_t octets = 0;
    for (size_t i = 0; i < n; i++) {
        pieces[i + 1] = (struct iovec){segs[i].data, segs[i].octets};
        octets += segs[i].octets;
    }
    LWIP_ASSERT("a frame is no longer than it can be", octets <= NETDEV_FRAME_OCTETS_MAX);
    uint32_t length = htonl((uint32_t)octets);
    pieces[0] = (struct iovec){&length, sizeof(length)};
    const struct msghdr message = {.msg_iov = pieces, .msg_iovlen = n + 1};
    ssize_t sent = sendmsg(stream->fd, &message, MSG_NOSIGNAL);
    if (sent < 0) {
        if (errno != EAGAIN && errno != EINTR) {
            lose(stream, strerror(errno));
        }
        return false;
    }
    rest_keep(stream, pieces, n + 1, (size_t)sent);
    return true;
}

/// Tells the peer our MAC address, in the way in which virtual machines do after they have moved.
/// Source: RFC 903, a request of whoever asks for its own address.
static void announce(struct stream *stream)
{
    static const uint8_t head[] = {0x80, 0x35, 0, 1, 8, 0, 6, 4, 0, 3}; // EtherType to operation
    uint8_t frame[2 + 42] = {0}; // a frame stands 2 octets behind a word
    uint8_t *at = frame + 2;
    memset(at, 0xff, NETDEV_MAC_OCTETS);
    memcpy(at + 6, stream->mac, NETDEV_MAC_OCTETS);
    memcpy(at + 12, head, sizeof(head));
    memcpy(at + 22, stream->mac, NETDEV_MAC_OCTETS);
    memcpy(at + 32, stream->mac, NETDEV_MAC_OCTETS);
    const struct netdev_seg seg = {at, sizeof(frame) - 2};
    on_tx(&stream->netdev, &seg, 1);
}

static bool on_start(struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    struct stream *stream = stream_of(dev);
    memcpy(stream->mac, mac, sizeof(stream->mac));
    announce(stream);
    return true;
}

static bool on_link_up(struct netdev *dev)
{
    struct stream *stream = stream_of(dev);
    if (stream->fd < 0 && sys_now() - stream->tried_ms >= RETRY_MS && connect_try(stream) == 0) {
        target_log("stream: connected path=%s", stream->address.sun_path);
        announce(stream);
    }
    return stream->fd >= 0;
}

bool stream_open(struct stream *stream, const char *path)
{
    static const struct netdev_ops ops = {
        .start = on_start,
        .stop = on_stop,
        .link_up = on_link_up,
        .rx_pending = on_rx_pending,
        .rx = on_rx,
        .tx = on_tx,
    };
    stream->netdev.ops = &ops;
    stream->fd = -1;
    stream->address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(stream->address.sun_path)) {
        target_error("--connect %s: the path is longer than a socket's can be; give a shorter one",
                     path);
        return false;
    }
    strcpy(stream->address.sun_path, path);
    int error = connect_try(stream);
    if (error != 0) {
        target_error("cannot connect to %s: %s; start passt or QEMU there first (--connect)", path,
                     strerror(error));
    }
    return error == 0;
}

void stream_close(struct stream *stream)
{
    if (stream->fd >= 0) {
        target_unwatch(stream->fd);
        close(stream->fd);
        stream->fd = -1;
    }
}
