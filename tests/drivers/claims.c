// SPDX-License-Identifier: BSD-3-Clause
// Claims about frames that hold for every driver.
#include "claims.h"

#include <stdalign.h>
#include <string.h>

enum {
    PAD_OCTETS = 2, // in front of a frame's first piece, as netdev.h says
    GUARD_OCTETS = 8,
    GUARD = 0xA5,
    PIECES_MAX = 4,
    SHORT_OCTETS = 60,
};

static const size_t lengths[] = {1,    2,    3,    5,    13,   14,   15,   16,   59,   60,
                                 61,   62,   63,   64,   127,  128,  129,  590,  591,  592,
                                 1000, 1499, 1511, 1512, 1513, 1514, 1515, 1516, 1517, 1518};

void claims_frame_fill(uint8_t *frame, size_t octets, unsigned seed)
{
    for (size_t i = 0; i < octets; i++) {
        frame[i] = (uint8_t)(i * 7 + i / 251 + seed * 31 + 1);
    }
}

/// Hands the device a frame and returns its content.
static const uint8_t *frame_receive(const struct claims_subject *subject, size_t octets,
                                    unsigned seed)
{
    static uint8_t frame[CLAIMS_FRAME_OCTETS_MAX];
    claims_frame_fill(frame, octets, seed);
    subject->receive(frame, octets);
    return frame;
}

/// Takes the next frame and checks that it is the one of `octets` and `seed`.
static void frame_check(const struct claims_subject *subject, size_t octets, unsigned seed)
{
    alignas(4) uint8_t memory[PAD_OCTETS + CLAIMS_FRAME_OCTETS_MAX];
    uint8_t frame[CLAIMS_FRAME_OCTETS_MAX];
    struct netdev_seg seg = {memory + PAD_OCTETS, CLAIMS_FRAME_OCTETS_MAX};
    assert_true(subject->dev->ops->rx_pending(subject->dev) >= octets);
    assert_int_equal(subject->dev->ops->rx(subject->dev, &seg, 1), octets);
    claims_frame_fill(frame, octets, seed);
    assert_memory_equal(memory + PAD_OCTETS, frame, octets);
}

static void nothing_waits(const struct claims_subject *subject)
{
    assert_int_equal(subject->dev->ops->rx_pending(subject->dev), 0);
    assert_int_equal(subject->dev->ops->rx(subject->dev, NULL, 0), 0);
}

void claims_receives(const struct claims_subject *subject, size_t octets)
{
    frame_receive(subject, octets, (unsigned)octets);
    frame_check(subject, octets, (unsigned)octets);
}

void claims_receives_every_length(const struct claims_subject *subject)
{
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        if (lengths[i] >= subject->rx_octets_min) {
            claims_receives(subject, lengths[i]);
            nothing_waits(subject);
        }
    }
    for (unsigned seed = 0; seed < 4; seed++) {
        frame_receive(subject, SHORT_OCTETS + seed, seed);
    }
    for (unsigned seed = 0; seed < 4; seed++) {
        frame_check(subject, SHORT_OCTETS + seed, seed);
    }
    nothing_waits(subject);
}

/// Lays out `octets` as pieces of `first`, `second` and the rest, each at an offset of its own and
/// between guards. Returns the memory's octets.
static size_t pieces_lay_out(uint8_t *memory, struct netdev_seg segs[PIECES_MAX], size_t octets,
                             size_t first, size_t second, size_t offset)
{
    const size_t sizes[PIECES_MAX] = {first, second, 0, octets - first - second};
    uint8_t *at = memory + 4 * GUARD_OCTETS + PAD_OCTETS;
    for (size_t i = 0; i < PIECES_MAX; i++) {
        segs[i] = (struct netdev_seg){at, sizes[i]};
        at += sizes[i] + GUARD_OCTETS;
        at += (4 - (uintptr_t)at % 4 + offset + i) % 4; // the first piece's place is fixed
    }
    return (size_t)(at - memory) + GUARD_OCTETS;
}

/// Checks what the pieces hold, and that there are only guards around them.
static void pieces_check(uint8_t *memory, size_t memory_octets,
                         const struct netdev_seg segs[PIECES_MAX], const uint8_t *frame)
{
    for (size_t i = 0; i < PIECES_MAX; i++) {
        assert_memory_equal(segs[i].data, frame, segs[i].octets);
        memset(segs[i].data, GUARD, segs[i].octets);
        frame += segs[i].octets;
    }
    for (size_t i = 0; i < memory_octets; i++) {
        assert_int_equal(memory[i], GUARD);
    }
}

typedef void split_claim(const struct claims_subject *subject, size_t first, size_t second,
                         size_t offset);

static void splits_try(const struct claims_subject *subject, split_claim *claim)
{
    for (size_t offset = 0; offset < 4; offset++) {
        for (size_t first = 0; first < 20; first++) {
            for (size_t second = 0; second < 12; second++) {
                claim(subject, first, second, offset);
            }
        }
    }
}

