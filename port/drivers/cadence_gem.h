// SPDX-License-Identifier: BSD-3-Clause
// The Cadence Gigabit Ethernet MAC (GEM), a MAC with DMA: as a netdev.
//
// Received frames wait in a ring of buffers of the driver's own, one frame a buffer, and are copied
// once, into the pieces that rx() is given. A frame to send is not copied at all: each of its
// pieces gets a descriptor, and tx() waits until the MAC has sent it, since the memory is the
// caller's again afterwards. The wait lasts as long as the frame is on the wire (12 us at 1 Gbit/s,
// 1.2 ms at 10 Mbit/s, for a full one) while reception goes on by itself; what it saves is a copy
// of each frame and a second ring of buffers.
//
// Limits: one queue; 32-bit addresses; memory as port/mmio/dma.h says. The MAC's clocks, pins and
// resets are the board's.
// Source: Xilinx UG585 chapter 16 and appendix B (the GEM in Zynq-7000); SiFive FU540-C000 manual
// (the GEMGXL in HiFive Unleashed); IEEE 802.3 clauses 22 and 28 (the PHY's registers).
#ifndef LWECHO_PORT_DRIVERS_CADENCE_GEM_H
#define LWECHO_PORT_DRIVERS_CADENCE_GEM_H

#include <stdalign.h>

#include "arch/counters.h"
#include "netdev.h"

enum {
    CADENCE_GEM_RX_FRAMES = 32,          ///< frames that can wait
    CADENCE_GEM_TX_DESCRIPTORS = 32,     ///< one a piece of the frame, and one behind its last
    CADENCE_GEM_RX_BUFFER_OCTETS = 1536, ///< what the MAC may fill, in units of 64
    CADENCE_GEM_RX_BUFFER_STRIDE =
        1600, ///< QEMU puts the two octets in front of a frame on top of that
};

#define CADENCE_GEM_COUNTERS(X)                                                                    \
    X(rx_bad_status)    /* descriptors without one whole frame in them */                          \
    X(rx_stalls)        /* all buffers were full; reception was started again */                   \
    X(rx_overruns)      /* the bus was too slow for the MAC's FIFO; the same */                    \
    X(rx_bus_errors)    /* the bus refused a write; the same */                                    \
    X(tx_no_descriptor) /* refused: no piece at all, or more than the ring has descriptors for */  \
    X(tx_errors) /* refused: underrun, collisions or bus error; transmission was started again */  \
    X(tx_timeouts)   /* refused: not sent in time; the same */                                     \
    X(mdio_timeouts) /* the PHY's register was not read in time */

struct cadence_gem_counters {
    CADENCE_GEM_COUNTERS(COUNTERS_MEMBER)
};

extern struct cadence_gem_counters cadence_gem_counters;
extern const struct counters cadence_gem_counters_info;

/// A buffer descriptor: two words shared with the MAC.
/// Source: UG585 tables 16-2 and 16-3.
struct cadence_gem_descriptor {
    volatile uint32_t address;
    volatile uint32_t status;
};

struct cadence_gem {
    struct netdev netdev;
    uintptr_t base;
    unsigned rx_next; ///< descriptor of the next frame received
    unsigned tx_next; ///< descriptor of the next frame's first piece
    unsigned phy;     ///< its MDIO address; 32: none found
    bool link;
    alignas(8) struct cadence_gem_descriptor rx_ring[CADENCE_GEM_RX_FRAMES];
    alignas(8) struct cadence_gem_descriptor tx_ring[CADENCE_GEM_TX_DESCRIPTORS];
    alignas(64) uint8_t rx_buffers[CADENCE_GEM_RX_FRAMES][CADENCE_GEM_RX_BUFFER_STRIDE];
};

/// Makes `gem` out of the MAC whose registers are at `base`. Does not touch it before start().
void cadence_gem_init(struct cadence_gem *gem, uintptr_t base);

/// Silences the MAC's interrupt request and calls cpu_wake().
/// Context: the interrupt.
void cadence_gem_on_interrupt(struct cadence_gem *gem);

#endif
