// SPDX-License-Identifier: BSD-3-Clause
// Mends what lwIP 2.2.1 leaves inconsistent, before it trips over it.
#ifndef LWECHO_PORT_MEND_H
#define LWECHO_PORT_MEND_H

#include "lwip/netif.h"

struct dhcp;
struct dhcp_msg;

/// To be called before each run of lwIP's TCP timer.
///
/// A zero-window probe carries the next octet. When the peer acknowledges it and nothing else
/// waits, lwIP forgets to stop the persist timer, whose next tick panics for want of anything to
/// probe with.
///
/// A window that is open, but smaller than the first segment that waits, is to be filled by
/// dividing that. Without memory for it, lwIP tries for ever, and says nothing; the window may have
/// opened meanwhile, and a probe asks for it (RFC 9293 section 3.8.6.1).
void mend_before_tcp_timer(void);

/// To be called for each DHCP message that is about to be sent, with the octets of its options.
///
/// - lwIP declines an address without naming the server, which then takes no notice (RFC 2131
///   section 4.3.3).
/// - It keeps an address whose lease ends while it asks whether it may go on using it, as after the
///   cable was out (RFC 2131 section 4.4.5).
void mend_dhcp_message(struct netif *netif, const struct dhcp *dhcp, struct dhcp_msg *msg,
                       u8_t type, u16_t *octets);

#endif
