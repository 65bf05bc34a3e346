// SPDX-License-Identifier: BSD-3-Clause
// Allocations that fail, and receive buffers that don't keep their content when they are freed.
#include "fault.h"

#include <string.h>

#include "held.h"
#include "lwip/mem.h"
#include "lwip/priv/memp_priv.h"
#include "rxbuf.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HAS_ASAN 1
#endif
#endif

#ifdef HAS_ASAN
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(at, octets) ((void)(at), (void)(octets))
#define ASAN_UNPOISON_MEMORY_REGION(at, octets) ((void)(at), (void)(octets))
#endif

enum {
    FREED_OCTET = 0xdd,
    BEHIND_OCTET = 0xbb,
};

static bool refused_kinds[FAULT_KINDS];
static size_t fail_from;
static size_t fail_to;
static size_t allocations;
static size_t failures;
static pbuf_free_custom_fn rxbuf_free;
static uint8_t *behind; // a received frame: forbidden
static size_t behind_octets;

// NOLINTBEGIN(bugprone-reserved-identifier): the linker wants these names.
void *__real_memp_malloc_fn(memp_t type, const char *file, const int line);
void *__wrap_memp_malloc_fn(memp_t type, const char *file, const int line);
void __real_memp_free(memp_t type, void *mem);
void __wrap_memp_free(memp_t type, void *mem);
void *__real_mem_malloc(mem_size_t octets);
void *__wrap_mem_malloc(mem_size_t octets);
struct pbuf *__real_rxbuf_alloc(u16_t octets);
struct pbuf *__wrap_rxbuf_alloc(u16_t octets);
void __real_held_append(struct held *held, struct pbuf *chain);
void __wrap_held_append(struct held *held, struct pbuf *chain);
// NOLINTEND(bugprone-reserved-identifier)

static bool fails(int kind)
{
    allocations++;
    bool does = refused_kinds[kind] || (allocations >= fail_from && allocations < fail_to);
    failures += does ? 1 : 0;
    return does;
}

/// MEMP_OVERFLOW_CHECK makes memp_malloc() this.
void *__wrap_memp_malloc_fn(memp_t type, const char *file, const int line)
{
    void *mem = fails((int)type) ? NULL : __real_memp_malloc_fn(type, file, line);
    if (mem != NULL) {
        ASAN_UNPOISON_MEMORY_REGION(mem, memp_pools[type]->size);
    }
    return mem;
}

/// What lies in a pool must not be touched, except for the pool's own list: it is before the
/// element since lwIP checks its edges.
void __wrap_memp_free(memp_t type, void *mem)
{
    __real_memp_free(type, mem);
    if (mem != NULL) {
        memset(mem, FREED_OCTET, memp_pools[type]->size);
        ASAN_POISON_MEMORY_REGION(mem, memp_pools[type]->size);
    }
}

void *__wrap_mem_malloc(mem_size_t octets)
{
    return fails(FAULT_HEAP) ? NULL : __real_mem_malloc(octets);
}

void fault_forbid_behind(uint8_t *at, size_t octets)
{
    ASAN_UNPOISON_MEMORY_REGION(behind, behind_octets);
    behind = at;
    behind_octets = octets;
    if (octets > 0) {
        memset(at, BEHIND_OCTET, octets);
        ASAN_POISON_MEMORY_REGION(at, octets);
    }
}

/// The application may put octets behind those of a frame.
void __wrap_held_append(struct held *held, struct pbuf *chain)
{
    fault_forbid_behind(NULL, 0);
    __real_held_append(held, chain);
}

static bool freed_is_allowed;

void fault_allow_freed(void)
{
    freed_is_allowed = true;
}

static void on_rxbuf_free(struct pbuf *p)
{
    if (behind >= rxbuf_end(p) - RX_BUFFER_OCTETS && behind < rxbuf_end(p)) {
        fault_forbid_behind(NULL, 0);
    }
    memset(rxbuf_end(p) - RX_BUFFER_OCTETS, FREED_OCTET, RX_BUFFER_OCTETS);
    if (!freed_is_allowed) {
        ASAN_POISON_MEMORY_REGION(rxbuf_end(p) - RX_BUFFER_OCTETS, RX_BUFFER_OCTETS);
    }
    rxbuf_free(p);
    struct pbuf *next = p->next; // the pool's own list
    memset(p, FREED_OCTET, sizeof(struct pbuf_custom));
    p->next = next;
}

/// A segment that still refers to a freed buffer will be seen by its content.
struct pbuf *__wrap_rxbuf_alloc(u16_t octets)
{
    struct pbuf *chain = fails(FAULT_RX_BUFFERS) ? NULL : __real_rxbuf_alloc(octets);
    for (struct pbuf *p = chain; p != NULL; p = p->next) {
        struct pbuf_custom *custom = (struct pbuf_custom *)(void *)p;
        rxbuf_free = custom->custom_free_function;
        custom->custom_free_function = on_rxbuf_free;
        ASAN_UNPOISON_MEMORY_REGION(p->payload, (size_t)(rxbuf_end(p) - (u8_t *)p->payload));
    }
    return chain;
}

void fault_clear(void)
{
    memset(refused_kinds, 0, sizeof refused_kinds);
    fail_from = 0;
    fail_to = 0;
    allocations = 0;
    failures = 0;
}

void fault_fail(size_t nth, size_t more)
{
    fail_from = allocations + nth;
    fail_to = fail_from + 1 + more;
}

void fault_refuse(int kind, bool refused)
{
    refused_kinds[kind] = refused;
}

size_t fault_allocations(void)
{
    return allocations;
}

size_t fault_failures(void)
{
    return failures;
}

void fault_ignore(void (*ignore)(const void *at, size_t octets))
{
    ignore(&allocations, sizeof allocations);
}
