// SPDX-License-Identifier: BSD-3-Clause
// The Cadence Gigabit Ethernet MAC as a netdev.
//
// Waits are limited by sys_now(), so by time and not by the speed of the bus.
#include "cadence_gem.h"

#include <string.h>

#include "cadence_gem_regs.h"
#include "cpu.h"
#include "lwip/def.h"
#include "lwip/sys.h"
#include "mmio/dma.h"
#include "mmio/mmio.h"
#include "target.h"

#define ALL_BITS 0xFFFFFFFFu
#define NET_CTRL_RUN (NET_CTRL_RX_EN | NET_CTRL_TX_EN | NET_CTRL_MGMT_PORT_EN)
#define NET_CFG_SPEED_M (NET_CFG_SPEED_100 | NET_CFG_FULL_DUPLEX | NET_CFG_GIGABIT)
// Not the read of a used descriptor: the ring is full then, so frames wait whose interrupt came
// before.
#define INTR_WAKING (INTR_RX_COMPLETE | INTR_RX_OVERRUN | INTR_BUS_ERROR)
#define RX_STATUS_FAILED (RX_STATUS_NO_BUFFER | RX_STATUS_OVERRUN | RX_STATUS_BUS_ERROR)
#define RX_DESC_WHOLE (RX_DESC_START | RX_DESC_END)
#define TX_STATUS_FAILED                                                                           \
    (TX_STATUS_RETRIES | TX_STATUS_BUS_CORRUPT | TX_STATUS_UNDERRUN | TX_STATUS_LATE_COLLISION |   \
     TX_STATUS_BUS_ERROR)

enum {
    RX_OFFSET = 2, // of a frame in its buffer: the IP header behind 14 octets is then aligned
    PHYS_MAX = 32,
    TX_MS_MAX = 20,     // ten full frames at 10 Mbit/s: others on the wire may come first
    TX_STOP_MS_MAX = 2, // the burst that is on the bus
    MDIO_MS_MAX = 2,    // 64 cycles of MDC take 0.1 ms
};

static_assert(sizeof(struct cadence_gem_descriptor) == 8, "the MAC steps by two words");
static_assert(CADENCE_GEM_RX_BUFFER_OCTETS % 64 == 0, "the MAC counts in units of 64 octets");
static_assert(CADENCE_GEM_RX_BUFFER_OCTETS >= RX_OFFSET + NETDEV_FRAME_OCTETS_MAX,
              "every frame fits one buffer");
static_assert(CADENCE_GEM_RX_BUFFER_STRIDE % 64 == 0, "buffers are an array: keep them aligned");

struct cadence_gem_counters cadence_gem_counters;
COUNTERS_DEFINE(cadence_gem_counters_info, "cadence_gem", CADENCE_GEM_COUNTERS,
                cadence_gem_counters);

static struct cadence_gem *gem_of(struct netdev *dev)
{
    return (struct cadence_gem *)(void *)dev;
}

static uint32_t reg_read(const struct cadence_gem *gem, unsigned offset)
{
    return mmio_read32(gem->base + offset);
}

static void reg_write(const struct cadence_gem *gem, unsigned offset, uint32_t value)
{
    mmio_write32(gem->base + offset, value);
}

static bool mdio_is_idle(const struct cadence_gem *gem)
{
    return (reg_read(gem, NET_STATUS) & NET_STATUS_PHY_IDLE) != 0;
}

static bool mdio_wait(const struct cadence_gem *gem)
{
    uint32_t start_ms = sys_now();
    while (!mdio_is_idle(gem)) {
        if (sys_now() - start_ms > MDIO_MS_MAX) {
            COUNT(cadence_gem_counters.mdio_timeouts);
            return false;
        }
    }
    return true;
}

/// Asks the PHY for register `reg`; the answer is there once the bus is idle again.
static void mdio_ask(const struct cadence_gem *gem, unsigned phy, unsigned reg)
{
    reg_write(gem, PHY_MAINT,
              PHY_MAINT_READ | (uint32_t)phy << PHY_MAINT_PHY_POS |
                  (uint32_t)reg << PHY_MAINT_REG_POS | PHY_MAINT_TURN_AROUND);
}

static unsigned mdio_answer(const struct cadence_gem *gem)
{
    return reg_read(gem, PHY_MAINT) & PHY_MAINT_DATA;
}

/// Returns the PHY's register `reg`, MII_ABSENT when nobody answers.
static unsigned mdio_read(const struct cadence_gem *gem, unsigned phy, unsigned reg)
{
    if (!mdio_wait(gem)) { // for what was asked before a restart
        return MII_ABSENT;
    }
    mdio_ask(gem, phy, reg);
    return mdio_wait(gem) ? mdio_answer(gem) : MII_ABSENT;
}

