// SPDX-License-Identifier: BSD-3-Clause
// The Ethernet controller of the Stellaris LM3S6000 and LM3S8000 series: two FIFOs, no DMA.
#include "stellaris_eth.h"

#include <string.h>

#include "mmio/mmio.h"

// Registers and their bits: LM3S6965 datasheet, section "Ethernet MAC Register Descriptions".
enum {
    MACRIS = 0x000,  // raw interrupt status, acknowledged by writing ones
    MACIM = 0x004,   // interrupt mask
    MACRCTL = 0x008, // receive control
    MACTCTL = 0x00C, // transmit control
    MACDATA = 0x010, // both FIFOs
    MACIA0 = 0x014,  // individual address, first four octets
    MACIA1 = 0x018,  // the other two
    MACTHR = 0x01C,  // transmit threshold
    MACMCTL = 0x020, // management control
    MACMDV = 0x024,  // management divider
    MACMRXD = 0x030, // management receive data
    MACNP = 0x034,   // number of packets
    MACTR = 0x038,   // transmission request

    RIS_RXINT = 1 << 0,
    RIS_TXER = 1 << 1,
    RIS_FOV = 1 << 3,
    RIS_RXER = 1 << 4,
    RIS_ALL = 0x7F,

    RCTL_RXEN = 1 << 0,
    RCTL_AMUL = 1 << 1,   // IPv6 needs multicast
    RCTL_BADCRC = 1 << 3, // reject frames with a bad FCS
    RCTL_RSTFIFO = 1 << 4,

    TCTL_TXEN = 1 << 0,
    TCTL_PADEN = 1 << 1, // pads a short frame to 60 octets
    TCTL_CRC = 1 << 2,   // appends the FCS
    TCTL_DUPLEX = 1 << 4,

    THR_WHOLE_FRAME = 0x3F, // nothing is sent before MACTR says so
    TR_NEWTX = 1 << 0,
    MCTL_START = 1 << 0,
    MCTL_REGADR_SHIFT = 3,
    MDV_50_MHZ = 9, // MDC = 50 MHz / (2 * (9 + 1)) = 2.5 MHz
    NP_M = 0x3F,
};

// The PHY's registers: the same datasheet, section "MII Management Register Descriptions".
enum {
    PHY_MR1 = 1,   // status
    PHY_MR2 = 2,   // identifier
    PHY_MR18 = 18, // diagnostic
    PHY_MR1_LINK = 1 << 2,
    PHY_MR18_DPLX = 1 << 11,
};

// Waits count register reads. A read takes 3 clocks or more, which at 50 MHz makes at least 60 ns.
enum {
    TX_READS_MAX = 25000, // 1.5 ms: a full frame at 10 Mbit/s lasts 1.23 ms
    MII_READS_MAX = 1000, // 60 us: an exchange of 64 MDC clocks lasts 26 us
    RING_OCTETS = 6,      // of a received frame: 2 of length before and 4 of FCS behind
    HEADER_OCTETS = 14,
    BAD_LENGTHS_MAX = 4, // in a row: whatever is wrong, timers get their turn
};

struct stellaris_eth_counters stellaris_eth_counters;
COUNTERS_DEFINE(stellaris_eth_counters_info, "stellaris_eth", STELLARIS_ETH_COUNTERS,
                stellaris_eth_counters);

static struct stellaris_eth *eth_of(struct netdev *dev)
{
    static_assert(offsetof(struct stellaris_eth, netdev) == 0,
                  "a netdev is its driver's structure");
    return (struct stellaris_eth *)(void *)dev;
}

static uint32_t reg_read(const struct stellaris_eth *eth, unsigned offset)
{
    return mmio_read32(eth->base + offset);
}

static void reg_write(const struct stellaris_eth *eth, unsigned offset, uint32_t value)
{
    mmio_write32(eth->base + offset, value);
}

static void rx_fifo_reset(struct stellaris_eth *eth)
{
    reg_write(eth, MACRCTL, RCTL_BADCRC | RCTL_AMUL); // the receiver must be off
    reg_write(eth, MACRCTL, RCTL_BADCRC | RCTL_AMUL | RCTL_RSTFIFO);
    reg_write(eth, MACRCTL, RCTL_BADCRC | RCTL_AMUL | RCTL_RXEN);
    eth->rx_first = 0;
}

static void phy_ask(struct stellaris_eth *eth, unsigned reg)
{
    reg_write(eth, MACMCTL, (reg << MCTL_REGADR_SHIFT) | MCTL_START);
}

static bool phy_has_answered(const struct stellaris_eth *eth)
{
    return (reg_read(eth, MACMCTL) & MCTL_START) == 0;
}

