// SPDX-License-Identifier: BSD-3-Clause
// The interface: frames become pbufs and pbufs frames, whatever their size and shape, and every
// frame that doesn't get through is counted once.
#include <stdlib.h>
#include <string.h>

#include "ethif.h"
#include "heap.h"
#include "lwip/stats.h"
#include "rxbuf.h"
#include "unit.h"

enum {
    FRAME_MIN = 14,
    FRAME_MAX = NETDEV_FRAME_OCTETS_MAX,
    BATCH = 64,
    PIECES_MAX = ETHIF_SEGS_MAX,
};

static const uint8_t mac[NETDEV_MAC_OCTETS] = {0x02, 0, 0, 0, 0, 2};

/// Lets the device receive a frame of `octets` to all, that lwIP takes and has no use for.
static void receive(size_t octets)
{
    uint8_t frame[WIRE_FRAME_OCTETS_MAX] = {0};
    memset(frame, 0xff, NETDEV_MAC_OCTETS);
    frame[12] = 0x88;
    frame[13] = 0xb5; // IEEE Std 802: local experimental EtherType 1
    wire_push(&rig.wire, frame, octets);
}

static void a_frame_of_any_valid_size_is_delivered(void **state)
{
    (void)state;
    rig_start_device();
    for (int knows_length = 0; knows_length < 2; knows_length++) {
        rig.wire.knows_length = knows_length != 0;
        for (size_t octets = FRAME_MIN; octets <= FRAME_MAX; octets++) {
            receive(octets);
            rig_settle();
            assert_int_equal(rxbuf_stats.used, 0);
        }
    }
    assert_int_equal(ethif_counters.rx_delivered, 2 * (FRAME_MAX - FRAME_MIN + 1));
    assert_int_equal(ethif_counters.rx_octets,
                     (FRAME_MAX + FRAME_MIN) * (FRAME_MAX - FRAME_MIN + 1));
}

/// What lwIP's input was given last.
static uint8_t given[FRAME_MAX];
static size_t given_octets;

static err_t on_input(struct pbuf *p, struct netif *netif)
{
    (void)netif;
    given_octets = p->tot_len - ETH_PAD_SIZE;
    pbuf_copy_partial(p, given, (u16_t)given_octets, ETH_PAD_SIZE);
    pbuf_free(p);
    return ERR_OK;
}

static void received_octets_are_in_place(void **state)
{
    (void)state;
    rig_start_device();
    rig.netif.input = on_input;
    uint8_t frame[FRAME_MAX];
    for (size_t i = 0; i < sizeof frame; i++) {
        frame[i] = (uint8_t)(i * 31 + i / 256);
    }
    frame[0] |= 1; // to a group
    static const size_t sizes[] = {14, 15, 60, 589, 590, 591, 592, 597, 598, 599, 1514, 1517, 1518};
    for (size_t i = 0; i < 2 * LWIP_ARRAYSIZE(sizes); i++) {
        size_t octets = sizes[i / 2];
        rig.wire.knows_length = i % 2 != 0;
        wire_push(&rig.wire, frame, octets);
        rig_settle();
        assert_int_equal(given_octets, octets);
        assert_memory_equal(given, frame, octets);
    }
}

static void frames_of_a_wrong_length_are_dropped_and_counted(void **state)
{
    (void)state;
    rig_start_device();
    static const size_t sizes[] = {1, 13, FRAME_MAX + 1, 1522, 4000};
    for (size_t i = 0; i < 2 * LWIP_ARRAYSIZE(sizes); i++) {
        rig.wire.knows_length = i % 2 != 0;
        receive(sizes[i / 2]);
        rig_settle();
        assert_int_equal(ethif_counters.rx_drop_length, i + 1);
        assert_int_equal(rxbuf_stats.used, 0);
    }
    assert_int_equal(ethif_counters.rx_delivered, 0);
}

static void a_frame_without_a_buffer_is_dropped_and_counted(void **state)
{
    (void)state;
    rig_start_device();
    fault_refuse(FAULT_RX_BUFFERS, true);
    receive(60);
    receive(1514);
    rig_settle();
    assert_null(rig.wire.queue);
    assert_int_equal(ethif_counters.rx_drop_no_buffer, 2);
    fault_refuse(FAULT_RX_BUFFERS, false);
    receive(60);
    rig_settle();
    assert_int_equal(ethif_counters.rx_delivered, 1);
}

/// Takes every receive buffer but `spare`. Returns them as a chain.
static struct pbuf *take_buffers(size_t spare)
{
    struct pbuf *taken = NULL;
    while (rxbuf_stats.used < RX_BUFFERS - spare) {
        struct pbuf *p = rxbuf_alloc(1);
        assert_non_null(p);
        p->next = taken;
        taken = p;
    }
    return taken;
}

