// SPDX-License-Identifier: BSD-3-Clause
// The Ethernet controllers LAN9118, LAN9220 and their relatives as a netdev.
//
// The receive interrupt is a latch in some of them and a level in others, so it is masked by its
// handler and comes back in this order: clear the latch, find the FIFO empty, unmask.
#include "lan9118.h"

#include <string.h>

#include "cpu.h"
#include "lan9118_control.h"
#include "lan9118_regs.h"
#include "lwip/def.h"
#include "mmio/mmio.h"
#include "target.h"

#define EVENTS (INT_PHY | INT_RXE | INT_TXE | INT_RSFL)

enum {
    FCS_OCTETS = 4,
    RX_OCTETS_MAX = 2560, // the receive watchdog cuts what is longer (section 3.13.3)
    COMMAND_OCTETS = 8,
    BAD_FRAMES_MAX = 64, // given up in a row, then timers get their turn
    TX_REFUSED_MAX = 8,  // in a row, then the transmitter has stalled
    TX_ROOM_US = 1300,   // the time of the longest frame at 10 Mbit/s
};

struct lan9118_counters lan9118_counters;
COUNTERS_DEFINE(lan9118_counters_info, "lan9118", LAN9118_COUNTERS, lan9118_counters);

static struct lan9118 *lan_of(struct netdev *dev)
{
    return (struct lan9118 *)(void *)dev;
}

/// Starts anew after an error, without what waits in the FIFOs. The link stays.
static void restart(struct lan9118 *lan)
{
    COUNT(lan9118_counters.restarts);
    lan->answers = lan9118_read(lan, BYTE_TEST) == BYTE_TEST_VALUE && lan9118_run(lan);
    if (lan->answers) {
        cpu_wake(); // the next poll unmasks the interrupt
    } else {
        lan->up = false; // each poll tries again
    }
}

/// Sees to everything that interrupts, but received frames.
static void events_handle(struct lan9118 *lan)
{
    uint32_t events = lan9118_read(lan, INT_STS);
    COUNT_BY(lan9118_counters.rx_overruns, mmio_read32(lan->base + RX_DROP));
    if ((events & INT_PHY) != 0 && !lan9118_link_read(lan)) {
        lan->answers = false;
    }
    if ((events & (INT_RXE | INT_TXE)) != 0) {
        COUNT_BY(lan9118_counters.rx_errors, (events & INT_RXE) != 0);
        COUNT_BY(lan9118_counters.tx_errors, (events & INT_TXE) != 0);
        restart(lan);
    }
}

static bool on_link_up(struct netdev *dev)
{
    struct lan9118 *lan = lan_of(dev);
    if (!lan->answers) {
        restart(lan);
    } else if (lan->interrupted) {
        events_handle(lan);
    }
    return lan->up;
}

// Receiving: the words of a frame, in order. The first one begins with the padding.
struct rx_words {
    uintptr_t fifo;
    uint32_t word;   // read from the FIFO
    unsigned octets; // of it that were not taken yet
};

static struct rx_words rx_begin(const struct lan9118 *lan)
{
    uintptr_t fifo = lan->base + RX_DATA_FIFO;
    return (struct rx_words){fifo, mmio_read32(fifo) >> 8 * LAN9118_PAD_OCTETS,
                             4 - LAN9118_PAD_OCTETS};
}

static uint8_t rx_octet(struct rx_words *in)
{
    if (in->octets == 0) {
        in->word = mmio_read32(in->fifo);
        in->octets = 4;
    }
    uint8_t octet = (uint8_t)in->word;
    in->word >>= 8;
    in->octets--;
    return octet;
}

static void rx_take(struct rx_words *in, uint8_t *to, size_t octets)
{
    if (in->octets == 2 && octets >= 2) { // as each frame begins
        memcpy(to, &in->word, 2);
        in->octets = 0;
        to += 2;
        octets -= 2;
    }
    for (; in->octets > 0 && octets > 0; octets--) {
        *to++ = rx_octet(in);
    }
    if ((uintptr_t)to % 4 == 0) {
        mmio_read32_window(in->fifo, (uint32_t *)(void *)to, octets / 4);
        to += octets & ~3u;
        octets &= 3;
    }
    for (; octets >= 4; octets -= 4) {
        uint32_t word = mmio_read32(in->fifo);
        memcpy(to, &word, 4);
        to += 4;
    }
    for (; octets > 0; octets--) {
        *to++ = rx_octet(in);
    }
}