/// Reads a register of the PHY. Waits at most MII_READS_MAX reads. Returns 0 when it does not
/// answer.
static uint32_t phy_read(struct stellaris_eth *eth, unsigned reg)
{
    phy_ask(eth, reg);
    for (int i = 0; i < MII_READS_MAX; i++) {
        if (phy_has_answered(eth)) {
            return reg_read(eth, MACMRXD) & 0xFFFF;
        }
    }
    COUNT(stellaris_eth_counters.phy_timeouts);
    return 0;
}

/// Lets the transmitter run as the PHY agreed with its partner.
static void duplex_follow(struct stellaris_eth *eth)
{
    bool full = !eth->has_phy || (phy_read(eth, PHY_MR18) & PHY_MR18_DPLX) != 0;
    reg_write(eth, MACTCTL, TCTL_TXEN | TCTL_PADEN | TCTL_CRC | (full ? TCTL_DUPLEX : 0));
}

static bool eth_start(struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    struct stellaris_eth *eth = eth_of(dev);
    reg_write(eth, MACIM, 0); // all are on after a reset
    reg_write(eth, MACMDV, MDV_50_MHZ);
    uint32_t id = phy_read(eth, PHY_MR2);
    eth->has_phy = id != 0 && id != 0xFFFF;
    eth->link_up = !eth->has_phy;
    eth->link_asked = false;
    reg_write(eth, MACIA0,
              mac[0] | (uint32_t)mac[1] << 8 | (uint32_t)mac[2] << 16 | (uint32_t)mac[3] << 24);
    reg_write(eth, MACIA1, mac[4] | (uint32_t)mac[5] << 8);
    reg_write(eth, MACTHR, THR_WHOLE_FRAME);
    duplex_follow(eth);
    reg_write(eth, MACRIS, RIS_ALL);
    rx_fifo_reset(eth);
    return true;
}

static void eth_stop(struct netdev *dev)
{
    struct stellaris_eth *eth = eth_of(dev);
    reg_write(eth, MACIM, 0);
    reg_write(eth, MACRCTL, 0);
    reg_write(eth, MACTCTL, 0);
}

/// Asks the PHY now and takes its answer the next time, so that nobody waits for it.
static bool eth_link_up(struct netdev *dev)
{
    struct stellaris_eth *eth = eth_of(dev);
    if (!eth->has_phy || !phy_has_answered(eth)) {
        return eth->link_up;
    }
    if (eth->link_asked) {
        bool up = (reg_read(eth, MACMRXD) & PHY_MR1_LINK) != 0;
        if (up && !eth->link_up) {
            duplex_follow(eth);
        }
        eth->link_up = up;
    }
    eth->link_asked = true;
    phy_ask(eth, PHY_MR1);
    return eth->link_up;
}

static void errors_answer(struct stellaris_eth *eth)
{
    uint32_t ris = reg_read(eth, MACRIS) & (RIS_FOV | RIS_RXER | RIS_TXER);
    if (ris == 0) {
        return;
    }
    reg_write(eth, MACRIS, ris); // TXER empties the transmit FIFO, too
    COUNT_BY(stellaris_eth_counters.rx_errors, (ris & RIS_RXER) != 0);
    COUNT_BY(stellaris_eth_counters.tx_errors, (ris & RIS_TXER) != 0);
    if ((ris & RIS_FOV) != 0) {
        COUNT(stellaris_eth_counters.rx_overruns);
        rx_fifo_reset(eth); // where the cut frame begins and ends is not known
    }
}

/// Returns whether a frame waits. When none does, the next one interrupts.
static bool frame_waits(struct stellaris_eth *eth)
{
    if ((reg_read(eth, MACNP) & NP_M) != 0) {
        return true;
    }
    reg_write(eth, MACRIS, RIS_RXINT);
    if ((reg_read(eth, MACNP) & NP_M) !=
        0) { // it came before the acknowledgement, which took it for seen
        return true;
    }
    reg_write(eth, MACIM, RIS_RXINT | RIS_FOV | RIS_RXER | RIS_TXER);
    return false;
}

/// The first word of a frame holds its length in the lower half, and its first two octets.
static size_t frame_octets(uint32_t first)
{
    return (first & 0xFFFF) - RING_OCTETS;
}

/// Reads the word that leads the next frame, or empties the FIFO when that makes no sense.
static void frame_begin(struct stellaris_eth *eth)
{
    uint32_t first = reg_read(eth, MACDATA);
    uint32_t length = first & 0xFFFF;
    if (length < RING_OCTETS + HEADER_OCTETS || length > RING_OCTETS + NETDEV_FRAME_OCTETS_MAX) {
        COUNT(stellaris_eth_counters.rx_bad_lengths);
        rx_fifo_reset(eth);
        return;
    }
    eth->rx_first = first;
}

static size_t eth_rx_pending(struct netdev *dev)
{
    struct stellaris_eth *eth = eth_of(dev);
    for (int i = 0; eth->rx_first == 0; i++) {
        errors_answer(eth);
        if (i == BAD_LENGTHS_MAX || !frame_waits(eth)) {
            return 0;
        }
        frame_begin(eth);
    }
    return frame_octets(eth->rx_first);
}

