// SPDX-License-Identifier: BSD-3-Clause
// A bad link on demand.
#include "impair.h"

#include <string.h>

#include "lwip/debug.h"
#include "lwip/sys.h"

enum {
    PULL_FRAMES_MAX = 256, // taken from the carrier at once
    HEADER_OCTETS = 14,    // of Ethernet; an MTU says what may stand behind it
    NEVER_MS = UINT32_MAX,
};

enum draw {
    DRAW_LOSS,
    DRAW_BURST,
    DRAW_CORRUPT,
    DRAW_BIT,
    DRAW_DUPLICATE,
    DRAW_JITTER,
    DRAW_REORDER,
};

static_assert(DRAW_REORDER + 1 == IMPAIR_DRAWS, "impair.h says how many kinds there are");

struct impair_frame {
    struct impair_frame *next;
    uint64_t due_us;
    uint32_t overtakers; // of a held frame: how many are still to come
    size_t octets;
    uint8_t pad[2]; // netdev wants a frame 2 octets behind a word
    uint8_t data[NETDEV_FRAME_OCTETS_MAX];
};

struct impair_counters impair_counters[IMPAIR_DIRECTIONS];
COUNTERS_DEFINE(impair_rx_counters_info, "link_rx", IMPAIR_COUNTERS, impair_counters[IMPAIR_RX]);
COUNTERS_DEFINE(impair_tx_counters_info, "link_tx", IMPAIR_COUNTERS, impair_counters[IMPAIR_TX]);

// Both queues full and a frame in hand. What was never used is not resident.
static struct impair_frame frames[IMPAIR_DIRECTIONS * IMPAIR_QUEUE_FRAMES_MAX + 1];
static struct impair_frame *frames_free;
static size_t frames_used;

static struct impair *impair_of(struct netdev *dev)
{
    return (struct impair *)(void *)dev;
}

static struct impair_frame *frame_take(void)
{
    struct impair_frame *frame = frames_free;
    if (frame != NULL) {
        frames_free = frame->next;
    } else {
        LWIP_ASSERT("a frame is left", frames_used < LWIP_ARRAYSIZE(frames));
        frame = &frames[frames_used++];
    }
    return frame;
}

static void frame_give(struct impair_frame *frame)
{
    frame->next = frames_free;
    frames_free = frame;
}