static void scattered(const struct claims_subject *subject, size_t first, size_t second,
                      size_t offset)
{
    alignas(4) uint8_t memory[1024];
    struct netdev_seg segs[PIECES_MAX];
    memset(memory, GUARD, sizeof(memory));
    const uint8_t *frame = frame_receive(subject, SHORT_OCTETS, (unsigned)(first + second));
    size_t octets = pieces_lay_out(memory, segs, SHORT_OCTETS, first, second, offset);
    assert_int_equal(subject->dev->ops->rx(subject->dev, segs, PIECES_MAX), SHORT_OCTETS);
    pieces_check(memory, octets, segs, frame);
}

void claims_scatters_at_any_offset(const struct claims_subject *subject)
{
    splits_try(subject, scattered);
    nothing_waits(subject);
}

/// Checks the one frame that the device sent. Its driver may have padded it to 60 octets.
static void sent_check(const struct claims_subject *subject, const uint8_t *frame, size_t octets)
{
    uint8_t sent[CLAIMS_FRAME_OCTETS_MAX];
    size_t sent_octets = subject->sent(sent);
    if (octets < SHORT_OCTETS && sent_octets == SHORT_OCTETS) {
        octets = SHORT_OCTETS;
    }
    assert_int_equal(sent_octets, octets);
    assert_memory_equal(sent, frame, octets);
    assert_int_equal(subject->sent(sent), 0);
}

void claims_sends(const struct claims_subject *subject, size_t octets)
{
    alignas(4) uint8_t memory[PAD_OCTETS + CLAIMS_FRAME_OCTETS_MAX] = {0};
    struct netdev_seg seg = {memory + PAD_OCTETS, octets};
    claims_frame_fill(seg.data, octets, (unsigned)octets);
    assert_true(subject->dev->ops->tx(subject->dev, &seg, 1));
    sent_check(subject, seg.data, octets);
}

void claims_sends_every_length(const struct claims_subject *subject)
{
    for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
        if (lengths[i] >= 14) {
            claims_sends(subject, lengths[i]);
        }
    }
}

static void gathered(const struct claims_subject *subject, size_t first, size_t second,
                     size_t offset)
{
    alignas(4) uint8_t memory[1024];
    uint8_t frame[SHORT_OCTETS];
    struct netdev_seg segs[PIECES_MAX];
    memset(memory, GUARD, sizeof(memory));
    pieces_lay_out(memory, segs, SHORT_OCTETS, first, second, offset);
    claims_frame_fill(frame, SHORT_OCTETS, (unsigned)(first + second));
    const uint8_t *from = frame;
    for (size_t i = 0; i < PIECES_MAX; i++) {
        memcpy(segs[i].data, from, segs[i].octets);
        from += segs[i].octets;
    }
    assert_true(subject->dev->ops->tx(subject->dev, segs, PIECES_MAX));
    sent_check(subject, frame, SHORT_OCTETS);
}

void claims_gathers_at_any_offset(const struct claims_subject *subject)
{
    splits_try(subject, gathered);
}

void claims_drops_and_cuts_frames(const struct claims_subject *subject)
{
    for (size_t room = 0; room < 24; room++) {
        alignas(4) uint8_t memory[PAD_OCTETS + 24 + GUARD_OCTETS];
        memset(memory, GUARD, sizeof(memory));
        struct netdev_seg seg = {memory + PAD_OCTETS, room};
        const uint8_t *frame = frame_receive(subject, 1514, (unsigned)room);
        assert_int_equal(subject->dev->ops->rx(subject->dev, &seg, room == 0 ? 0 : 1), 1514);
        assert_memory_equal(seg.data, frame, room);
        for (size_t i = PAD_OCTETS + room; i < sizeof(memory); i++) {
            assert_int_equal(memory[i], GUARD);
        }
        claims_receives(subject, 60 + room);
    }
    nothing_waits(subject);
}

static const struct claims_subject *event_subject;

static void frame_comes(void)
{
    frame_receive(event_subject, SHORT_OCTETS, 0);
}

/// What the main loop does before it sleeps: polls until nothing waits.
/// Returns how many frames there were.
static size_t frames_drain(const struct claims_subject *subject)
{
    size_t frames = 0;
    if (subject->interrupts()) {
        subject->on_interrupt();
    }
    subject->dev->ops->link_up(subject->dev);
    while (subject->dev->ops->rx_pending(subject->dev) > 0) {
        frame_check(subject, SHORT_OCTETS, 0);
        frames++;
    }
    return frames;
}

void claims_sleeps_over_no_frame(const struct claims_subject *subject)
{
    event_subject = subject;
    for (unsigned accesses = 1; accesses < 200; accesses++) {
        frame_comes();
        bus_event(accesses, frame_comes);
        size_t frames = frames_drain(subject);
        bool comes_later = frames == 1 && !subject->interrupts();
        if (comes_later) {
            bus_event(0, NULL);
            frame_comes();
        }
        assert_true(frames == 2 || subject->interrupts());
        assert_int_equal(frames + frames_drain(subject), 2);
        assert_false(subject->interrupts());
        nothing_waits(subject);
    }
}