/// Reads what is left of a frame of `octets`, `taken` of which were. The RX_FFWD bit would do it
/// too, but not for less than 4 words, nor in QEMU.
static void rx_end(const struct rx_words *in, size_t octets, size_t taken)
{
    size_t words_read = (LAN9118_PAD_OCTETS + taken + 3) / 4;
    size_t words = (LAN9118_PAD_OCTETS + octets + FCS_OCTETS + 3) / 4;
    for (size_t i = words_read; i < words; i++) {
        mmio_read32(in->fifo);
    }
}

/// Takes the status of the next frame; drops the frame if that is bad.
static void rx_status_take(struct lan9118 *lan, uint32_t fifo_inf)
{
    uint32_t status = mmio_read32(lan->base + RX_STATUS_FIFO);
    size_t octets = status >> 16 & 0x3FFF;
    if (octets <= FCS_OCTETS || octets > RX_OCTETS_MAX || octets > (fifo_inf & 0xFFFF)) {
        COUNT(lan9118_counters.rx_errors);
        restart(lan);
        return;
    }
    octets -= FCS_OCTETS;
    if ((status & STATUS_ERROR) == 0) {
        lan->rx_octets = octets;
        return;
    }
    COUNT(lan9118_counters.rx_bad_status);
    struct rx_words in = rx_begin(lan);
    rx_end(&in, octets, 0);
}

/// Returns whether a frame waits. If none does, the next one interrupts again.
static bool rx_waits(struct lan9118 *lan, uint32_t *fifo_inf)
{
    if (lan->interrupted) {
        lan9118_write(lan, INT_STS, INT_RSFL);
    }
    *fifo_inf = lan9118_read(lan, RX_FIFO_INF);
    if ((*fifo_inf >> 16 & 0xFF) != 0) {
        return true;
    }
    if (lan->interrupted) {
        lan->interrupted = false;
        lan9118_write(lan, INT_EN, EVENTS);
    }
    return false;
}

/// Finds the next good frame. Returns its octets; 0: none waits, or too many bad ones did.
static size_t rx_find(struct lan9118 *lan)
{
    uint32_t fifo_inf;
    for (int bad = 0; lan->answers && rx_waits(lan, &fifo_inf); bad++) {
        rx_status_take(lan, fifo_inf);
        if (lan->rx_octets != 0) {
            break;
        }
        if (bad == BAD_FRAMES_MAX - 1) {
            cpu_wake();
            break;
        }
    }
    return lan->rx_octets;
}

static size_t on_rx_pending(struct netdev *dev)
{
    struct lan9118 *lan = lan_of(dev);
    return lan->rx_octets != 0 ? lan->rx_octets : rx_find(lan);
}

static size_t on_rx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct lan9118 *lan = lan_of(dev);
    size_t octets = on_rx_pending(dev);
    if (octets == 0) {
        return 0;
    }
    struct rx_words in = rx_begin(lan);
    size_t taken = 0;
    for (size_t i = 0; i < n; i++) {
        size_t piece = LWIP_MIN(segs[i].octets, octets - taken);
        rx_take(&in, segs[i].data, piece);
        taken += piece;
    }
    rx_end(&in, octets, taken);
    lan->rx_octets = 0;
    return octets;
}

// Sending: one buffer for the controller, whatever the pieces are. It could gather itself, but
// takes no piece of less than 4 octets in the middle (section 3.12.3).
struct tx_words {
    uintptr_t fifo;
    uint32_t word;   // not yet written to the FIFO
    unsigned octets; // of it that are there
};

static void tx_octet(struct tx_words *out, uint8_t octet)
{
    out->word |= (uint32_t)octet << 8 * out->octets;
    out->octets++;
    if (out->octets == 4) {
        mmio_write32(out->fifo, out->word);
        out->word = 0;
        out->octets = 0;
    }
}

static void tx_give(struct tx_words *out, const uint8_t *from, size_t octets)
{
    if (out->octets == 2 && octets >= 2) { // as each frame begins
        uint16_t half;
        memcpy(&half, from, 2);
        mmio_write32(out->fifo, out->word | (uint32_t)half << 16);
        out->word = 0;
        out->octets = 0;
        from += 2;
        octets -= 2;
    }
    for (; out->octets > 0 && octets > 0; octets--) {
        tx_octet(out, *from++);
    }
    if ((uintptr_t)from % 4 == 0) {
        mmio_write32_window(out->fifo, (const uint32_t *)(const void *)from, octets / 4);
        from += octets & ~3u;
        octets &= 3;
    }
    for (; octets >= 4; octets -= 4) {
        uint32_t word;
        memcpy(&word, from, 4);
        mmio_write32(out->fifo, word);
        from += 4;
    }
    for (; octets > 0; octets--) {
        tx_octet(out, *from++);
    }
}

