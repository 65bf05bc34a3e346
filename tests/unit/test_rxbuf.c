// SPDX-License-Identifier: BSD-3-Clause
// Receive buffers.
#include <string.h>

#include "rxbuf.h"
#include "unit.h"

enum {
    ONE = RX_BUFFER_OCTETS,
};

/// Checks a chain of `octets`: full buffers but for the last, each with its end.
static void expect_chain(struct pbuf *p, size_t octets)
{
    assert_int_equal(p->tot_len, octets);
    for (; p != NULL; p = p->next) {
        assert_int_equal(p->len, LWIP_MIN(octets, ONE));
        assert_int_equal((uintptr_t)p->payload % MEM_ALIGNMENT, 0);
        assert_int_equal(rxbuf_end(p) - (const u8_t *)p->payload, ONE);
        octets -= p->len;
    }
    assert_int_equal(octets, 0);
}

static void a_chain_has_the_octets_asked_for(void **state)
{
    (void)state;
    rig_start_device();
    static const u16_t sizes[] = {1, 2, ONE - 1, ONE, ONE + 1, 2 * ONE, 2 * ONE + 1, 3 * ONE};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(sizes); i++) {
        struct pbuf *p = rxbuf_alloc(sizes[i]);
        assert_non_null(p);
        expect_chain(p, sizes[i]);
        assert_int_equal(pbuf_clen(p), (sizes[i] + ONE - 1) / ONE);
        assert_int_equal(rxbuf_stats.used, pbuf_clen(p));
        pbuf_free(p);
        assert_int_equal(rxbuf_stats.used, 0);
    }
}

static void headers_can_be_put_back_in_front(void **state)
{
    (void)state;
    rig_start_device();
    struct pbuf *p = rxbuf_alloc(100);
    void *payload = p->payload;
    assert_int_equal(pbuf_remove_header(p, 42), 0);
    assert_int_equal(pbuf_add_header(p, 42), 0);
    assert_ptr_equal(p->payload, payload);
    pbuf_free(p);
}

static void buffers_do_not_overlap(void **state)
{
    (void)state;
    rig_start_device();
    struct pbuf *first = rxbuf_alloc(ONE);
    struct pbuf *second = rxbuf_alloc(ONE);
    struct pbuf *third = rxbuf_alloc(ONE);
    memset(first->payload, 1, ONE);
    memset(second->payload, 2, ONE);
    memset(third->payload, 3, ONE);
    pbuf_free(second); // fills it, in the tests
    for (size_t i = 0; i < ONE; i++) {
        assert_int_equal(((u8_t *)first->payload)[i], 1);
        assert_int_equal(((u8_t *)third->payload)[i], 3);
    }
    pbuf_free(first);
    pbuf_free(third);
}

static struct pbuf *taken;

static void take(size_t buffers)
{
    for (size_t i = 0; i < buffers; i++) {
        struct pbuf *p = rxbuf_alloc(1);
        assert_non_null(p);
        p->next = taken;
        taken = p;
    }
}

static void give_back(void)
{
    while (taken != NULL) {
        struct pbuf *p = taken;
        taken = p->next;
        p->next = NULL;
        pbuf_free(p);
    }
    assert_int_equal(rxbuf_stats.used, 0);
}

static void an_empty_pool_gives_nothing_and_counts_it(void **state)
{
    (void)state;
    rig_start_device();
    for (int i = 0; i < 2; i++) { // the second time out of used buffers
        take(RX_BUFFERS);
        assert_int_equal(rxbuf_stats.used, RX_BUFFERS);
        assert_int_equal(rxbuf_stats.max, RX_BUFFERS);
        STAT_COUNTER err = rxbuf_stats.err;
        assert_null(rxbuf_alloc(1));
        assert_int_equal(rxbuf_stats.err, err + 1);
        give_back();
    }
    assert_int_equal(rxbuf_stats.avail, RX_BUFFERS);
    assert_int_equal(rxbuf_stats.max, RX_BUFFERS);
}

static void a_pool_that_runs_out_gives_a_shorter_chain(void **state)
{
    (void)state;
    rig_start_device();
    take(RX_BUFFERS - 2);
    struct pbuf *p = rxbuf_alloc(3 * ONE);
    expect_chain(p, 2 * ONE);
    assert_null(rxbuf_alloc(1));
    pbuf_free(p);
    p = rxbuf_alloc(2 * ONE);
    expect_chain(p, 2 * ONE);
    pbuf_free(p);
    give_back();
}

#if TCP_QUEUE_OOSEQ
static void segments_out_of_order_are_given_up_first(void **state)
{
    (void)state;
    rig_serve();
    struct peer *peer = rig_connect();
    peer_prepare(peer, 1000);
    for (size_t i = 1; i < 10; i++) {
        peer_segment(peer, FLAG_ACK, 100 * i, 100);
    }
    rig_settle();
    assert_int_equal(rxbuf_stats.used, 9);
    take(RX_BUFFERS - 9);
    peer_segment(peer, FLAG_ACK, 0, 100);
    rig_settle();
    assert_int_equal(ethif_counters.rx_drop_no_buffer, 0);
    assert_int_equal(peer->received, 100);
    give_back();
    peer_exchange(peer, 0);
    assert_int_equal(peer->received, 1000);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(a_chain_has_the_octets_asked_for),
        CLAIM(headers_can_be_put_back_in_front),
        CLAIM(buffers_do_not_overlap),
        CLAIM(an_empty_pool_gives_nothing_and_counts_it),
        CLAIM(a_pool_that_runs_out_gives_a_shorter_chain),
#if TCP_QUEUE_OOSEQ
        CLAIM(segments_out_of_order_are_given_up_first),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
