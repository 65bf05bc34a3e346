// SPDX-License-Identifier: BSD-3-Clause
// Fuzzes a driver against the model of its device. A frame that the driver delivers must be one
// that the device received, whole and in order; no call may take long, nor do what the datasheet
// forbids.
#include "driver.h"

#include <stdalign.h>
#include <string.h>

enum {
    PAD_OCTETS = 2,
    FRAMES_MAX = FUZZ_RECORDS_MAX,
    FRAME_OCTETS_MAX = 1600, // longer than one can be
    MODEL_OCTETS_MAX = 4096,
    PIECES_MAX = 16,
    DRAIN_MAX = 400,       // frames that can wait, by far
    CALL_US_MAX = 2000000, // the longest wait is for a device that is never powered up
    MARK_OCTETS = 2,
};

/// Kinds of records: the low four bits.
enum kind {
    RECEIVE,     // octets (2)
    RECEIVE_BAD, // status (4), octets (2)
    POLL,        // link, what waits, and one frame: the pieces' octets
    DRAIN,       // link, and all frames
    SEND,        // the pieces' octets
    SET_FAULT,   // which, value (4)
    EVENT,       // a frame comes after so many accesses (2): octets (2)
    RESTART,     // stop and start
    KIND_MASK = 15,
};

static const uint8_t mac[NETDEV_MAC_OCTETS] = {0x02, 0, 0, 0, 0, 0x07};
static size_t
    lengths[FRAMES_MAX]; // of the frames received, in order; the first octets are its place
static size_t received_n;
static size_t delivered_n; // the frame behind the last one delivered
static size_t sent_n;
static size_t event_octets;
static bool is_started;
static bool is_confused; // the device said what no driver can see through: contents may be anything

static void frame_fill(uint8_t *frame, size_t octets, size_t place)
{
    for (size_t i = 0; i < octets; i++) {
        frame[i] = (uint8_t)(i * 7 + i / 251 + place * 31 + 1);
    }
}

static void receive(size_t octets)
{
    uint8_t frame[FRAME_OCTETS_MAX];
    octets = octets % (FRAME_OCTETS_MAX + 1);
    if (octets < driver.rx_octets_min || received_n == FRAMES_MAX) {
        return;
    }
    frame_fill(frame, octets, received_n);
    lengths[received_n++] = octets;
    driver.receive(frame, octets);
}

static void receive_bad(struct record *record)
{
    uint8_t frame[FRAME_OCTETS_MAX] = {0};
    uint32_t status = (uint32_t)record_take16(record) << 16;
    status |= record_take16(record);
    if (driver.receive_bad(status, frame, record_take16(record) % (FRAME_OCTETS_MAX + 1))) {
        is_confused = true;
    }
}

/// Lays out pieces as the record says, the last one for the rest of `octets`. Returns how many.
static size_t pieces_lay_out(struct record *record, uint8_t *memory,
                             struct netdev_seg segs[PIECES_MAX], size_t octets)
{
    size_t n = record->octets < PIECES_MAX ? record->octets : PIECES_MAX - 1;
    uint8_t *at = memory + PAD_OCTETS;
    for (size_t i = 0; i < n; i++) {
        size_t part = record_take8(record);
        part = part < octets ? part : octets;
        segs[i] = (struct netdev_seg){at, part};
        at += part;
        octets -= part;
    }
    if (n == 0 || octets > 0) {
        segs[n++] = (struct netdev_seg){at, octets};
    }
    return n;
}

/// Fails unless `frame`, of which `fitted` octets are there, is one that came behind the last one.
static void delivered_check(const uint8_t *frame, size_t fitted, size_t octets)
{
    uint8_t expected[FRAME_OCTETS_MAX];
    while (delivered_n < received_n) {
        size_t place = delivered_n++;
        frame_fill(expected, FRAME_OCTETS_MAX, place);
        if (lengths[place] == octets && memcmp(expected, frame, fitted) == 0) {
            return;
        }
    }
    fail_msg("a frame of %zu octets is delivered that the device didn't receive", octets);
}

