// SPDX-License-Identifier: BSD-3-Clause
// Receive buffers: the memory that frames are received into and echoed from.
#ifndef LWECHO_PORT_RXBUF_H
#define LWECHO_PORT_RXBUF_H

#include <stdbool.h>

#include "lwip/pbuf.h"
#include "lwip/stats.h"

/// Use, peak, size and failures of the pool, in lwIP's own form.
extern struct stats_mem rxbuf_stats;

/// Allocates a chain of buffers for `octets`, RX_BUFFER_OCTETS in each but the last.
/// When the pool is empty, segments that wait out of order are given up first; they will be
/// sent again.
/// Limits: RX_BUFFERS buffers in all. Buffers that were never used never become resident on a host.
/// Returns the chain, which is shorter than asked for when the pool ran out (see tot_len); NULL: it
/// is empty.
/// Ownership: the caller's, released by pbuf_free().
/// Context: lwIP's single thread of control, outside lwIP's callbacks.
struct pbuf *rxbuf_alloc(u16_t octets);

/// Returns where the memory of a buffer ends, so that its owner can put octets behind its last one;
/// NULL: `p` is none of these buffers.
u8_t *rxbuf_end(struct pbuf *p);

/// Makes the buffers large: LARGE_BUFFERS of LARGE_BUFFER_OCTETS, in the same memory, in an image
/// with ETHIF_LARGE; or ordinary again. None may be in use when that changes.
void rxbuf_set_large(bool wanted);

#endif