/// Returns the MDIO address of the first PHY, PHYS_MAX when there is none.
static unsigned phy_find(const struct cadence_gem *gem)
{
    for (unsigned phy = 0; phy < PHYS_MAX; phy++) {
        unsigned id = mdio_read(gem, phy, MII_ID1);
        if (id != MII_ABSENT && id != 0) {
            return phy;
        }
    }
    return PHYS_MAX;
}

/// Returns the bits of NET_CFG for the best that both ends offer, IEEE 802.3 annex 28B.3.
static uint32_t phy_speed(const struct cadence_gem *gem, unsigned mii_status)
{
    if ((mii_status & MII_STATUS_EXTENDED) != 0) {
        unsigned both = mdio_read(gem, gem->phy, MII_OFFERED_1000) &
                        mdio_read(gem, gem->phy, MII_PARTNER_1000) >> 2;
        if ((both & MII_1000_FULL) != 0) {
            return NET_CFG_GIGABIT | NET_CFG_FULL_DUPLEX;
        }
    }
    unsigned both = mdio_read(gem, gem->phy, MII_OFFERED) & mdio_read(gem, gem->phy, MII_PARTNER);
    if ((both & MII_100_FULL) != 0) {
        return NET_CFG_SPEED_100 | NET_CFG_FULL_DUPLEX;
    }
    if ((both & MII_100_HALF) != 0) {
        return NET_CFG_SPEED_100;
    }
    return (both & MII_10_FULL) != 0 ? NET_CFG_FULL_DUPLEX : 0;
}

static void speed_set(const struct cadence_gem *gem, uint32_t speed)
{
    reg_write(gem, NET_CFG, (reg_read(gem, NET_CFG) & ~NET_CFG_SPEED_M) | speed);
}

static void rx_ring_fill(struct cadence_gem *gem)
{
    for (unsigned i = 0; i < CADENCE_GEM_RX_FRAMES; i++) {
        uint32_t wrap = i == CADENCE_GEM_RX_FRAMES - 1 ? RX_DESC_WRAP : 0;
        gem->rx_ring[i].address = dma_address(gem->rx_buffers[i]) | wrap;
    }
    gem->rx_next = 0;
}

static void tx_ring_clear(struct cadence_gem *gem)
{
    for (unsigned i = 0; i < CADENCE_GEM_TX_DESCRIPTORS; i++) {
        gem->tx_ring[i].status = TX_DESC_USED;
    }
    gem->tx_next = 0;
}

static void silence(const struct cadence_gem *gem)
{
    reg_write(gem, NET_CTRL, 0);
    reg_write(gem, INTR_DIS, ALL_BITS);
    reg_write(gem, INTR_STATUS, reg_read(gem, INTR_STATUS));
}

static void configure(const struct cadence_gem *gem, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    reg_write(gem, NET_CTRL, NET_CTRL_CLEAR_STAT);
    reg_write(gem, TX_STATUS, ALL_BITS);
    reg_write(gem, RX_STATUS, ALL_BITS);
    uint32_t bus_words =
        reg_read(gem, DESIGN_CFG1) >> DESIGN_CFG1_BUS_WORDS_POS & DESIGN_CFG1_BUS_WORDS_M;
    reg_write(gem, NET_CFG,
              NET_CFG_SPEED_100 | NET_CFG_FULL_DUPLEX | NET_CFG_MULTI_HASH_EN | NET_CFG_RX_1536 |
                  (uint32_t)RX_OFFSET << NET_CFG_RX_OFFSET_POS | NET_CFG_FCS_REMOVE |
                  NET_CFG_MDC_DIV_96 | bus_words >> 1 << NET_CFG_BUS_WIDTH_POS);
    reg_write(gem, DMA_CFG,
              DMA_CFG_BURST_16 | DMA_CFG_RX_MEMORY_FULL | DMA_CFG_TX_MEMORY_FULL |
                  (uint32_t)(CADENCE_GEM_RX_BUFFER_OCTETS / 64) << DMA_CFG_RX_BUF_SIZE_POS);
    reg_write(gem, HASH_BOT, ALL_BITS); // every multicast group: lwIP knows its own
    reg_write(gem, HASH_TOP, ALL_BITS);
    // The second half makes the address valid.
    reg_write(gem, SPEC_ADDR1_BOT,
              mac[0] | (uint32_t)mac[1] << 8 | (uint32_t)mac[2] << 16 | (uint32_t)mac[3] << 24);
    reg_write(gem, SPEC_ADDR1_TOP, mac[4] | (uint32_t)mac[5] << 8);
    reg_write(gem, RX_QBAR, dma_address(gem->rx_ring));
    reg_write(gem, TX_QBAR, dma_address(gem->tx_ring));
}

