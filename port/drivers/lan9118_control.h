// SPDX-License-Identifier: BSD-3-Clause
// What controls a LAN9118: its registers, reset, MAC and PHY. lan9118.c moves the frames.
#ifndef LWECHO_PORT_DRIVERS_LAN9118_CONTROL_H
#define LWECHO_PORT_DRIVERS_LAN9118_CONTROL_H

#include "lan9118.h"

enum {
    LAN9118_PAD_OCTETS =
        2, ///< before a frame in both FIFOs: its words are those of its first piece

    /// A bus cycle takes 45 ns or more (section 6.2), and lan9118_read() makes 4 of them. So waits
    /// that count reads last at least as long as they say, and longer on a slower bus.
    LAN9118_READS_PER_US = 6,
};

void lan9118_write(const struct lan9118 *lan, unsigned offset, uint32_t value);

/// Reads a register, but no FIFO, once what was done before can be seen in it: sections 6.1.1 and
/// 6.1.2 ask for up to 3 reads of BYTE_TEST in between. RX_DROP needs none, but when it was just
/// read.
uint32_t lan9118_read(const struct lan9118 *lan, unsigned offset);

// The rest returns false when something did not come about in time, which is counted.

/// Waits for the controller to be ready and gives its interrupt line the right level, masked.
void lan9118_power_up(struct lan9118 *lan);

/// Resets the controller, but for its PHY, and makes it send and receive, with interrupts masked.
bool lan9118_run(struct lan9118 *lan);

/// Makes it do neither.
bool lan9118_halt(struct lan9118 *lan);

/// Lets the PHY negotiate anew with its partner, which interrupts the link.
bool lan9118_negotiate(struct lan9118 *lan);

/// Finds out about the link, and gives the MAC the duplex mode that was negotiated.
bool lan9118_link_read(struct lan9118 *lan);

#endif
