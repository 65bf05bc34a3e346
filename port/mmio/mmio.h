// SPDX-License-Identifier: BSD-3-Clause
// Device registers: the only way in which drivers and boards reach them.
//
// A unit test puts a header of the same name in front, with a model of the device behind it.
#ifndef LWECHO_PORT_MMIO_MMIO_H
#define LWECHO_PORT_MMIO_MMIO_H

#include <stddef.h>
#include <stdint.h>

/// Returns the 32-bit register at `address`.
static inline uint32_t mmio_read32(uintptr_t address)
{
    return *(const volatile uint32_t *)address;
}

/// Writes the 32-bit register at `address`.
static inline void mmio_write32(uintptr_t address, uint32_t value)
{
    *(volatile uint32_t *)address = value;
}

// A FIFO that answers at each of 8 registers in a row, from `window` on, so that a CPU that moves
// several words at a time can.

/// Reads `words` out of a FIFO. Interrupts wait for a part of it.
void mmio_read32_window(uintptr_t window, uint32_t *to, size_t words);

/// Writes `words` to a FIFO. Interrupts wait for a part of it.
void mmio_write32_window(uintptr_t window, const uint32_t *from, size_t words);

#endif
