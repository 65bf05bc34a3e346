// SPDX-License-Identifier: BSD-3-Clause
// The process's static memory, and back to it. Built without sanitizers: it copies what they
// forbid, and their shadow memory with it.
#include "memory.h"

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "target.h"

enum {
    PAGE_OCTETS = 4096,
    PAGES_MAX = 65536,
    IGNORED_MAX = 32,
    IGNORED_OCTETS_MAX = 4096,
    LANES = 4,
};

struct range {
    uint8_t *at;
    size_t octets;
};

/// Lies in mapped memory, so that it outlasts what it restores.
struct store {
    uint8_t *start;
    size_t pages;
    uint8_t *copy;
    uint8_t *shadow; ///< AddressSanitizer's, of the first page; NULL: there is none
    uint8_t *shadow_copy;
    size_t shadow_octets; ///< of a page
    struct sigaction before;
    size_t written_n;
    uint32_t written[PAGES_MAX];
    bool is_written[PAGES_MAX];
    size_t ignored_n;
    struct range ignored[IGNORED_MAX];
};

static struct store *store;

// NOLINTBEGIN(bugprone-reserved-identifier): the linker and the sanitizers name them.
extern uint8_t __data_start[];
extern uint8_t _end[];
void __asan_get_shadow_mapping(size_t *scale, size_t *offset) __attribute__((weak));
// NOLINTEND(bugprone-reserved-identifier)

/// Not memcpy(), which the sanitizers watch; volatile, lest the compiler makes it one.
static void copy(uint8_t *to, const uint8_t *from, size_t octets)
{
    volatile uint64_t *to_words = (uint64_t *)(void *)to;
    const uint64_t *from_words = (const uint64_t *)(const void *)from;
    for (size_t i = 0; i < octets / sizeof(uint64_t); i++) {
        to_words[i] = from_words[i];
    }
}

static void must(bool holds, const char *claim)
{
    if (!holds) {
        target_panic(claim, __FILE__, __LINE__);
    }
}

static void *map(size_t octets, int flags)
{
    flags |= MAP_ANONYMOUS | MAP_NORESERVE;
    void *at = mmap(NULL, octets, PROT_READ | PROT_WRITE, flags, -1, 0);
    must(at != MAP_FAILED, "the test has memory");
    return at;
}

void *memory_map(size_t octets)
{
    return map(octets, MAP_PRIVATE);
}

void *memory_share(size_t octets)
{
    return map(octets, MAP_SHARED);
}

static struct store *store_of(void)
{
    if (store == NULL) {
        store = memory_map(sizeof *store);
        uintptr_t first = (uintptr_t)__data_start / PAGE_OCTETS * PAGE_OCTETS;
        uintptr_t last = ((uintptr_t)_end + PAGE_OCTETS - 1) / PAGE_OCTETS * PAGE_OCTETS;
        store->start = (uint8_t *)first;
        store->pages = (last - first) / PAGE_OCTETS;
        must(store->pages <= PAGES_MAX, "PAGES_MAX covers all static memory");
    }
    return store;
}

void memory_ignore(const void *at, size_t octets)
{
    struct store *s = store_of();
    must(s->ignored_n < IGNORED_MAX, "IGNORED_MAX is enough");
    s->ignored[s->ignored_n++] = (struct range){(uint8_t *)(uintptr_t)at, octets};
}

/// The first write to a page. Any other fault is left to whoever handled it before.
static void on_fault(int signal, siginfo_t *info, void *context)
{
    (void)signal;
    (void)context;
    size_t page = ((uintptr_t)info->si_addr - (uintptr_t)store->start) / PAGE_OCTETS;
    if ((uint8_t *)info->si_addr < store->start || page >= store->pages ||
        store->is_written[page]) {
        sigaction(SIGSEGV, &store->before, NULL);
        return;
    }
    store->is_written[page] = true;
    store->written[store->written_n++] = (uint32_t)page;
    mprotect(store->start + page * PAGE_OCTETS, PAGE_OCTETS, PROT_READ | PROT_WRITE);
}

static void shadow_keep(struct store *s)
{
    if (__asan_get_shadow_mapping == NULL) {
        return;
    }
    size_t scale;
    size_t offset;
    __asan_get_shadow_mapping(&scale, &offset);
    s->shadow = (uint8_t *)(((uintptr_t)s->start >> scale) + offset);
    s->shadow_octets = PAGE_OCTETS >> scale;
    s->shadow_copy = memory_map(s->pages * s->shadow_octets);
    copy(s->shadow_copy, s->shadow, s->pages * s->shadow_octets);
}

void memory_keep(void)
{
    struct store *s = store_of();
    must(s->copy == NULL, "memory is kept once");
    size_t octets = s->pages * PAGE_OCTETS;
    s->copy = memory_map(octets);
    copy(s->copy, s->start, octets);
    shadow_keep(s);
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_NODEFER};
    sigaction(SIGSEGV, &action, &s->before);
    must(mprotect(s->start, octets, PROT_READ) == 0, "static memory can be write-protected");
}

void memory_restore(void)
{
    const struct store *s = store;
    for (size_t i = 0; i < s->written_n; i++) {
        size_t page = s->written[i];
        size_t at = page * PAGE_OCTETS;
        copy(s->start + at, s->copy + at, PAGE_OCTETS);
        if (s->shadow != NULL) {
            size_t shadow_at = page * s->shadow_octets;
            copy(s->shadow + shadow_at, s->shadow_copy + shadow_at, s->shadow_octets);
        }
    }
}

/// Moves what is ignored out of the way (`there` NULL: back to its place).
static void ignored_move(const struct store *s, uint8_t *there, const uint8_t *back)
{
    for (size_t i = 0; i < s->ignored_n; i++) {
        const struct range *range = &s->ignored[i];
        for (size_t k = 0; k < range->octets; k++) {
            if (there != NULL) {
                *there++ = range->at[k];
                range->at[k] = 0;
            } else {
                range->at[k] = *back++;
            }
        }
    }
}

uint64_t memory_digest(void)
{
    const struct store *s = store;
    uint8_t aside[IGNORED_OCTETS_MAX];
    ignored_move(s, aside, NULL);
    uint64_t lanes[LANES] = {1, 2, 3, 4};
    for (size_t i = 0; i < s->written_n; i++) {
        const uint64_t *words = (const uint64_t *)(void *)(s->start + s->written[i] * PAGE_OCTETS);
        for (size_t k = 0; k < PAGE_OCTETS / sizeof(uint64_t); k += LANES) {
            for (size_t lane = 0; lane < LANES; lane++) {
                uint64_t mixed = (lanes[lane] ^ words[k + lane]) * 0x9e3779b97f4a7c15u;
                lanes[lane] = mixed ^ mixed >> 29;
            }
        }
    }
    ignored_move(s, NULL, aside);
    uint64_t digest = s->written_n;
    for (size_t lane = 0; lane < LANES; lane++) {
        digest = (digest ^ lanes[lane]) * 0x9e3779b97f4a7c15u;
        digest ^= digest >> 32;
    }
    return digest;
}

size_t memory_pages(void)
{
    return store->written_n;
}
