// SPDX-License-Identifier: BSD-3-Clause
// Allocations that fail, and memory that must not be touched once it is given back.
#include "alloc.h"

#include <string.h>

#include "clock.h"
#include "lwip/mem.h"
#include "lwip/priv/memp_priv.h"
#include "plant.h"
#include "rng.h"
#include "rxbuf.h"
#include "spells.h"
#include "world.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, octets) ((void)(at), (void)(octets))
#define ASAN_UNPOISON_MEMORY_REGION(at, octets) ((void)(at), (void)(octets))
#endif

enum {
    KIND_HEAP = MEMP_MAX, // behind lwIP's own pools
    KIND_RX_BUFFERS,
    KINDS,
    FREED_OCTET = 0xdd,
    // lwIP's DHCP client takes one only at once after it has given it back.
    POOL_TAKEN_BACK = MEMP_UDP_PCB,
#if LWIP_IPV6
    POOL_NEVER_EMPTY = MEMP_MLD6_GROUP, // it has room for every group that there is
#else
    POOL_NEVER_EMPTY = KINDS,
#endif
};

static bool is_suspended;
static uint64_t allocations;
static uint32_t period;
static uint32_t single_chance;
static struct rng single_draws;
static struct spells bursts;
static pbuf_free_custom_fn rxbuf_free;

// NOLINTBEGIN(bugprone-reserved-identifier): the linker wants these names.
void *__real_memp_malloc(memp_t type);
void *__wrap_memp_malloc(memp_t type);
void __real_memp_free(memp_t type, void *mem);
void __wrap_memp_free(memp_t type, void *mem);
void *__real_mem_malloc(mem_size_t octets);
void *__wrap_mem_malloc(mem_size_t octets);
struct pbuf *__real_rxbuf_alloc(u16_t octets);
struct pbuf *__wrap_rxbuf_alloc(u16_t octets);
// NOLINTEND(bugprone-reserved-identifier)

void alloc_start(void)
{
    struct rng rng = plan_fault_setup(FAULT_alloc_periodic);
    period = rng_scale(&rng, 2, 1000);
    rng = plan_fault_setup(FAULT_alloc_single);
    single_chance = rng_scale(&rng, 50, 20000);
    single_draws = plan_fault_draws(FAULT_alloc_single);
    spells_draw(&bursts, FAULT_alloc_burst, 10, 10000);
}

void alloc_suspend(bool suspended)
{
    is_suspended = suspended;
}

/// Returns whether a spell strikes this kind: one kind, or all of them.
static bool burst_strikes(unsigned kind)
{
    const struct spell *spell = spells_now(&bursts);
    if (spell == NULL) {
        return false;
    }
    unsigned which = spell->which % (KINDS + 1);
    return which == KINDS || which == kind;
}

static bool struck(enum fault fault, bool does)
{
    if (does) {
        world_fault_struck(fault);
    }
    return does;
}

static bool fails(unsigned kind)
{
    if (is_suspended) {
        return false;
    }
    allocations++;
    return (world_fault_is_on(FAULT_alloc_single) &&
            struck(FAULT_alloc_single, rng_chance(&single_draws, single_chance))) ||
           (world_fault_is_on(FAULT_alloc_periodic) &&
            struck(FAULT_alloc_periodic, allocations % period == 0)) ||
           struck(FAULT_alloc_burst, burst_strikes(kind));
}

void *__wrap_memp_malloc(memp_t type)
{
    bool can_be_empty = (unsigned)type != POOL_NEVER_EMPTY && (unsigned)type != POOL_TAKEN_BACK;
    void *mem = can_be_empty && fails(type) ? NULL : __real_memp_malloc(type);
    if (mem != NULL) {
        ASAN_UNPOISON_MEMORY_REGION(mem, memp_pools[type]->size);
    }
    return mem;
}

/// What lies in a pool must not be touched, except for the pool's own list.
void __wrap_memp_free(memp_t type, void *mem)
{
    __real_memp_free(type, mem);
    if (mem != NULL) {
        ASAN_POISON_MEMORY_REGION((char *)mem + sizeof(struct memp),
                                  memp_pools[type]->size - sizeof(struct memp));
    }
}

void *__wrap_mem_malloc(mem_size_t octets)
{
    return fails(KIND_HEAP) ? NULL : __real_mem_malloc(octets);
}

static void on_rxbuf_free(struct pbuf *p)
{
    memset(rxbuf_end(p) - RX_BUFFER_OCTETS, FREED_OCTET, RX_BUFFER_OCTETS);
    ASAN_POISON_MEMORY_REGION(rxbuf_end(p) - RX_BUFFER_OCTETS, RX_BUFFER_OCTETS);
    rxbuf_free(p);
}

/// A segment that still refers to a freed buffer will be seen by its content.
struct pbuf *__wrap_rxbuf_alloc(u16_t octets)
{
    bool refused = fails(KIND_RX_BUFFERS) || plant_refuses_rx_buffer();
    struct pbuf *chain = refused ? NULL : __real_rxbuf_alloc(octets);
    for (struct pbuf *p = chain; p != NULL; p = p->next) {
        struct pbuf_custom *custom = (struct pbuf_custom *)(void *)p;
        rxbuf_free = custom->custom_free_function;
        custom->custom_free_function = on_rxbuf_free;
        ASAN_UNPOISON_MEMORY_REGION(rxbuf_end(p) - RX_BUFFER_OCTETS, RX_BUFFER_OCTETS);
    }
    return chain;
}
