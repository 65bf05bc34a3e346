// SPDX-License-Identifier: BSD-3-Clause
// Receive buffers: a pool of custom pbufs with their memory right behind them.
#include "rxbuf.h"

#include <stdalign.h>

#include "lwip/tcp.h"

// lwIP takes payload that follows its pbuf for memory that headers can be put back into
// (PBUF_POOL's own layout), which lets a datagram be answered in place.
struct rx_buffer {
    struct pbuf_custom pbuf;
    alignas(MEM_ALIGNMENT) u8_t octets[RX_BUFFER_OCTETS];
};

static struct rx_buffer buffers[RX_BUFFERS];
static struct pbuf *freed; // used before
static size_t touched;     // buffers[touched] and all behind it were never used

struct stats_mem rxbuf_stats = {.avail = RX_BUFFERS};

static struct rx_buffer *buffer_take(void)
{
    if (freed != NULL) {
        struct rx_buffer *buffer = (struct rx_buffer *)(void *)freed;
        freed = freed->next;
        return buffer;
    }
    if (touched < RX_BUFFERS) {
        return &buffers[touched++];
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
                               RX_BUFFER_OCTETS);
}

struct pbuf *rxbuf_alloc(u16_t octets)
{
    struct pbuf *chain = rxbuf_alloc_one(LWIP_MIN(octets, RX_BUFFER_OCTETS));
    while (chain != NULL && chain->tot_len < octets) {
        struct pbuf *p =
            rxbuf_alloc_one((u16_t)LWIP_MIN(octets - chain->tot_len, RX_BUFFER_OCTETS));
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
    return ((struct rx_buffer *)(void *)p)->octets + RX_BUFFER_OCTETS;
}
