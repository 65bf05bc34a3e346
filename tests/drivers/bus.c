// SPDX-License-Identifier: BSD-3-Clause
// The bus between a driver and the model of its device.
#include "bus.h"

#include <stdio.h>

#include "cpu.h"
#include "lwip/def.h"
#include "lwip/sys.h"
#include "mmio/dma.h"
#include "mmio/mmio.h"
#include "target.h"

enum {
    WINDOW_OCTETS = 1 << 20, // of DMA addresses, one window each pointer that was asked for
    WINDOWS_MAX = 4096,
    LOG_OCTETS = 200,
    WINDOW_WORDS = 8, // of a FIFO: mmio_read32_window()
};

static struct {
    const struct bus_device *device;
    uint32_t now_us;
    unsigned wakes;
    char log[LOG_OCTETS];
    unsigned accesses_left; // until the event
    void (*event)(void);
    const volatile void *windows[WINDOWS_MAX]; // [0] is never used, so that address 0 is nobody's
    size_t windows_used;
} bus;

void bus_reset(const struct bus_device *device)
{
    bus.device = device;
    bus.now_us = 0;
    bus.wakes = 0;
    bus.log[0] = '\0';
    bus.windows_used = 1;
    bus.event = NULL;
}

void bus_event(unsigned accesses, void (*event)(void))
{
    bus.accesses_left = accesses;
    bus.event = event;
}

static void event_advance(void)
{
    if (bus.event != NULL && --bus.accesses_left == 0) {
        void (*event)(void) = bus.event;
        bus.event = NULL;
        event();
    }
}

uint32_t bus_now_us(void)
{
    return bus.now_us;
}

unsigned bus_wakes(void)
{
    return bus.wakes;
}

const char *bus_log(void)
{
    return bus.log;
}

static uint32_t offset_of(uintptr_t address)
{
    bus.now_us++;
    assert_in_range(address, BUS_BASE, BUS_BASE + BUS_OCTETS_MAX - 4);
    assert_int_equal(address % 4, 0);
    return (uint32_t)(address - BUS_BASE);
}

uint32_t mmio_read32(uintptr_t address)
{
    uint32_t value = bus.device->read(offset_of(address));
    event_advance();
    return value;
}

void mmio_write32(uintptr_t address, uint32_t value)
{
    bus.device->write(offset_of(address), value);
    event_advance();
}

static uintptr_t window_register(uintptr_t window, size_t i)
{
    return window + i % WINDOW_WORDS * 4;
}

void mmio_read32_window(uintptr_t window, uint32_t *to, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        to[i] = mmio_read32(window_register(window, i));
    }
}

void mmio_write32_window(uintptr_t window, const uint32_t *from, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        mmio_write32(window_register(window, i), from[i]);
    }
}

uint32_t dma_address(const volatile void *memory)
{
    size_t i = 1;
    while (i < bus.windows_used && bus.windows[i] != memory) {
        i++;
    }
    assert_in_range(i, 1, WINDOWS_MAX - 1);
    bus.windows[i] = memory;
    bus.windows_used = LWIP_MAX(bus.windows_used, i + 1);
    return (uint32_t)(i * WINDOW_OCTETS);
}

void *bus_memory(uint32_t address)
{
    size_t i = address / WINDOW_OCTETS;
    assert_in_range(i, 1, bus.windows_used - 1);
    return (uint8_t *)(uintptr_t)bus.windows[i] + address % WINDOW_OCTETS;
}

void dma_barrier(void)
{
}

u32_t sys_now(void)
{
    return bus.now_us / 1000;
}

void cpu_wake(void)
{
    bus.wakes++;
}

void target_log(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(bus.log, sizeof(bus.log), format, arguments);
    va_end(arguments);
}

void target_panic(const char *message, const char *file, int line)
{
    print_error("panic: %s\n", message);
    _fail(file, line);
    __builtin_unreachable();
}

uint32_t target_random(void)
{
    return 4; // no driver asks
}
