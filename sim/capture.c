// SPDX-License-Identifier: BSD-3-Clause
// A capture as pcapng. Source: IETF, draft-ietf-opsawg-pcapng, sections 4.1 to 4.3.
#include "capture.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "drops.h"
#include "linux/target.h"
#include "lwip/def.h"

enum {
    BLOCK_SECTION = 0x0a0d0d0a,
    BLOCK_INTERFACE = 1,
    BLOCK_PACKET = 6,
    BYTE_ORDER_MAGIC = 0x1a2b3c4d,
    LINKTYPE_ETHERNET = 1,
    OPTION_END = 0,
    OPTION_COMMENT = 1,
    OPTION_SECTION_USER_PROGRAM = 4,
    OPTION_INTERFACE_NAME = 2,
    OPTION_INTERFACE_TIME_RESOLUTION = 9,
    OPTION_PACKET_FLAGS = 2,
    TIME_RESOLUTION_NS = 9, // 10^-9 s
    FLAGS_INBOUND = 1,
    FLAGS_OUTBOUND = 2,
    BLOCK_OCTETS_MAX = NETDEV_LARGE_OCTETS_MAX + 2048, // a frame and its comments
};

struct block {
    size_t octets;
    uint8_t data[BLOCK_OCTETS_MAX];
};

static struct block block; // being made

static struct capture *capture_of(struct netdev *dev)
{
    return (struct capture *)(void *)dev;
}

/// Appends octets and pads them to a boundary of 4.
static void put(const void *data, size_t octets)
{
    size_t padding = (4 - octets % 4) % 4;
    LWIP_ASSERT("a block has room", block.octets + octets + padding <= sizeof(block.data));
    memcpy(block.data + block.octets, data, octets);
    memset(block.data + block.octets + octets, 0, padding);
    block.octets += octets + padding;
}

static void put32(uint32_t value)
{
    put(&value, sizeof(value)); // the reader knows our byte order by the section's magic
}

static void put_option(uint16_t code, const void *data, size_t octets)
{
    uint16_t head[] = {code, (uint16_t)octets};
    put(head, sizeof(head));
    put(data, octets);
}

static void block_begin(uint32_t type)
{
    block.octets = 0;
    put32(type);
    put32(0); // the length comes last
}

/// Stops to capture, with an error line; what is served is served on. A reader that has seen enough
/// may go without one.
static void capture_fail(struct capture *capture)
{
    int error = errno;
    if (error != EPIPE) {
        target_error("cannot write the capture: %s; it ends here", strerror(error));
    }
    fclose(capture->file);
    capture->file = NULL;
}

static void block_write(struct capture *capture)
{
    put32(OPTION_END);
    uint32_t octets = (uint32_t)(block.octets + sizeof(octets));
    put32(octets);
    memcpy(block.data + sizeof(uint32_t), &octets, sizeof(octets));
    if (capture->file != NULL && fwrite(block.data, block.octets, 1, capture->file) != 1) {
        capture_fail(capture);
    }
}

static void section_write(struct capture *capture)
{
    static const char program[] = "lwecho " LWECHO_VERSION;
    block_begin(BLOCK_SECTION);
    put32(BYTE_ORDER_MAGIC);
    uint16_t version[] = {1, 0};
    put(version, sizeof(version));
    put32(UINT32_MAX); // the section's length is not known,
    put32(UINT32_MAX); // in 64 bits
    put_option(OPTION_SECTION_USER_PROGRAM, program, strlen(program));
    block_write(capture);
}

static void interface_write(struct capture *capture, const char *name)
{
    static const uint8_t resolution = TIME_RESOLUTION_NS;
    block_begin(BLOCK_INTERFACE);
    uint16_t link_type[] = {LINKTYPE_ETHERNET, 0};
    put(link_type, sizeof(link_type));
    put32(0); // no limit to a frame's length
    put_option(OPTION_INTERFACE_NAME, name, strlen(name));
    put_option(OPTION_INTERFACE_TIME_RESOLUTION, &resolution, sizeof(resolution));
    block_write(capture);
}

static uint64_t now_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/// Writes a frame of `octets`, of which `captured` are known. `reason`: why it was dropped, empty
/// when it was not.
static void frame_write(struct capture *capture, uint64_t ns, enum impair_direction direction,
                        const uint8_t *frame, size_t captured, size_t octets, const char *reason)
{
    uint32_t flags = direction == IMPAIR_RX ? FLAGS_INBOUND : FLAGS_OUTBOUND;
    block_begin(BLOCK_PACKET);
    put32(0); // the only interface
    put32((uint32_t)(ns >> 32));
    put32((uint32_t)ns);
    put32((uint32_t)captured);
    put32((uint32_t)octets);
    put(frame, captured);
    put_option(OPTION_PACKET_FLAGS, &flags, sizeof(flags));
    if (reason[0] != '\0') {
        char comment[DROPS_TEXT_OCTETS_MAX + sizeof "dropped: "];
        int length = snprintf(comment, sizeof(comment), "dropped: %s", reason);
        put_option(OPTION_COMMENT, comment, (size_t)length);
    }
    block_write(capture);
}

