// SPDX-License-Identifier: BSD-3-Clause
// The bench of a case.
#include "bench.h"

#include <stdlib.h>
#include <string.h>

#include "lwip/init.h"

enum {
    MTU = 1500,
    APART_MS = 5000, // between cases, which leave limits on answers used up
};

struct bench bench;

int bench_setup(void **state)
{
    (void)state;
    static bool has_lwip;
    static uint32_t cases;
    clock_reset();
    clock_advance(++cases * APART_MS);
    if (!has_lwip) {
        has_lwip = true;
        lwip_init();
    }
    memset(&guard_counters, 0, sizeof guard_counters);
    memset(&guard_ip_counters, 0, sizeof guard_ip_counters);
    memset(&hooks_counters, 0, sizeof hooks_counters);
    memset(&bench, 0, sizeof bench);
    bench.netif.mtu = MTU;
    bench.netif.flags = NETIF_FLAG_UP | NETIF_FLAG_LINK_UP | NETIF_FLAG_BROADCAST;
    memcpy(bench.netif.hwaddr, mac_device, sizeof mac_device);
    ip_addr_t ip = IPADDR4_INIT_BYTES(198, 51, 100, 2);
    ip_addr_t mask = IPADDR4_INIT_BYTES(255, 255, 255, 0);
    bench.netif.ip_addr = ip;
    bench.netif.netmask = mask;
    bench_setup_ip6();
    return 0;
}

/// A piece of a frame, in memory of exactly its length.
static void piece_make(struct pbuf *p, const uint8_t *octets, size_t n, size_t padding)
{
    *p = (struct pbuf){.payload = malloc(n + padding), .ref = 1};
    assert_non_null(p->payload);
    p->len = (u16_t)(n + padding);
    memset(p->payload, 0xee, padding);
    memcpy((u8_t *)p->payload + padding, octets, n);
}

bool bench_judge_split(struct frame *frame, size_t first)
{
    struct pbuf head;
    struct pbuf tail;
    size_t rest = frame->octets - first;
    piece_make(&head, frame->data, first, ETH_PAD_SIZE);
    head.tot_len = (u16_t)(frame->octets + ETH_PAD_SIZE);
    if (rest > 0) {
        piece_make(&tail, frame->data + first, rest, 0);
        tail.tot_len = tail.len;
        head.next = &tail;
    }
    bool accepted = guard_accepts(&head, &bench.netif);
    guard_done();
    memcpy(frame->data, (u8_t *)head.payload + ETH_PAD_SIZE, first);
    free(head.payload);
    if (rest > 0) {
        free(tail.payload);
    }
    return accepted;
}

bool bench_judge(struct frame *frame)
{
    return bench_judge_split(frame, frame->octets);
}

bool bench_permits(const struct frame *frame)
{
    struct pbuf p;
    piece_make(&p, frame->data, frame->octets, ETH_PAD_SIZE);
    p.tot_len = p.len;
    bool permitted = guard_permits(&p, &bench.netif);
    free(p.payload);
    return permitted;
}

static COUNTER_T sum_of(const struct counters *counters)
{
    COUNTER_T sum = 0;
    for (size_t i = 0; i < counters->n; i++) {
        sum += strncmp(counters->names[i], "drop_", 5) == 0 ? counters->values[i] : 0;
    }
    return sum;
}

COUNTER_T bench_drops(void)
{
    return sum_of(&guard_counters_info) + sum_of(&guard_ip_counters_info) + bench_drops_ip6();
}

void bench_refuses(struct frame *frame, const COUNTER_T *counter)
{
    struct frame again = *frame;
    COUNTER_T before = *counter;
    COUNTER_T drops = bench_drops();
    assert_false(bench_judge(frame));
    assert_int_equal(*counter, before + 1);
    assert_int_equal(bench_drops(), drops + 1);
    defence_off = counter;
    assert_true(bench_judge(&again));
    assert_int_equal(*counter, before + 1);
    assert_int_equal(bench_drops(), drops + 1);
    defence_off = NULL;
}

void bench_accepts(struct frame *frame)
{
    COUNTER_T drops = bench_drops();
    assert_true(bench_judge(frame));
    assert_int_equal(bench_drops(), drops);
}
