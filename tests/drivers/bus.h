// SPDX-License-Identifier: BSD-3-Clause
// The bus between a driver and the model of its device, and what else a driver needs of its target.
//
// Time is the bus's: an access to a register takes one microsecond, and nothing else takes any.
#ifndef LWECHO_TESTS_DRIVERS_BUS_H
#define LWECHO_TESTS_DRIVERS_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// clang-format off
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
// clang-format on

enum {
    BUS_BASE = 0x40000000,   ///< where the device's registers begin
    BUS_OCTETS_MAX = 0x1000, ///< how many there can be
};

/// A device's registers, by their offset. Access to anything else fails the test.
struct bus_device {
    uint32_t (*read)(uint32_t offset);
    void (*write)(uint32_t offset, uint32_t value);
};

/// Attaches a device and starts anew: time, wake-ups, log and DMA addresses.
void bus_reset(const struct bus_device *device);

/// Lets `event` happen right after as many more accesses to registers; once, and not within them.
void bus_event(unsigned accesses, void (*event)(void));

/// Returns the microseconds since bus_reset().
uint32_t bus_now_us(void);

/// Returns how often cpu_wake() was called since bus_reset().
unsigned bus_wakes(void);

/// Returns the last line given to target_log(); "" since bus_reset().
const char *bus_log(void);

/// Returns the memory behind an address that dma_address() gave out, or one behind it by less than
/// 1 MB. Any other address fails the test.
void *bus_memory(uint32_t address);

#endif