/// Takes one frame, of which as much fits as `room` says. Returns false when there was none.
static bool take(struct record *record, size_t room)
{
    alignas(4) uint8_t memory[PAD_OCTETS + FRAME_OCTETS_MAX];
    struct netdev_seg segs[PIECES_MAX];
    size_t pending = driver.dev->ops->rx_pending(driver.dev);
    if (pending == 0) {
        return false;
    }
    size_t n = room == 0 ? 0 : pieces_lay_out(record, memory, segs, room);
    size_t octets = driver.dev->ops->rx(driver.dev, segs, n);
    digest_add(&octets, sizeof octets);
    assert_true(octets <= pending);
    if (octets > 0 && !is_confused) {
        delivered_check(memory + PAD_OCTETS, octets < room ? octets : room, octets);
    }
    return octets > 0;
}

static void poll(void)
{
    if (driver.interrupt != NULL) {
        driver.interrupt();
    }
    bool up = driver.dev->ops->link_up(driver.dev);
    digest_add(&up, sizeof up);
}

/// Takes whatever the device sent: it may be nothing, but no frame twice.
static void sent_drain(const uint8_t *frame, size_t octets)
{
    static uint8_t sent[1 << 14];
    size_t n = 0;
    for (size_t got = driver.sent(sent); got > 0; got = driver.sent(sent)) {
        digest_add(sent, got);
        n += got >= octets && memcmp(sent, frame, octets) == 0 ? 1 : 0;
    }
    assert_in_range(n, 0, 1);
}

static void send(struct record *record)
{
    alignas(4) uint8_t memory[PAD_OCTETS + NETDEV_FRAME_OCTETS_MAX];
    struct netdev_seg segs[PIECES_MAX];
    size_t octets = 14 + record_take16(record) % (NETDEV_FRAME_OCTETS_MAX - 13);
    frame_fill(memory + PAD_OCTETS, octets, sent_n++);
    size_t n = pieces_lay_out(record, memory, segs, octets);
    bool taken = driver.dev->ops->tx(driver.dev, segs, n);
    digest_add(&taken, sizeof taken);
    sent_drain(memory + PAD_OCTETS, octets);
}

static void on_event(void)
{
    receive(event_octets);
}

static void restart(void)
{
    if (is_started) {
        driver.dev->ops->stop(driver.dev);
    }
    is_started = driver.dev->ops->start(driver.dev, mac);
}

static void run_started(struct record *record)
{
    switch (record->kind & KIND_MASK) {
    case POLL:
        poll();
        take(record, record_take16(record) % (FRAME_OCTETS_MAX + 1));
        break;
    case DRAIN:
        poll();
        for (int i = 0; i < DRAIN_MAX && take(record, FRAME_OCTETS_MAX); i++) {
        }
        break;
    case SEND:
        send(record);
        break;
    default:
        break;
    }
}

static void run(struct record *record)
{
    uint32_t before_us = bus_now_us();
    switch (record->kind & KIND_MASK) {
    case RECEIVE:
        receive(record_take16(record));
        break;
    case RECEIVE_BAD:
        receive_bad(record);
        break;
    case SET_FAULT: {
        uint8_t which = record_take8(record);
        uint32_t value = (uint32_t)record_take16(record) << 16;
        driver.fault(which, value | record_take16(record));
        break;
    }
    case EVENT: {
        unsigned accesses = record_take16(record) + 1u;
        event_octets = record_take16(record);
        bus_event(accesses, on_event);
        break;
    }
    case RESTART:
        restart();
        break;
    default:
        if (is_started) {
            run_started(record);
        }
        break;
    }
    assert_in_range(bus_now_us() - before_us, 0, CALL_US_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t octets)
{
    struct record record;
    driver.reset();
    received_n = 0;
    delivered_n = 0;
    sent_n = 0;
    is_started = false;
    is_confused = false;
    restart();
    for (int i = 0; i < FUZZ_RECORDS_MAX && record_next(&record, &input, &octets); i++) {
        run(&record);
        assert_int_equal(driver.misuses(), 0);
    }
    if (is_started) {
        driver.dev->ops->stop(driver.dev);
    }
    return 0;
}
