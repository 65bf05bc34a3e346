// SPDX-License-Identifier: BSD-3-Clause
// FIFOs by eight words at a time.
//
// An interrupt may let the CPU begin such an access anew, which would read the same words twice, or
// rather not at all (ARMv7-M ARM, section B1.5.10): so it waits.
#include "irq.h"
#include "mmio/mmio.h"

enum {
    UNMASKED_WORDS = 128, // after as many interrupts get their turn
};

// clang-format off
#define MOVE(from, to, some) "ldmia " from ", {" some "}\n\tstmia " to ", {" some "}\n\t"
#define MOVE_8(from, to) MOVE(from, to, "r3-r6, r8-r11")
#define UNLESS(bit) "tst %[words], #" bit "\n\tbeq 1f\n\t" // to the next label

// Moves `words`; while `memory` is not yet at `end`, 32 of them at a time.
#define MOVE_ALL(memory, from, to)                                                                 \
    "cmp " memory ", %[end]\n\t"                                                                   \
    "beq 1f\n"                                                                                     \
    "0:\n\t" MOVE_8(from, to) MOVE_8(from, to) MOVE_8(from, to) MOVE_8(from, to)                   \
    "cmp " memory ", %[end]\n\t"                                                                   \
    "bne 0b\n"                                                                                     \
    "1:\n\t" UNLESS("16") MOVE_8(from, to) MOVE_8(from, to)                                        \
    "1:\n\t" UNLESS("8") MOVE_8(from, to)                                                          \
    "1:\n\t" UNLESS("4") MOVE(from, to, "r3-r6")                                                   \
    "1:\n\t" UNLESS("2") MOVE(from, to, "r3, r4")                                                  \
    "1:\n\t" UNLESS("1") MOVE(from, to, "r3")                                                      \
    "1:"
// clang-format on

#define CLOBBERED "r3", "r4", "r5", "r6", "r8", "r9", "r10", "r11", "cc", "memory"
#define OWN_REGISTERS __attribute__((noinline)) // a caller would have to save what it has in all

static size_t some_of(size_t words)
{
    return words < UNMASKED_WORDS ? words : UNMASKED_WORDS;
}

OWN_REGISTERS void mmio_read32_window(uintptr_t window, uint32_t *to, size_t words)
{
    while (words > 0) {
        size_t some = some_of(words);
        const uint32_t *end = to + (some & ~31u);
        uint32_t mask = irq_mask();
        __asm volatile(MOVE_ALL("%[to]", "%[window]", "%[to]!")
                       : [to] "+r"(to)
                       : [window] "r"(window), [end] "r"(end), [words] "r"(some)
                       : CLOBBERED);
        irq_restore(mask);
        words -= some;
    }
}

OWN_REGISTERS void mmio_write32_window(uintptr_t window, const uint32_t *from, size_t words)
{
    while (words > 0) {
        size_t some = some_of(words);
        const uint32_t *end = from + (some & ~31u);
        uint32_t mask = irq_mask();
        __asm volatile(MOVE_ALL("%[from]", "%[from]!", "%[window]")
                       : [from] "+r"(from)
                       : [window] "r"(window), [end] "r"(end), [words] "r"(some)
                       : CLOBBERED);
        irq_restore(mask);
        words -= some;
    }
}