/// Writes the frame last received: what became of it shows in the counters by now.
static void rx_finish(struct capture *capture)
{
    if (capture->rx_waits) {
        capture->rx_waits = false;
        frame_write(capture, capture->rx_ns, IMPAIR_RX, capture->rx_data, capture->rx_captured,
                    capture->rx_octets, drops_since_mark().text);
    }
}

/// Copies the frame that begins `segs`. Returns how many of its `octets` were there.
static size_t gather(uint8_t data[NETDEV_LARGE_OCTETS_MAX], const struct netdev_seg *segs, size_t n,
                     size_t octets)
{
    size_t limit = LWIP_MIN(octets, NETDEV_LARGE_OCTETS_MAX);
    size_t done = 0;
    for (size_t i = 0; i < n && done < limit; i++) {
        size_t part = LWIP_MIN(limit - done, segs[i].octets);
        memcpy(data + done, segs[i].data, part);
        done += part;
    }
    return done;
}

static bool on_start(struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    struct netdev *base = capture_of(dev)->base;
    return base->ops->start(base, mac);
}

static void on_stop(struct netdev *dev)
{
    struct capture *capture = capture_of(dev);
    rx_finish(capture);
    capture->base->ops->stop(capture->base);
}

static bool on_link_up(struct netdev *dev)
{
    struct netdev *base = capture_of(dev)->base;
    return base->ops->link_up(base);
}

static size_t on_rx_pending(struct netdev *dev)
{
    struct capture *capture = capture_of(dev);
    rx_finish(capture);
    return capture->base->ops->rx_pending(capture->base);
}

static size_t on_rx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct capture *capture = capture_of(dev);
    rx_finish(capture);
    size_t octets = capture->base->ops->rx(capture->base, segs, n);
    if (octets > 0 && capture->file != NULL) {
        capture->rx_waits = true;
        capture->rx_ns = now_ns();
        capture->rx_octets = octets;
        capture->rx_captured = gather(capture->rx_data, segs, n, octets);
        drops_mark();
    }
    return octets;
}

/// Gives a frame to the carrier, which cuts it unless `mss` is 0.
static bool give(struct netdev *base, const struct netdev_seg *segs, size_t n, size_t mss)
{
    return mss == 0 ? base->ops->tx(base, segs, n)
                    : base->ops->offload->tx_large(base, segs, n, mss);
}

static bool on_tx_large(struct netdev *dev, const struct netdev_seg *segs, size_t n, size_t mss)
{
    struct capture *capture = capture_of(dev);
    if (capture->file == NULL) {
        return give(capture->base, segs, n, mss);
    }
    rx_finish(capture);
    uint64_t ns = now_ns();
    capture->tx_octets = gather(capture->tx_data, segs, n, sizeof(capture->tx_data));
    capture->tx_reason = "";
    capture->in_tx = true;
    bool taken = give(capture->base, segs, n, mss);
    capture->in_tx = false;
    frame_write(capture, ns, IMPAIR_TX, capture->tx_data, capture->tx_octets, capture->tx_octets,
                taken ? capture->tx_reason : "refused by the carrier");
    return taken;
}

static bool on_tx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    return on_tx_large(dev, segs, n, 0);
}

static unsigned on_rx_sums(struct netdev *dev)
{
    struct netdev *base = capture_of(dev)->base;
    return base->ops->offload->rx_sums(base);
}

void capture_on_drop(void *context, enum impair_direction direction, const uint8_t *frame,
                     size_t octets, const char *reason)
{
    struct capture *capture = context;
    bool is_being_sent = capture->in_tx && direction == IMPAIR_TX && octets == capture->tx_octets &&
                         memcmp(frame, capture->tx_data, octets) == 0;
    if (is_being_sent) {
        capture->tx_reason = reason;
    } else if (capture->file != NULL) {
        rx_finish(capture);
        frame_write(capture, now_ns(), direction, frame, octets, octets, reason);
    }
}

bool capture_open(struct capture *capture, struct netdev *base, FILE *file, const char *interface)
{
    static const struct netdev_ops ops = {
        .start = on_start,
        .stop = on_stop,
        .link_up = on_link_up,
        .rx_pending = on_rx_pending,
        .rx = on_rx,
        .tx = on_tx,
    };
    *capture = (struct capture){.ops = ops, .base = base, .file = file};
    capture->netdev.ops = &capture->ops;
    if (base->ops->offload != NULL) {
        capture->offload = (struct netdev_offload){
            .tx_sums = base->ops->offload->tx_sums,
            .rx_sums = on_rx_sums,
            .tx_large = on_tx_large,
        };
        capture->ops.offload = &capture->offload;
    }
    section_write(capture);
    interface_write(capture, interface);
    capture_poll(capture);
    return capture->file != NULL;
}

void capture_poll(struct capture *capture)
{
    rx_finish(capture);
    if (capture->file != NULL && fflush(capture->file) != 0) {
        capture_fail(capture);
    }
}

void capture_close(struct capture *capture)
{
    if (capture->file != NULL && fclose(capture->file) != 0) {
        target_error("cannot write the capture's end: %s", strerror(errno));
    }
    capture->file = NULL;
}