static void phy_start(struct cadence_gem *gem)
{
    gem->link = false;
    gem->phy = phy_find(gem);
    if (gem->phy == PHYS_MAX) {
        target_log(
            "cadence_gem: no PHY answers: 100 Mbit/s full duplex and a link are taken for granted");
        return;
    }
    // A link that was lost once is told of even when it is back; what is read next is of now.
    mdio_read(gem, gem->phy, MII_STATUS);
    mdio_ask(gem, gem->phy, MII_STATUS);
    mdio_wait(gem);
}

static bool on_start(struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    struct cadence_gem *gem = gem_of(dev);
    uint32_t id = reg_read(gem, MODULE_ID);
    if ((id >> MODULE_ID_POS & MODULE_ID_M) < MODULE_ID_GEM || id == ALL_BITS) {
        target_log("cadence_gem: no GEM is there: its module ID reads 0x%lx; check base and clocks",
                   (unsigned long)id);
        return false;
    }
    silence(gem);
    rx_ring_fill(gem);
    tx_ring_clear(gem);
    configure(gem, mac);
    dma_barrier();
    reg_write(gem, NET_CTRL, NET_CTRL_RUN);
    reg_write(gem, INTR_EN, INTR_WAKING);
    phy_start(gem);
    return true;
}

static void on_stop(struct netdev *dev)
{
    silence(gem_of(dev));
}

/// Takes the PHY's last answer and asks again, so that nobody waits for the slow bus.
static bool on_link_up(struct netdev *dev)
{
    struct cadence_gem *gem = gem_of(dev);
    if (gem->phy == PHYS_MAX) {
        return true;
    }
    if (!mdio_is_idle(gem)) {
        return gem->link;
    }
    unsigned mii_status = mdio_answer(gem);
    bool up = mii_status != MII_ABSENT && (mii_status & MII_STATUS_LINK) != 0;
    if (up && !gem->link) {
        speed_set(gem, phy_speed(gem, mii_status));
    }
    gem->link = up;
    mdio_ask(gem, gem->phy, MII_STATUS);
    return up;
}

/// Gives the buffer at `rx_next` back to the MAC.
static void rx_release(struct cadence_gem *gem)
{
    dma_barrier();
    gem->rx_ring[gem->rx_next].address &= ~RX_DESC_USED;
    gem->rx_next = (gem->rx_next + 1) % CADENCE_GEM_RX_FRAMES;
}

/// Returns the octets of the frame at `rx_next`, 0 when the MAC has not filled it yet. Gives back,
/// and counts, what holds no whole frame.
static size_t rx_octets(struct cadence_gem *gem)
{
    for (int i = 0; i < CADENCE_GEM_RX_FRAMES; i++) {
        const struct cadence_gem_descriptor *d = &gem->rx_ring[gem->rx_next];
        if ((d->address & RX_DESC_USED) == 0) {
            return 0;
        }
        dma_barrier();
        uint32_t status = d->status;
        size_t octets = status & RX_DESC_OCTETS;
        if ((status & RX_DESC_WHOLE) == RX_DESC_WHOLE && octets > 0 &&
            octets <= CADENCE_GEM_RX_BUFFER_OCTETS - RX_OFFSET) {
            return octets;
        }
        COUNT(cadence_gem_counters.rx_bad_status);
        rx_release(gem);
    }
    return 0;
}

/// Starts reception again after it ran out of buffers, time or bus. A MAC that found no buffer may
/// look for one only when it is enabled anew; the place in the ring stays.
/// Returns false when nothing had happened.
static bool rx_recover(struct cadence_gem *gem)
{
    uint32_t status = reg_read(gem, RX_STATUS) & RX_STATUS_FAILED;
    if (status == 0) {
        return false;
    }
    if ((status & RX_STATUS_BUS_ERROR) != 0) {
        COUNT(cadence_gem_counters.rx_bus_errors);
    } else if ((status & RX_STATUS_OVERRUN) != 0) {
        COUNT(cadence_gem_counters.rx_overruns);
    } else {
        COUNT(cadence_gem_counters.rx_stalls);
    }
    reg_write(gem, RX_STATUS, status);
    reg_write(gem, NET_CTRL, NET_CTRL_RUN & ~NET_CTRL_RX_EN);
    reg_write(gem, NET_CTRL, NET_CTRL_RUN);
    return true;
}

static size_t on_rx_pending(struct netdev *dev)
{
    struct cadence_gem *gem = gem_of(dev);
    size_t octets = rx_octets(gem);
    if (octets == 0 && rx_recover(gem)) {
        octets = rx_octets(gem);
    }
    return octets;
}

