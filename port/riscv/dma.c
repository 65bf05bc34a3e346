// SPDX-License-Identifier: BSD-3-Clause
// Memory that devices read and write by themselves, on a bus that keeps caches coherent.
#include "mmio/dma.h"

uint32_t dma_address(const volatile void *memory)
{
    return (uintptr_t)memory;
}

void dma_barrier(void)
{
    __asm volatile("fence iorw, iorw" ::: "memory");
}
