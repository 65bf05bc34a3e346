// SPDX-License-Identifier: BSD-3-Clause
// Memory that a device reads and writes by itself.
//
// Supplied by the instruction set's runtime; a unit test supplies one of its own, which tells the
// model of the device which memory stands behind an address.
#ifndef LWECHO_PORT_MMIO_DMA_H
#define LWECHO_PORT_MMIO_DMA_H

#include <stdint.h>

/// Returns the address by which a device reaches `memory`.
/// Limits: devices see memory as the CPU does: there is no cache between them, or the bus keeps it
/// coherent.
uint32_t dma_address(const volatile void *memory);

/// Keeps in order, for the CPU and for devices, what the CPU does with memory and registers before
/// this and after it.
void dma_barrier(void);

#endif