static void give_back(struct pbuf *taken)
{
    while (taken != NULL) {
        struct pbuf *next = taken->next;
        taken->next = NULL;
        pbuf_free(taken);
        taken = next;
    }
}

static void a_frame_that_fits_only_in_part_is_dropped_and_counted(void **state)
{
    (void)state;
    rig_start_device();
    if ((size_t)RX_BUFFER_OCTETS >= ETH_PAD_SIZE + FRAME_MAX) {
        struct pbuf *p = rxbuf_alloc(ETH_PAD_SIZE + FRAME_MAX);
        assert_null(p->next); // one buffer takes any frame: nothing can fit in part
        pbuf_free(p);
        return;
    }
    struct pbuf *taken = take_buffers(1);
    receive(1514);
    receive(60);
    rig_settle();
    assert_int_equal(ethif_counters.rx_drop_no_buffer, 1);
    assert_int_equal(ethif_counters.rx_delivered, 1);
    give_back(taken);
}

static void a_frame_that_is_gone_when_it_is_fetched_is_nothing(void **state)
{
    (void)state;
    rig_start_device();
    rig.wire.has_frame_gone = true;
    rig_settle();
    assert_false(rig.wire.has_frame_gone);
    assert_int_equal(ethif_counters.rx_frames, 0);
    assert_int_equal(rxbuf_stats.used, 0);
}

static err_t on_input_refused(struct pbuf *p, struct netif *netif)
{
    (void)p;
    (void)netif;
    return ERR_MEM;
}

static void a_frame_that_lwip_refuses_is_freed_and_counted(void **state)
{
    (void)state;
    rig_start_device();
    rig.netif.input = on_input_refused;
    receive(100);
    rig_settle();
    assert_int_equal(ethif_counters.rx_drop_refused, 1);
    assert_int_equal(rxbuf_stats.used, 0);
}

static void a_batch_is_bounded_and_says_that_there_is_more(void **state)
{
    (void)state;
    rig_start_device();
    for (int i = 0; i < BATCH + 1; i++) {
        receive(60);
    }
    assert_int_equal(device_poll(&rig.netif), 0);
    assert_int_equal(ethif_counters.rx_frames, BATCH);
    assert_true(device_poll(&rig.netif) > 0);
    assert_int_equal(ethif_counters.rx_frames, BATCH + 1);
}

/// A frame to send: `octets` of a pattern in `pieces` pbufs, the first with lwIP's padding in
/// front.
static struct pbuf *frame_in_pieces(size_t octets, size_t pieces)
{
    static u8_t memory[NETDEV_FRAME_OCTETS_MAX + ETH_PAD_SIZE];
    struct pbuf *chain = NULL;
    size_t done = 0;
    for (size_t i = 0; i < pieces; i++) {
        size_t part = octets * (i + 1) / pieces - done;
        size_t pad = i == 0 ? ETH_PAD_SIZE : 0;
        u8_t *at = i == 0 ? memory : memory + ETH_PAD_SIZE + done;
        struct pbuf *p = pbuf_alloc_reference(at, (u16_t)(part + pad), PBUF_REF);
        assert_non_null(p);
        for (size_t j = 0; j < part; j++) {
            ((u8_t *)p->payload)[pad + j] = (u8_t)((done + j) * 7);
        }
        done += part;
        if (chain == NULL) {
            chain = p;
        } else {
            pbuf_cat(chain, p);
        }
    }
    return chain;
}

/// Sends such a frame. Returns in how many pieces it came out, and checks its content.
static size_t send_in_pieces(size_t octets, size_t pieces)
{
    struct pbuf *p = frame_in_pieces(octets, pieces);
    assert_int_equal(rig.netif.linkoutput(&rig.netif, p), ERR_OK);
    pbuf_free(p);
    struct wire_frame *frame = wire_take_sent(&rig.wire);
    assert_non_null(frame);
    assert_int_equal(frame->octets, octets);
    for (size_t i = 0; i < octets; i++) {
        assert_int_equal(frame->data[i], (uint8_t)(i * 7));
    }
    size_t came_in = frame->pieces;
    free(frame);
    return came_in;
}

static void a_frame_in_pieces_is_gathered_by_the_device(void **state)
{
    (void)state;
    rig_start_device();
    size_t frames = (size_t)ethif_counters.tx_frames;
    assert_int_equal(send_in_pieces(14, 1), 1);
    assert_int_equal(send_in_pieces(61, 2), 2);
    assert_int_equal(send_in_pieces(999, 3), 3);
    assert_int_equal(send_in_pieces(200, PIECES_MAX), PIECES_MAX);
    assert_int_equal(ethif_counters.tx_frames, frames + 4);
}