/// The next 64 bits of a stream. Source: Steele, Lea, Flood, "Fast splittable pseudorandom number
/// generators", 2014: SplitMix64.
static uint64_t random_next(uint64_t *stream)
{
    uint64_t z = *stream += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/// Returns a number from 0 to `limit` - 1.
static uint32_t random_below(uint64_t *stream, uint32_t limit)
{
    return (uint32_t)((random_next(stream) >> 32) * limit >> 32);
}

static bool happens(struct impair_queue *queue, enum draw draw, uint32_t ppm)
{
    return ppm > 0 && random_below(&queue->random[draw], IMPAIR_PPM) < ppm;
}

static uint64_t now_us(struct impair *impair)
{
    impair->now_ms += (uint32_t)(sys_now() - (uint32_t)impair->now_ms);
    return impair->now_ms * 1000;
}

static uint32_t wait_ms(uint64_t now, uint64_t due_us)
{
    uint64_t ms = due_us > now ? (due_us - now + 999) / 1000 : 0;
    return (uint32_t)LWIP_MIN(ms, NEVER_MS - 1);
}

static bool flap_is_on(const struct impair *impair)
{
    return impair->settings.flap_down_us > 0;
}

/// Returns how long the link has been in its present round of up and down.
static uint64_t flap_phase_us(struct impair *impair)
{
    uint64_t round_us = (uint64_t)impair->settings.flap_up_us + impair->settings.flap_down_us;
    return (now_us(impair) - impair->flap_began_us) % round_us;
}

static bool is_up(struct impair *impair)
{
    return !flap_is_on(impair) || flap_phase_us(impair) < impair->settings.flap_up_us;
}

static uint32_t flap_wait_ms(struct impair *impair)
{
    if (!flap_is_on(impair)) {
        return NEVER_MS;
    }
    uint64_t phase_us = flap_phase_us(impair);
    uint64_t up_us = impair->settings.flap_up_us;
    uint64_t end_us = phase_us < up_us ? up_us : up_us + impair->settings.flap_down_us;
    return wait_ms(phase_us, end_us);
}

static void drop(struct impair *impair, enum impair_direction direction, struct impair_frame *frame,
                 COUNTER_T *counter, const char *reason)
{
    (*counter)++;
    if (impair->witness.on_drop != NULL) {
        impair->witness.on_drop(impair->witness.context, direction, frame->data, frame->octets,
                                reason);
    }
    frame_give(frame);
}

/// Steps Gilbert's model by a frame: while in a burst all are lost.
/// Returns whether this one is.
static bool burst_loses(struct impair_queue *queue, const struct impair_side *side)
{
    if (side->burst_ppm == 0) {
        queue->in_burst = false;
        return false;
    }
    uint32_t end_ppm = IMPAIR_PPM / side->burst_frames;
    // So many bursts that their part of all frames is burst_ppm.
    uint64_t begin_ppm = (uint64_t)end_ppm * side->burst_ppm / (IMPAIR_PPM - side->burst_ppm);
    uint32_t change_ppm = queue->in_burst ? end_ppm : (uint32_t)LWIP_MIN(begin_ppm, IMPAIR_PPM);
    if (happens(queue, DRAW_BURST, change_ppm)) {
        queue->in_burst = !queue->in_burst;
    }
    return queue->in_burst;
}

/// Returns when a frame that enters the line now is to arrive.
static uint64_t arrival_us(struct impair *impair, enum impair_direction direction, size_t octets)
{
    struct impair_queue *queue = &impair->queue[direction];
    const struct impair_side *side = &impair->settings.side[direction];
    uint64_t at_us = now_us(impair);
    if (side->rate_bps > 0) {
        at_us = LWIP_MAX(at_us, queue->line_free_us);
        at_us += octets * 8 * UINT64_C(1000000) / side->rate_bps;
        queue->line_free_us = at_us;
    }
    at_us += side->delay_us;
    if (side->jitter_us > 0) {
        at_us += random_below(&queue->random[DRAW_JITTER], 2 * side->jitter_us + 1);
        at_us -= LWIP_MIN(side->jitter_us, side->delay_us);
    }
    return at_us;
}

/// Puts a frame behind all others.
static void append(struct impair_queue *queue, struct impair_frame *frame, uint64_t due_us)
{
    queue->due_us = LWIP_MAX(due_us, queue->due_us);
    frame->due_us = queue->due_us;
    frame->next = NULL;
    if (queue->head == NULL) {
        queue->head = frame;
    } else {
        queue->tail->next = frame;
    }
    queue->tail = frame;
}

/// Keeps a frame until it is overtaken.
static void hold(struct impair_queue *queue, struct impair_frame *frame)
{
    struct impair_frame **place = &queue->held;
    while (*place != NULL) {
        place = &(*place)->next;
    }
    frame->next = NULL;
    *place = frame;
}

/// Lets go of held frames: all that are due, and those that `overtakers` more frames suffice for.
static void held_release(struct impair_queue *queue, uint64_t now, uint32_t overtakers)
{
    struct impair_frame **place = &queue->held;
    while (*place != NULL) {
        struct impair_frame *frame = *place;
        frame->overtakers -= LWIP_MIN(overtakers, frame->overtakers);
        if (frame->overtakers > 0 && frame->due_us > now) {
            place = &frame->next;
        } else {
            *place = frame->next;
            append(queue, frame, queue->due_us);
        }
    }
}

static void frame_enqueue(struct impair *impair, enum impair_direction direction,
                          struct impair_frame *frame)
{
    struct impair_queue *queue = &impair->queue[direction];
    const struct impair_side *side = &impair->settings.side[direction];
    uint64_t due_us = arrival_us(impair, direction, frame->octets);
    queue->frames++;
    if (happens(queue, DRAW_REORDER, side->reorder_ppm)) {
        impair_counters[direction].reordered++;
        frame->due_us = due_us + IMPAIR_REORDER_US_MAX;
        frame->overtakers = side->reorder_distance;
        hold(queue, frame);
        return;
    }
    append(queue, frame, due_us);
    held_release(queue, 0, 1);
}

static void bit_flip(struct impair_queue *queue, struct impair_frame *frame)
{
    uint32_t bit = random_below(&queue->random[DRAW_BIT], (uint32_t)frame->octets * 8);
    frame->data[bit / 8] ^= (uint8_t)(1 << bit % 8);
}

static void duplicate(struct impair *impair, enum impair_direction direction,
                      const struct impair_frame *frame)
{
    if (impair->queue[direction].frames + 1 >= IMPAIR_QUEUE_FRAMES_MAX) {
        return; // the frame itself takes the last place
    }
    struct impair_frame *copy = frame_take();
    copy->octets = frame->octets;
    memcpy(copy->data, frame->data, frame->octets);
    impair_counters[direction].duplicated++;
    frame_enqueue(impair, direction, copy);
}

/// Lets a frame meet everything that is wrong with the link. `frame` is consumed.
static void frame_meet(struct impair *impair, enum impair_direction direction,
                       struct impair_frame *frame)
{
    struct impair_queue *queue = &impair->queue[direction];
    const struct impair_side *side = &impair->settings.side[direction];
    struct impair_counters *counters = &impair_counters[direction];
    counters->frames++;
    if (!is_up(impair)) {
        drop(impair, direction, frame, &counters->drop_down, "link is down");
    } else if (side->mtu > 0 && frame->octets > side->mtu + HEADER_OCTETS) {
        drop(impair, direction, frame, &counters->drop_mtu, "longer than the link's MTU");
    } else if (happens(queue, DRAW_LOSS, side->loss_ppm)) {
        drop(impair, direction, frame, &counters->drop_loss, "loss");
    } else if (burst_loses(queue, side)) {
        drop(impair, direction, frame, &counters->drop_burst, "loss in a burst");
    } else if (queue->frames >= IMPAIR_QUEUE_FRAMES_MAX) {
        drop(impair, direction, frame, &counters->drop_queue, "too many frames under way");
    } else {
        if (happens(queue, DRAW_CORRUPT, side->corrupt_ppm)) {
            counters->corrupted++;
            bit_flip(queue, frame);
        }
        if (happens(queue, DRAW_DUPLICATE, side->duplicate_ppm)) {
            duplicate(impair, direction, frame);
        }
        frame_enqueue(impair, direction, frame);
    }
}

/// Returns whether frames pass as if the link were not there.
static bool is_perfect(const struct impair *impair, enum impair_direction direction)
{
    static const struct impair_side perfect;
    return impair->queue[direction].frames == 0 && !flap_is_on(impair) &&
           memcmp(&impair->settings.side[direction], &perfect, sizeof(perfect)) == 0;
}

/// Takes the first frame off a queue when it is due, else returns NULL.
static struct impair_frame *due_take(struct impair *impair, enum impair_direction direction)
{
    struct impair_queue *queue = &impair->queue[direction];
    uint64_t now = now_us(impair);
    held_release(queue, now, 0);
    struct impair_frame *frame = queue->head;
    if (frame == NULL || frame->due_us > now) {
        return NULL;
    }
    queue->head = frame->next;
    queue->frames--;
    return frame;
}

/// Loses all that is under way when the link is down.
static void down_drop(struct impair *impair)
{
    if (is_up(impair)) {
        return;
    }
    for (int i = 0; i < IMPAIR_DIRECTIONS; i++) {
        struct impair_queue *queue = &impair->queue[i];
        held_release(queue, UINT64_MAX, 0);
        for (struct impair_frame *frame; (frame = queue->head) != NULL;) {
            queue->head = frame->next;
            queue->frames--;
            drop(impair, (enum impair_direction)i, frame, &impair_counters[i].drop_down,
                 "link is down");
        }
    }
}

/// Gives the carrier what is due to leave.
static void tx_flush(struct impair *impair)
{
    struct impair_frame *frame;
    while ((frame = due_take(impair, IMPAIR_TX)) != NULL) {
        const struct netdev_seg seg = {frame->data, frame->octets};
        if (impair->base->ops->tx(impair->base, &seg, 1)) {
            impair_counters[IMPAIR_TX].passed++;
            frame_give(frame);
        } else {
            drop(impair, IMPAIR_TX, frame, &impair_counters[IMPAIR_TX].drop_refused,
                 "refused by the carrier");
        }
    }
}

/// Takes what the carrier has received.
static void rx_pull(struct impair *impair)
{
    struct netdev *base = impair->base;
    for (int i = 0; i < PULL_FRAMES_MAX && base->ops->rx_pending(base) > 0; i++) {
        struct impair_frame *frame = frame_take();
        const struct netdev_seg seg = {frame->data, sizeof(frame->data)};
        frame->octets = base->ops->rx(base, &seg, 1);
        if (frame->octets == 0) {
            frame_give(frame);
        } else if (frame->octets > sizeof(frame->data)) {
            frame->octets = sizeof(frame->data);
            impair_counters[IMPAIR_RX].frames++;
            drop(impair, IMPAIR_RX, frame, &impair_counters[IMPAIR_RX].drop_mtu,
                 "longer than a frame can be");
        } else {
            frame_meet(impair, IMPAIR_RX, frame);
        }
    }
}

static bool on_start(struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    struct netdev *base = impair_of(dev)->base;
    return base->ops->start(base, mac);
}

static void queue_clear(struct impair_queue *queue)
{
    held_release(queue, UINT64_MAX, 0);
    while (queue->head != NULL) {
        struct impair_frame *frame = queue->head;
        queue->head = frame->next;
        frame_give(frame);
    }
    queue->frames = 0;
}

static void on_stop(struct netdev *dev)
{
    struct impair *impair = impair_of(dev);
    queue_clear(&impair->queue[IMPAIR_RX]);
    queue_clear(&impair->queue[IMPAIR_TX]);
    impair->base->ops->stop(impair->base);
}

static bool on_link_up(struct netdev *dev)
{
    struct impair *impair = impair_of(dev);
    return impair->base->ops->link_up(impair->base) && is_up(impair);
}

static size_t on_rx_pending(struct netdev *dev)
{
    struct impair *impair = impair_of(dev);
    if (is_perfect(impair, IMPAIR_RX)) {
        return impair->base->ops->rx_pending(impair->base);
    }
    down_drop(impair);
    rx_pull(impair);
    struct impair_queue *queue = &impair->queue[IMPAIR_RX];
    uint64_t now = now_us(impair);
    held_release(queue, now, 0);
    return queue->head != NULL && queue->head->due_us <= now ? queue->head->octets : 0;
}

static size_t on_rx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct impair *impair = impair_of(dev);
    struct impair_counters *counters = &impair_counters[IMPAIR_RX];
    if (is_perfect(impair, IMPAIR_RX)) {
        size_t octets = impair->base->ops->rx(impair->base, segs, n);
        counters->frames += octets > 0;
        counters->passed += octets > 0;
        return octets;
    }
    struct impair_frame *frame = due_take(impair, IMPAIR_RX);
    if (frame == NULL) {
        return 0;
    }
    size_t octets = frame->octets;
    size_t done = 0;
    for (size_t i = 0; i < n && done < octets; i++) {
        size_t part = LWIP_MIN(octets - done, segs[i].octets);
        memcpy(segs[i].data, frame->data + done, part);
        done += part;
    }
    counters->passed++;
    frame_give(frame);
    return octets;
}

