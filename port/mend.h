// SPDX-License-Identifier: BSD-3-Clause
// Mends what lwIP 2.2.1 leaves inconsistent, before it trips over it.
#ifndef LWECHO_PORT_MEND_H
#define LWECHO_PORT_MEND_H

/// To be called before each run of lwIP's TCP timer.
///
/// A zero-window probe carries the next octet. When the peer acknowledges it and nothing else
/// waits, lwIP forgets to stop the persist timer, whose next tick panics for want of anything to
/// probe with.
void mend_before_tcp_timer(void);

#endif
