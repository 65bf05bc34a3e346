// SPDX-License-Identifier: BSD-3-Clause
// Stands in front of port/mmio/mmio.h: a driver's registers are those of a model (bus.h).
#ifndef LWECHO_TESTS_DRIVERS_MMIO_MMIO_H
#define LWECHO_TESTS_DRIVERS_MMIO_MMIO_H

#include <stddef.h>
#include <stdint.h>

uint32_t mmio_read32(uintptr_t address);
void mmio_write32(uintptr_t address, uint32_t value);
void mmio_read32_window(uintptr_t window, uint32_t *to, size_t words);
void mmio_write32_window(uintptr_t window, const uint32_t *from, size_t words);

#endif