static void a_frame_of_too_many_pieces_is_gathered_before(void **state)
{
    (void)state;
    rig_start_device();
    if (!HEAP_HOLDS_FRAMES) { // or dropped
        struct pbuf *p = frame_in_pieces(200, PIECES_MAX + 1);
        assert_int_equal(rig.netif.linkoutput(&rig.netif, p), ERR_MEM);
        assert_int_equal(ethif_counters.tx_drop_no_memory, 1);
        pbuf_free(p);
        return;
    }
    assert_int_equal(send_in_pieces(200, PIECES_MAX + 1), 1);
    assert_int_equal(heap_stats()->used, 0);
}

static void a_frame_that_can_not_be_gathered_is_dropped_and_counted(void **state)
{
    (void)state;
    rig_start_device();
    struct pbuf *p = frame_in_pieces(200, PIECES_MAX + 1);
    fault_refuse(FAULT_HEAP, true);
    assert_int_equal(rig.netif.linkoutput(&rig.netif, p), ERR_MEM);
    assert_int_equal(ethif_counters.tx_drop_no_memory, 1);
    pbuf_free(p);
}

static void a_frame_that_the_device_refuses_is_counted(void **state)
{
    (void)state;
    rig_start_device();
    COUNTER_T frames = ethif_counters.tx_frames;
    COUNTER_T octets = ethif_counters.tx_octets;
    struct pbuf *p = frame_in_pieces(100, 2);
    rig.wire.refuses_tx = true;
    assert_int_equal(rig.netif.linkoutput(&rig.netif, p), ERR_IF);
    assert_int_equal(ethif_counters.tx_drop_refused, 1);
    assert_int_equal(ethif_counters.tx_frames, frames);
    rig.wire.refuses_tx = false;
    assert_int_equal(rig.netif.linkoutput(&rig.netif, p), ERR_OK);
    assert_int_equal(ethif_counters.tx_frames, frames + 1);
    assert_int_equal(ethif_counters.tx_octets, octets + 100);
    pbuf_free(p);
}

static void the_link_is_followed_and_logged(void **state)
{
    (void)state;
    rig_start_device();
    assert_true(netif_is_link_up(&rig.netif));
    COUNTER_T changes = ethif_counters.link_changes;
    rig.wire.link_is_down = true;
    rig_advance(5000);
    assert_false(netif_is_link_up(&rig.netif));
    assert_int_equal(log_count("ethif: link state=down"), 1);
    rig.wire.link_is_down = false;
    rig_advance(5000);
    assert_true(netif_is_link_up(&rig.netif));
    assert_int_equal(log_count("ethif: link state=up"), 2);
    assert_int_equal(ethif_counters.link_changes, changes + 2);
}

static void the_interface_has_what_the_device_has(void **state)
{
    (void)state;
    assert_int_equal(device_start(&rig.netif, &rig.wire.netdev, mac), ERR_OK);
    assert_memory_equal(rig.wire.mac, mac, sizeof mac);
    assert_memory_equal(rig.netif.hwaddr, mac, sizeof mac);
    assert_int_equal(rig.netif.mtu, 1500);
    assert_true(netif_is_up(&rig.netif));
    assert_ptr_equal(netif_default, &rig.netif);
    device_stop(&rig.netif);
    assert_false(rig.wire.started);
}

static void a_device_that_does_not_start_is_an_error(void **state)
{
    (void)state;
    rig.wire.start_fails = true;
    assert_int_equal(device_start(&rig.netif, &rig.wire.netdev, mac), ERR_IF);
    assert_null(netif_default);
    rig.wire.start_fails = false;
    rig_start_device();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(a_frame_of_any_valid_size_is_delivered),
        CLAIM(received_octets_are_in_place),
        CLAIM(frames_of_a_wrong_length_are_dropped_and_counted),
        CLAIM(a_frame_without_a_buffer_is_dropped_and_counted),
        CLAIM(a_frame_that_fits_only_in_part_is_dropped_and_counted),
        CLAIM(a_frame_that_is_gone_when_it_is_fetched_is_nothing),
        CLAIM(a_frame_that_lwip_refuses_is_freed_and_counted),
        CLAIM(a_batch_is_bounded_and_says_that_there_is_more),
        CLAIM(a_frame_in_pieces_is_gathered_by_the_device),
        CLAIM(a_frame_of_too_many_pieces_is_gathered_before),
        CLAIM(a_frame_that_can_not_be_gathered_is_dropped_and_counted),
        CLAIM(a_frame_that_the_device_refuses_is_counted),
        CLAIM(the_link_is_followed_and_logged),
        CLAIM(the_interface_has_what_the_device_has),
        CLAIM(a_device_that_does_not_start_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