static bool on_tx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct impair *impair = impair_of(dev);
    if (is_perfect(impair, IMPAIR_TX)) {
        bool taken = impair->base->ops->tx(impair->base, segs, n);
        impair_counters[IMPAIR_TX].frames += taken;
        impair_counters[IMPAIR_TX].passed += taken;
        return taken;
    }
    struct impair_frame *frame = frame_take();
    frame->octets = 0;
    for (size_t i = 0; i < n; i++) {
        LWIP_ASSERT("a frame that is sent fits",
                    frame->octets + segs[i].octets <= sizeof(frame->data));
        memcpy(frame->data + frame->octets, segs[i].data, segs[i].octets);
        frame->octets += segs[i].octets;
    }
    down_drop(impair);
    frame_meet(impair, IMPAIR_TX, frame);
    tx_flush(impair);
    return true; // whatever becomes of it, the device has sent it
}

void impair_init(struct impair *impair, struct netdev *base, uint64_t seed)
{
    static const struct netdev_ops ops = {
        .start = on_start,
        .stop = on_stop,
        .link_up = on_link_up,
        .rx_pending = on_rx_pending,
        .rx = on_rx,
        .tx = on_tx,
    };
    *impair = (struct impair){
        .netdev.ops = &ops,
        .base = base,
        .seed = seed,
        .now_ms = sys_now(),
    };
    for (int i = 0; i < IMPAIR_DIRECTIONS; i++) {
        for (int j = 0; j < IMPAIR_DRAWS; j++) {
            impair->queue[i].random[j] = random_next(&seed);
        }
    }
}