static void tx_statuses_take(const struct lan9118 *lan, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        uint32_t status = mmio_read32(lan->base + TX_STATUS_FIFO);
        COUNT_BY(lan9118_counters.tx_bad_status, (status & STATUS_ERROR) != 0);
    }
}

/// Returns whether the TX data FIFO has room for a frame of `octets`.
static bool tx_has_room(const struct lan9118 *lan, size_t octets)
{
    size_t room = COMMAND_OCTETS + (LAN9118_PAD_OCTETS + octets + 3) / 4 * 4;
    uint32_t fifo_inf = lan9118_read(lan, TX_FIFO_INF);
    tx_statuses_take(lan, fifo_inf >> 16 & 0xFF);
    return (fifo_inf & 0xFFFF) >= room;
}

/// Waits until it has.
static bool tx_room_wait(const struct lan9118 *lan, size_t octets)
{
    for (int i = 0; i < TX_ROOM_US * LAN9118_READS_PER_US; i++) {
        if (tx_has_room(lan, octets)) {
            return true;
        }
    }
    return false;
}

static void tx_frame(const struct lan9118 *lan, const struct netdev_seg *segs, size_t n,
                     size_t octets)
{
    struct tx_words out = {lan->base + TX_DATA_FIFO, 0, LAN9118_PAD_OCTETS};
    mmio_write32(out.fifo, LAN9118_PAD_OCTETS << TX_COMMAND_A_OFFSET_POS | TX_COMMAND_A_FIRST |
                               TX_COMMAND_A_LAST | (uint32_t)octets);
    mmio_write32(out.fifo, (uint32_t)octets);
    for (size_t i = 0; i < n; i++) {
        tx_give(&out, segs[i].data, segs[i].octets);
    }
    if (out.octets > 0) {
        mmio_write32(out.fifo, out.word);
    }
}

static bool on_tx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    struct lan9118 *lan = lan_of(dev);
    size_t octets = 0;
    for (size_t i = 0; i < n; i++) {
        octets += segs[i].octets;
    }
    LWIP_ASSERT("a frame is no longer than that", octets <= NETDEV_FRAME_OCTETS_MAX);
    if (!lan->up) {
        return false;
    }
    if (tx_has_room(lan, octets) || tx_room_wait(lan, octets)) {
        lan->tx_refused = 0;
        tx_frame(lan, segs, n, octets);
        return true;
    }
    COUNT(lan9118_counters.tx_busy);
    if (++lan->tx_refused == TX_REFUSED_MAX) {
        COUNT(lan9118_counters.tx_errors);
        restart(lan);
    }
    return false;
}

static bool on_start(struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    struct lan9118 *lan = lan_of(dev);
    memcpy(lan->mac, mac, NETDEV_MAC_OCTETS);
    if (lan9118_read(lan, BYTE_TEST) != BYTE_TEST_VALUE) {
        target_log("lan9118: not found: check its address and the bus");
        return false;
    }
    lan->answers = lan9118_run(lan) && lan9118_negotiate(lan);
    if (!lan->answers) {
        target_log("lan9118: no answer: check its clock and power, then reset the device");
        lan9118_write(lan, INT_EN, 0);
    }
    return lan->answers;
}

static void on_stop(struct netdev *dev)
{
    struct lan9118 *lan = lan_of(dev);
    lan->up = false;
    lan->answers = false;
    if (!lan9118_halt(lan)) {
        target_log("lan9118: no answer: it goes on receiving until the device is reset");
    }
}

static const struct netdev_ops lan9118_ops = {
    .start = on_start,
    .stop = on_stop,
    .link_up = on_link_up,
    .rx_pending = on_rx_pending,
    .rx = on_rx,
    .tx = on_tx,
};

void lan9118_init(struct lan9118 *lan, uintptr_t base)
{
    *lan = (struct lan9118){.netdev.ops = &lan9118_ops, .base = base};
    lan9118_power_up(lan);
}

void lan9118_on_interrupt(struct lan9118 *lan)
{
    lan9118_write(lan, INT_EN, 0);
    lan->interrupted = true;
    cpu_wake();
}