static size_t on_rx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct cadence_gem *gem = gem_of(dev);
    size_t octets = rx_octets(gem);
    if (octets == 0) {
        return 0;
    }
    const uint8_t *from = gem->rx_buffers[gem->rx_next] + RX_OFFSET;
    size_t left = octets;
    for (size_t i = 0; i < n && left > 0; i++) {
        size_t copied = LWIP_MIN(left, segs[i].octets);
        memcpy(segs[i].data, from, copied);
        from += copied;
        left -= copied;
    }
    rx_release(gem);
    return octets;
}

/// Waits until the MAC has sent the frame and read the free descriptor behind it: a start that
/// comes before may get lost.
/// Returns false, after having counted why, when it won't be sent.
static bool tx_wait(const struct cadence_gem *gem)
{
    uint32_t start_ms = sys_now();
    for (;;) {
        bool late = sys_now() - start_ms > TX_MS_MAX;
        uint32_t status = reg_read(gem, TX_STATUS);
        if ((status & TX_STATUS_FAILED) != 0) {
            COUNT(cadence_gem_counters.tx_errors);
            return false;
        }
        if ((status & (TX_STATUS_COMPLETE | TX_STATUS_GO)) == TX_STATUS_COMPLETE) {
            return true;
        }
        if (late) {
            COUNT(cadence_gem_counters.tx_timeouts);
            return false;
        }
    }
}

/// Stops transmission, so that the frame's memory is no longer read, and starts with an empty ring.
static void tx_restart(struct cadence_gem *gem)
{
    reg_write(gem, NET_CTRL, NET_CTRL_RUN & ~NET_CTRL_TX_EN);
    uint32_t start_ms = sys_now();
    while ((reg_read(gem, TX_STATUS) & TX_STATUS_GO) != 0 &&
           sys_now() - start_ms <= TX_STOP_MS_MAX) {
    }
    tx_ring_clear(gem);
    reg_write(gem, TX_QBAR, dma_address(gem->tx_ring));
    dma_barrier();
    reg_write(gem, NET_CTRL, NET_CTRL_RUN);
}

/// Returns the pieces that hold octets: the MAC takes no empty ones.
static size_t pieces_of(const struct netdev_seg *segs, size_t n)
{
    size_t pieces = 0;
    for (size_t i = 0; i < n; i++) {
        pieces += segs[i].octets > 0;
    }
    return pieces;
}

/// Writes the descriptors of a frame of `pieces` at `tx_next`.
static void tx_fill(struct cadence_gem *gem, const struct netdev_seg *segs, size_t pieces)
{
    for (unsigned i = gem->tx_next; pieces > 0; segs++) {
        if (segs->octets > 0) {
            uint32_t wrap = i == CADENCE_GEM_TX_DESCRIPTORS - 1 ? TX_DESC_WRAP : 0;
            uint32_t last = --pieces == 0 ? TX_DESC_LAST : 0;
            gem->tx_ring[i].address = dma_address(segs->data);
            gem->tx_ring[i].status = (uint32_t)segs->octets | wrap | last;
            i = (i + 1) % CADENCE_GEM_TX_DESCRIPTORS;
        }
    }
}

/// Takes the frame's descriptors back: the MAC itself frees the first one only.
static void tx_release(struct cadence_gem *gem, size_t pieces)
{
    for (; pieces > 0; pieces--) {
        gem->tx_ring[gem->tx_next].status = TX_DESC_USED;
        gem->tx_next = (gem->tx_next + 1) % CADENCE_GEM_TX_DESCRIPTORS;
    }
}

static bool on_tx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct cadence_gem *gem = gem_of(dev);
    size_t pieces = pieces_of(segs, n);
    if (pieces == 0 || pieces > CADENCE_GEM_TX_DESCRIPTORS - 1) {
        COUNT(cadence_gem_counters.tx_no_descriptor);
        return false;
    }
    tx_fill(gem, segs, pieces);
    reg_write(gem, TX_STATUS, ALL_BITS);
    dma_barrier();
    reg_write(gem, NET_CTRL, NET_CTRL_RUN | NET_CTRL_START_TX);
    if (!tx_wait(gem)) {
        tx_restart(gem);
        return false;
    }
    tx_release(gem, pieces);
    return true;
}

static const struct netdev_ops gem_ops = {
    .start = on_start,
    .stop = on_stop,
    .link_up = on_link_up,
    .rx_pending = on_rx_pending,
    .rx = on_rx,
    .tx = on_tx,
};

void cadence_gem_init(struct cadence_gem *gem, uintptr_t base)
{
    gem->netdev.ops = &gem_ops;
    gem->base = base;
    gem->phy = PHYS_MAX;
}

void cadence_gem_on_interrupt(struct cadence_gem *gem)
{
    // Read to clear in older revisions, write to clear in newer ones: both are done.
    reg_write(gem, INTR_STATUS, reg_read(gem, INTR_STATUS));
    cpu_wake();
}
