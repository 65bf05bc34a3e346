// SPDX-License-Identifier: BSD-3-Clause
// Virtual time: a binary heap of events.
#include "clock.h"

#include "lwip/sys.h"
#include "peers/peers.h"
#include "world.h"

enum {
    EVENTS_MAX = 1 << 16,
    PEERS_MS = 5000, // what the peers' clock shows at time 0: theirs is not to be tried
};

struct event {
    uint64_t due_us;
    uint64_t order;
    void (*run)(void *arg);
    void *arg;
};

static struct event heap[EVENTS_MAX]; // the earliest first, children of i at 2 i + 1 and 2 i + 2
static uint32_t heap_n;
static uint64_t now_us;
static uint64_t made;
static uint64_t ran;
static uint32_t device_offset_ms;

static bool is_before(const struct event *a, const struct event *b)
{
    return a->due_us != b->due_us ? a->due_us < b->due_us : a->order < b->order;
}

void clock_at(uint64_t due_us, void (*run)(void *arg), void *arg)
{
    if (heap_n == EVENTS_MAX) {
        world_fail("the world: too many events wait");
    }
    struct event event = {due_us > now_us ? due_us : now_us, made++, run, arg};
    uint32_t i = heap_n++;
    while (i > 0 && is_before(&event, &heap[(i - 1) / 2])) {
        heap[i] = heap[(i - 1) / 2];
        i = (i - 1) / 2;
    }
    heap[i] = event;
}

static struct event take_first(void)
{
    struct event first = heap[0];
    struct event last = heap[--heap_n];
    uint32_t i = 0;
    for (uint32_t child = 1; child < heap_n; child = 2 * i + 1) {
        if (child + 1 < heap_n && is_before(&heap[child + 1], &heap[child])) {
            child++;
        }
        if (!is_before(&heap[child], &last)) {
            break;
        }
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = last;
    return first;
}

bool clock_run_next(uint64_t until_us)
{
    if (heap_n == 0 || heap[0].due_us > until_us) {
        now_us = until_us;
        return false;
    }
    struct event event = take_first();
    now_us = event.due_us;
    ran++;
    event.run(event.arg);
    return true;
}

void clock_set_device(uint32_t device_ms)
{
    device_offset_ms = device_ms;
}

uint64_t clock_us(void)
{
    return now_us;
}

uint64_t clock_events(void)
{
    return ran;
}

uint64_t clock_device_due_us(uint32_t ms)
{
    return (now_us / US_PER_MS + ms) * US_PER_MS;
}

u32_t sys_now(void)
{
    return (u32_t)(now_us / US_PER_MS) + device_offset_ms;
}

uint32_t peers_now(void)
{
    return (uint32_t)(now_us / US_PER_MS) + PEERS_MS;
}