// The words of the receive FIFO as a stream of octets.
struct stream {
    uint32_t word;
    unsigned octets; // of `word` not yet taken
};

/// Takes `octets` out of the FIFO, words as long as both sides are at a word's start.
static void stream_read(const struct stellaris_eth *eth, struct stream *in, uint8_t *to,
                        size_t octets)
{
    while (octets > 0) {
        if (in->octets == 0 && octets >= sizeof(uint32_t)) {
            uint32_t word = reg_read(eth, MACDATA);
            memcpy(to, &word, sizeof(word));
            to += sizeof(word);
            octets -= sizeof(word);
            continue;
        }
        if (in->octets == 0) {
            *in = (struct stream){reg_read(eth, MACDATA), sizeof(uint32_t)};
        }
        *to++ = (uint8_t)in->word;
        in->word >>= 8;
        in->octets--;
        octets--;
    }
}

static size_t eth_rx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct stellaris_eth *eth = eth_of(dev);
    if (eth_rx_pending(dev) == 0) {
        return 0;
    }
    size_t octets = frame_octets(eth->rx_first);
    struct stream in = {eth->rx_first >> 16, 2};
    size_t taken = 0;
    for (size_t i = 0; i < n && taken < octets; i++) {
        size_t piece = segs[i].octets < octets - taken ? segs[i].octets : octets - taken;
        stream_read(eth, &in, segs[i].data, piece);
        taken += piece;
    }
    size_t words = (octets + RING_OCTETS + 3) / 4;
    size_t words_read = (taken + 2 + in.octets) / 4; // a word begun is a word read
    for (; words_read < words; words_read++) {
        reg_read(eth, MACDATA);
    }
    eth->rx_first = 0;
    return octets;
}

static bool tx_fifo_is_free(const struct stellaris_eth *eth)
{
    for (int i = 0; i < TX_READS_MAX; i++) {
        if ((reg_read(eth, MACTR) & TR_NEWTX) == 0) {
            return true;
        }
    }
    return false;
}

/// Gives up the frame being sent: stops the transmitter and empties its FIFO.
static void tx_restart(const struct stellaris_eth *eth)
{
    uint32_t control = reg_read(eth, MACTCTL);
    reg_write(eth, MACTCTL, control & ~(uint32_t)TCTL_TXEN);
    reg_write(eth, MACRIS, RIS_TXER); // which empties it
    reg_write(eth, MACTCTL, control);
}

/// Puts octets into the transmit FIFO. `out->octets` of `out->word` wait for a word to be full.
static void stream_write(const struct stellaris_eth *eth, struct stream *out, const uint8_t *from,
                         size_t octets)
{
    unsigned shift = 8 * out->octets;
    for (; octets >= sizeof(uint32_t); octets -= sizeof(uint32_t)) {
        uint32_t word;
        memcpy(&word, from, sizeof(word));
        from += sizeof(word);
        reg_write(eth, MACDATA, out->word | word << shift);
        out->word = shift == 0 ? 0 : word >> (32 - shift);
    }
    for (; octets > 0; octets--) {
        out->word |= (uint32_t)*from++ << (8 * out->octets);
        out->octets++;
        if (out->octets == sizeof(uint32_t)) {
            reg_write(eth, MACDATA, out->word);
            *out = (struct stream){0};
        }
    }
}

static bool eth_tx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct stellaris_eth *eth = eth_of(dev);
    size_t octets = 0;
    for (size_t i = 0; i < n; i++) {
        octets += segs[i].octets;
    }
    if (octets < HEADER_OCTETS || octets > NETDEV_FRAME_OCTETS_MAX || !eth->link_up) {
        return false;
    }
    if (!tx_fifo_is_free(eth)) {
        COUNT(stellaris_eth_counters.tx_timeouts);
        tx_restart(eth);
        return false;
    }
    struct stream out = {(uint32_t)octets - HEADER_OCTETS,
                         2}; // the length leads, without the header
    for (size_t i = 0; i < n; i++) {
        stream_write(eth, &out, segs[i].data, segs[i].octets);
    }
    if (out.octets > 0) {
        reg_write(eth, MACDATA, out.word);
    }
    reg_write(eth, MACTR, TR_NEWTX);
    return true;
}

void stellaris_eth_init(struct stellaris_eth *eth, uintptr_t base)
{
    static const struct netdev_ops ops = {
        .start = eth_start,
        .stop = eth_stop,
        .link_up = eth_link_up,
        .rx_pending = eth_rx_pending,
        .rx = eth_rx,
        .tx = eth_tx,
    };
    *eth = (struct stellaris_eth){.netdev.ops = &ops, .base = base};
}

void stellaris_eth_on_interrupt(struct stellaris_eth *eth)
{
    reg_write(eth, MACIM, 0);
}
