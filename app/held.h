// SPDX-License-Identifier: BSD-3-Clause
// Received octets that are kept, in order, until the peer has acknowledged their echo.
#ifndef LWECHO_APP_HELD_H
#define LWECHO_APP_HELD_H

#include <stdbool.h>

#include "lwip/pbuf.h"

/// A queue of single pbufs through pbuf->next. Up to the write position its octets were handed to
/// lwIP by reference, so a pbuf is freed only when all of it is acknowledged. All zero: empty.
struct held {
    struct pbuf *head;       ///< oldest
    struct pbuf *tail;       ///< newest
    struct pbuf *write_pbuf; ///< where writing goes on; NULL only when empty
    u16_t write_offset;      ///< octets of it already written
    u16_t head_acked;        ///< octets of head that the peer has acknowledged
    u16_t buffers;           ///< pbufs in the queue
    u32_t octets;            ///< received and not acknowledged
};

/// A piece of memory that is to be written next.
struct held_slice {
    const u8_t *data;
    u16_t octets; ///< 0: everything is written
    bool last;    ///< nothing more follows behind it
};

/// Takes the pbufs of a chain. Those that fit behind the last octets are put there and freed, so
/// that many small segments can't hold many buffers.
/// Ownership: `chain` is the queue's.
void held_append(struct held *held, struct pbuf *chain);

/// Returns the next slice to write, at most all of one pbuf.
/// Ownership: the queue's, until acknowledged.
struct held_slice held_next(struct held *held);

/// Moves the write position on by `octets` of the slice that held_next() returned.
void held_written(struct held *held, u16_t octets);

/// Notes that the peer has acknowledged the oldest `octets`, which must have been written.
/// Returns the octets of the buffers that became free by it: the receive window may reopen by them.
u32_t held_acknowledge(struct held *held, u16_t octets);

/// Frees everything. lwIP must not refer to it any more.
void held_clear(struct held *held);

#endif
