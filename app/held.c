// SPDX-License-Identifier: BSD-3-Clause
// Received octets until their echo is acknowledged.
#include "held.h"

#include <string.h>

#include "lwip/def.h"

static u16_t room_behind(struct pbuf *p)
{
    const u8_t *end = PBUF_END(p);
    return end == NULL ? 0 : (u16_t)(end - ((u8_t *)p->payload + p->len));
}

static void append_one(struct held *held, struct pbuf *p)
{
    struct pbuf *tail = held->tail;
    if (p->len == 0) { // its segment's header filled it
        pbuf_free(p);
        return;
    }
    held->octets += p->len;
    if (tail != NULL && room_behind(tail) >= p->len) {
        memcpy((u8_t *)tail->payload + tail->len, p->payload, p->len);
        tail->len += p->len;
        tail->tot_len += p->len;
        pbuf_free(p);
        return;
    }
    if (tail == NULL) {
        held->head = p;
        held->write_pbuf = p;
        held->write_offset = 0;
    } else {
        tail->next = p;
    }
    held->tail = p;
    held->buffers++;
}

void held_append(struct held *held, struct pbuf *chain)
{
    while (chain != NULL) {
        struct pbuf *rest = chain->next;
        if (rest != NULL) {
            pbuf_ref(rest); // pbuf_dechain() gives the chain's own reference up
            pbuf_dechain(chain);
        }
        append_one(held, chain);
        chain = rest;
    }
}

struct held_slice held_next(struct held *held)
{
    struct pbuf *p = held->write_pbuf;
    while (p != NULL && held->write_offset == p->len && p->next != NULL) {
        p = p->next;
        held->write_pbuf = p;
        held->write_offset = 0;
    }
    if (p == NULL) {
        return (struct held_slice){.last = true};
    }
    return (struct held_slice){
        .data = (u8_t *)p->payload + held->write_offset,
        .octets = (u16_t)(p->len - held->write_offset),
        .last = p->next == NULL,
    };
}

void held_written(struct held *held, u16_t octets)
{
    held->write_offset += octets;
}

static void pop(struct held *held)
{
    struct pbuf *p = held->head;
    held->head = p->next;
    held->head_acked = 0;
    held->buffers--;
    if (held->write_pbuf == p) {
        held->write_pbuf = held->head;
        held->write_offset = 0;
    }
    if (held->head == NULL) {
        held->tail = NULL;
    }
    p->next = NULL; // pbuf_free() would go on with the queue
    pbuf_free(p);
}

u32_t held_acknowledge(struct held *held, u16_t octets)
{
    u32_t freed = 0;
    held->octets -= octets;
    while (octets > 0) {
        u16_t n = (u16_t)LWIP_MIN(octets, held->head->len - held->head_acked);
        held->head_acked += n;
        octets -= n;
        if (held->head_acked == held->head->len) {
            freed += held->head->len;
            pop(held);
        }
    }
    return freed;
}

void held_clear(struct held *held)
{
    while (held->head != NULL) {
        pop(held);
    }
    held->octets = 0;
}
