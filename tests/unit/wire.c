// SPDX-License-Identifier: BSD-3-Clause
// A netdev in memory.
#include "wire.h"

#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "target.h"

enum {
    PIECES_MAX = 16,
};

static void check(bool holds, const char *claim)
{
    if (!holds) {
        target_panic(claim, __FILE__, __LINE__);
    }
}

static struct wire_frame *frame_new(size_t octets)
{
    struct wire_frame *frame = calloc(1, sizeof *frame + octets);
    check(frame != NULL, "the test has memory");
    frame->octets = octets;
    return frame;
}

static void append(struct wire_frame **list, struct wire_frame *frame)
{
    while (*list != NULL) {
        list = &(*list)->next;
    }
    *list = frame;
}

static void pop_and_free(struct wire_frame **list)
{
    struct wire_frame *frame = *list;
    *list = frame->next;
    free(frame);
}

static void check_pieces(const struct netdev_seg *segs, size_t n)
{
    check(n <= PIECES_MAX, "a frame lies in at most 16 pieces");
    check(n == 0 || ((uintptr_t)segs[0].data & 3) == 2, "a frame starts 2 octets behind a word");
}

static bool on_start(struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    struct wire *wire = (struct wire *)dev;
    check(!wire->started, "a device is started once");
    memcpy(wire->mac, mac, sizeof wire->mac);
    wire->started = !wire->start_fails;
    return wire->started;
}

static void on_stop(struct netdev *dev)
{
    struct wire *wire = (struct wire *)dev;
    check(wire->started, "only a started device is stopped");
    wire->started = false;
}

static bool on_link_up(struct netdev *dev)
{
    const struct wire *wire = (struct wire *)dev;
    check(wire->started, "only a started device is asked");
    return !wire->link_is_down;
}

static size_t on_rx_pending(struct netdev *dev)
{
    const struct wire *wire = (struct wire *)dev;
    fault_forbid_behind(NULL, 0);
    if (wire->queue == NULL) {
        return wire->has_frame_gone ? NETDEV_FRAME_OCTETS_MAX : 0;
    }
    return wire->knows_length ? wire->queue->octets : NETDEV_FRAME_OCTETS_MAX;
}

static size_t on_rx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct wire *wire = (struct wire *)dev;
    check_pieces(segs, n);
    wire->has_frame_gone = false;
    fault_forbid_behind(NULL, 0);
    if (wire->queue == NULL) {
        return 0;
    }
    size_t octets = wire->queue->octets;
    size_t done = 0;
    for (size_t i = 0; i < n && done < octets; i++) {
        size_t part = octets - done < segs[i].octets ? octets - done : segs[i].octets;
        memcpy(segs[i].data, wire->queue->data + done, part);
        done += part;
        if (done == octets) {
            fault_forbid_behind((uint8_t *)segs[i].data + part, segs[i].octets - part);
        }
    }
    pop_and_free(&wire->queue);
    return octets;
}

static bool on_tx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct wire *wire = (struct wire *)dev;
    check(wire->started, "only a started device sends");
    check_pieces(segs, n);
    if (wire->refuses_tx || wire->link_is_down) {
        return false;
    }
    if (wire->lose_sent > 0) {
        wire->lose_sent--;
        return true;
    }
    size_t octets = 0;
    for (size_t i = 0; i < n; i++) {
        octets += segs[i].octets;
    }
    struct wire_frame *frame = frame_new(octets);
    frame->pieces = n;
    uint8_t *at = frame->data;
    for (size_t i = 0; i < n; i++) {
        memcpy(at, segs[i].data, segs[i].octets);
        at += segs[i].octets;
    }
    append(&wire->sent, frame);
    return true;
}

void wire_init(struct wire *wire)
{
    static const struct netdev_ops ops = {
        .start = on_start,
        .stop = on_stop,
        .link_up = on_link_up,
        .rx_pending = on_rx_pending,
        .rx = on_rx,
        .tx = on_tx,
    };
    *wire = (struct wire){.netdev = {&ops}};
}

void wire_clear(struct wire *wire)
{
    while (wire->queue != NULL) {
        pop_and_free(&wire->queue);
    }
    while (wire->sent != NULL) {
        pop_and_free(&wire->sent);
    }
}

void wire_push(struct wire *wire, const void *data, size_t octets)
{
    struct wire_frame *frame = frame_new(octets);
    memcpy(frame->data, data, octets);
    append(&wire->queue, frame);
}

struct wire_frame *wire_take_sent(struct wire *wire)
{
    struct wire_frame *frame = wire->sent;
    if (frame != NULL) {
        wire->sent = frame->next;
    }
    return frame;
}

size_t wire_count(const struct wire_frame *frame)
{
    size_t n = 0;
    for (; frame != NULL; frame = frame->next) {
        n++;
    }
    return n;
}
