// SPDX-License-Identifier: BSD-3-Clause
// Receive buffers: a pool of custom pbufs with their memory right behind them.
#include "rxbuf.h"

#include <stdalign.h>

#include "lwip/tcp.h"

// lwIP takes payload that follows its pbuf for memory that headers can be put back into
// (PBUF_POOL's own layout), which lets a datagram be answered in place.
struct rx_buffer {
    struct pbuf_custom pbuf;
    alignas(MEM_ALIGNMENT) u8_t octets[]; // as many as buffer_octets() says
};

enum {
    STRIDE = sizeof(struct rx_buffer) + RX_BUFFER_OCTETS,
    LARGE_STRIDE = sizeof(struct rx_buffer) + LARGE_BUFFER_OCTETS,
    BUFFERS_OCTETS = RX_BUFFERS * STRIDE,
    LARGE_BUFFERS_OCTETS = LARGE_BUFFERS * LARGE_STRIDE,
};

// Ordinary buffers, or large ones, one behind the other.
alignas(struct rx_buffer) static u8_t buffers[LWIP_MAX(BUFFERS_OCTETS, LARGE_BUFFERS_OCTETS)];
static bool large;
static struct pbuf *freed; // used before
static size_t touched;     // the buffer of this number and all behind it were never used

struct stats_mem rxbuf_stats = {.avail = RX_BUFFERS};

static bool is_large(void)
{
    return ETHIF_LARGE && large;
}

static u16_t buffer_octets(void)
{
    return is_large() ? LARGE_BUFFER_OCTETS : RX_BUFFER_OCTETS;
}

static struct rx_buffer *buffer_take(void)
{
    if (freed != NULL) {
        struct rx_buffer *buffer = (struct rx_buffer *)(void *)freed;
        freed = freed->next;
        return buffer;
    }
    if (touched < (size_t)(is_large() ? LARGE_BUFFERS : RX_BUFFERS)) {
        size_t stride = is_large() ? LARGE_STRIDE : STRIDE;
        return (struct rx_buffer *)(void *)&buffers[touched++ * stride];
    }
    return NULL;
}

static struct rx_buffer *buffer_take_or_reclaim(void)
{
    struct rx_buffer *buffer = buffer_take();
#if TCP_QUEUE_OOSEQ
    while (buffer == NULL) {
        mem_size_t used = rxbuf_stats.used;
        pbuf_free_ooseq();
        if (rxbuf_stats.used == used) {
            break;
        }
        buffer = buffer_take();
    }
#endif
    return buffer;
}

static void buffer_give(struct pbuf *p)
{
    p->next = freed;
    freed = p;
    rxbuf_stats.used--;
}

static struct pbuf *rxbuf_alloc_one(u16_t octets)
{
    struct rx_buffer *buffer = buffer_take_or_reclaim();
    if (buffer == NULL) {
        if (COUNTERS_KEPT) {
            rxbuf_stats.err++;
        }
        return NULL;
    }
    rxbuf_stats.used++;
    rxbuf_stats.max = LWIP_MAX(rxbuf_stats.max, rxbuf_stats.used);
    buffer->pbuf.custom_free_function = buffer_give;
    return pbuf_alloced_custom(PBUF_RAW, octets, PBUF_POOL, &buffer->pbuf, buffer->octets,
                               buffer_octets());
}

void rxbuf_set_large(bool wanted)
{
    if (wanted == large) {
        return;
    }
    LWIP_ASSERT("no buffer is in use", rxbuf_stats.used == 0);
    large = wanted;
    freed = NULL;
    touched = 0;
    rxbuf_stats.avail = wanted ? LARGE_BUFFERS : RX_BUFFERS;
}

struct pbuf *rxbuf_alloc(u16_t octets)
{
    struct pbuf *chain = rxbuf_alloc_one(LWIP_MIN(octets, buffer_octets()));
    while (chain != NULL && chain->tot_len < octets) {
        struct pbuf *p = rxbuf_alloc_one((u16_t)LWIP_MIN(octets - chain->tot_len, buffer_octets()));
        if (p == NULL) {
            break;
        }
        pbuf_cat(chain, p);
    }
    return chain;
}

u8_t *rxbuf_end(struct pbuf *p)
{
    if ((uintptr_t)p - (uintptr_t)buffers >= sizeof buffers) {
        return NULL;
    }
    return ((struct rx_buffer *)(void *)p)->octets + buffer_octets();
}