void impair_set(struct impair *impair, const struct impair_settings *settings)
{
    uint64_t now = now_us(impair);
    impair->settings = *settings;
    impair->flap_began_us = now;
    for (int i = 0; i < IMPAIR_DIRECTIONS; i++) {
        struct impair_queue *queue = &impair->queue[i];
        held_release(queue, UINT64_MAX, 0);
        for (struct impair_frame *frame = queue->head; frame != NULL; frame = frame->next) {
            frame->due_us = now;
        }
        queue->due_us = now;
        queue->line_free_us = now;
    }
}

static uint32_t queue_wait_ms(struct impair *impair, enum impair_direction direction)
{
    const struct impair_queue *queue = &impair->queue[direction];
    uint64_t now = now_us(impair);
    uint32_t ms = queue->head != NULL ? wait_ms(now, queue->head->due_us) : NEVER_MS;
    for (const struct impair_frame *frame = queue->held; frame != NULL; frame = frame->next) {
        ms = LWIP_MIN(ms, wait_ms(now, frame->due_us));
    }
    return ms;
}

uint32_t impair_poll(struct impair *impair)
{
    down_drop(impair);
    tx_flush(impair);
    uint32_t ms = LWIP_MIN(queue_wait_ms(impair, IMPAIR_RX), queue_wait_ms(impair, IMPAIR_TX));
    return LWIP_MIN(ms, flap_wait_ms(impair));
}

size_t impair_queued(const struct impair *impair, enum impair_direction direction)
{
    return impair->queue[direction].frames;
}
