// SPDX-License-Identifier: BSD-3-Clause
// A link with faults between a device and a wire.
#include "link_rig.h"

#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "lwip/sys.h"

struct link_rig bench;

/// The wire asks for it; here each receiver has memory of its own, which the case looks at.
void fault_forbid_behind(uint8_t *at, size_t octets)
{
    (void)at;
    (void)octets;
}

static struct netdev *device(void)
{
    return &bench.impair.netdev;
}

/// What octet `i` of frame `number` is: the number four times, so that a bit does not hide it, then
/// what follows from both.
static uint8_t octet_of(uint32_t number, size_t i)
{
    return (uint8_t)(i < 16 ? number >> 8 * (i % 4) : number * 31 + i * 7);
}

/// Returns the number on which most of the four copies agree, bit by bit.
static uint32_t number_of(const uint8_t *frame)
{
    uint32_t copies[4];
    memcpy(copies, frame, sizeof(copies));
    uint32_t number = 0;
    for (uint32_t bit = 1; bit != 0; bit <<= 1) {
        int votes = 0;
        for (int i = 0; i < 4; i++) {
            votes += (copies[i] & bit) != 0;
        }
        number |= votes > 1 ? bit : 0;
    }
    return number;
}

static void arrive(const uint8_t *frame, size_t octets)
{
    assert_true(bench.arrivals_n < RIG_FRAMES_MAX);
    struct arrival *arrival = &bench.arrivals[bench.arrivals_n++];
    *arrival = (struct arrival){number_of(frame), sys_now() - bench.began_ms, 0};
    for (size_t i = 0; i < octets; i++) {
        uint8_t wrong = (uint8_t)(frame[i] ^ octet_of(arrival->number, i));
        for (unsigned bit = 0; bit < 8; bit++) {
            if ((wrong >> bit & 1) != 0) {
                arrival->bits++;
                bench.bits_hit[(8 * i + bit) % (8 * RIG_OCTETS)]++;
            }
        }
    }
}

/// Checks that what is counted adds up.
static void check(void)
{
    for (int i = 0; i < IMPAIR_DIRECTIONS; i++) {
        const struct impair_counters *n = &impair_counters[i];
        COUNTER_T drops = n->drop_mtu + n->drop_loss + n->drop_burst + n->drop_queue +
                          n->drop_down + n->drop_refused;
        assert_int_equal(n->frames + n->duplicated,
                         n->passed + drops +
                             impair_queued(&bench.impair, (enum impair_direction)i));
    }
}

void link_begin(uint64_t seed)
{
    static const uint8_t mac[NETDEV_MAC_OCTETS] = {2};
    if (bench.wire.started) {
        check();
        device()->ops->stop(device());
    }
    wire_clear(&bench.wire);
    wire_init(&bench.wire);
    memset(impair_counters, 0, sizeof(impair_counters));
    memset(bench.bits_hit, 0, sizeof(bench.bits_hit));
    bench.settings = (struct impair_settings){.flap_up_us = 0};
    bench.sent = 0;
    bench.arrivals_n = 0;
    bench.began_ms = sys_now();
    impair_init(&bench.impair, &bench.wire.netdev, seed);
    assert_true(device()->ops->start(device(), mac));
}

int link_setup(void **state)
{
    (void)state;
    clock_reset();
    bench.arrivals = malloc(RIG_FRAMES_MAX * sizeof(*bench.arrivals));
    assert_non_null(bench.arrivals);
    link_begin(1);
    return 0;
}

int link_teardown(void **state)
{
    (void)state;
    check();
    device()->ops->stop(device());
    assert_false(bench.wire.started);
    wire_clear(&bench.wire);
    free(bench.arrivals);
    return 0;
}

void link_faults(const char *text)
{
    char words[IMPAIR_TEXT_OCTETS_MAX];
    strcpy(words, text);
    for (char *word, *rest = words; (word = strsep(&rest, " ")) != NULL;) {
        char *value = strchr(word, '=');
        assert_non_null(value);
        *value = '\0';
        assert_null(impair_text_set(&bench.settings, word, value + 1));
    }
    impair_set(&bench.impair, &bench.settings);
}

void link_send(enum impair_direction direction, size_t octets)
{
    uint8_t frame[WIRE_FRAME_OCTETS_MAX];
    for (size_t i = 0; i < octets; i++) {
        frame[i] = octet_of(bench.sent, i);
    }
    bench.sent++;
    if (direction == IMPAIR_RX) {
        wire_push(&bench.wire, frame, octets);
        return;
    }
    // A driver may ask for two aligned pieces.
    static _Alignas(4) uint8_t pieces[2][2 + WIRE_FRAME_OCTETS_MAX];
    size_t half = octets / 2;
    memcpy(pieces[0] + 2, frame, half);
    memcpy(pieces[1], frame + half, octets - half);
    const struct netdev_seg segs[] = {{pieces[0] + 2, half}, {pieces[1], octets - half}};
    device()->ops->tx(device(), segs, 2);
}

static void collect_rx(void)
{
    static _Alignas(4) uint8_t pieces[2][2 + WIRE_FRAME_OCTETS_MAX];
    const struct netdev_seg segs[] = {{pieces[0] + 2, 30}, {pieces[1], WIRE_FRAME_OCTETS_MAX}};
    while (device()->ops->rx_pending(device()) > 0) {
        size_t octets = device()->ops->rx(device(), segs, 2);
        if (octets > 0) {
            uint8_t frame[WIRE_FRAME_OCTETS_MAX];
            memcpy(frame, pieces[0] + 2, 30);
            memcpy(frame + 30, pieces[1], octets - 30);
            arrive(frame, octets);
        }
    }
}

void link_collect(enum impair_direction direction)
{
    if (direction == IMPAIR_RX) {
        collect_rx();
        return;
    }
    for (struct wire_frame *frame; (frame = wire_take_sent(&bench.wire)) != NULL;) {
        arrive(frame->data, frame->octets);
        free(frame);
    }
}

void link_run(enum impair_direction direction, uint32_t ms)
{
    uint32_t end_ms = sys_now() + ms;
    while (true) {
        device()->ops->rx_pending(device());
        uint32_t sleep_ms = impair_poll(&bench.impair);
        link_collect(direction);
        uint32_t left_ms = end_ms - sys_now();
        if (bench.wire.queue != NULL) {
            continue; // a target does not sleep while its carrier has frames
        }
        if (left_ms == 0) {
            break;
        }
        clock_advance(sleep_ms == 0 ? 1 : sleep_ms < left_ms ? sleep_ms : left_ms);
    }
}

void link_stream(enum impair_direction direction, uint32_t n, uint32_t gap_ms)
{
    for (uint32_t i = 0; i < n; i++) {
        link_send(direction, RIG_OCTETS);
        link_run(direction, gap_ms);
    }
}

size_t link_count(uint32_t number)
{
    size_t n = 0;
    for (size_t i = 0; i < bench.arrivals_n; i++) {
        n += bench.arrivals[i].number == number;
    }
    return n;
}
