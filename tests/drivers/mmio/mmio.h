// SPDX-License-Identifier: BSD-3-Clause
// Stands in front of port/mmio/mmio.h: a driver's registers are those of a model (bus.h).
#ifndef LWECHO_TESTS_DRIVERS_MMIO_MMIO_H
#define LWECHO_TESTS_DRIVERS_MMIO_MMIO_H

#include <stdint.h>

uint32_t mmio_read32(uintptr_t address);
void mmio_write32(uintptr_t address, uint32_t value);

#endif
