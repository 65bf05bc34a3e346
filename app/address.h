// SPDX-License-Identifier: BSD-3-Clause
// How the device gets its addresses.
#ifndef LWECHO_APP_ADDRESS_H
#define LWECHO_APP_ADDRESS_H

#include <stdbool.h>

#include "lwip/ip_addr.h"
#include "lwip/netif.h"

enum address_ip6_mode {
    ADDRESS_IP6_OFF,    ///< no IPv6 address at all
    ADDRESS_IP6_STATIC, ///< a link-local address and `ip6`
    ADDRESS_IP6_AUTO,   ///< a link-local address and what routers announce (SLAAC, RFC 4862)
};

struct address_config {
    ip_addr_t ip4;                  ///< IPv4, static
    u8_t ip4_prefix;                ///< bits, 0..32
    enum address_ip6_mode ip6_mode; ///< ADDRESS_IP6_OFF in a profile without IPv6
    ip_addr_t ip6; ///< used by ADDRESS_IP6_STATIC; the prefix on the link is always 64 bits
};

enum {
    ADDRESSES_MAX = 1 + (LWIP_IPV6 ? LWIP_IPV6_NUM_ADDRESSES : 0),
};

/// Gives `netif` its addresses and logs each one as it becomes usable or is lost.
/// IPv6 addresses are tried for duplicates first (RFC 4862 section 5.4), which takes 1 to 2 s.
/// Returns ERR_OK; ERR_VAL: the profile has no IPv6, or a value is out of its limits; nothing is
/// set then.
err_t address_start(struct netif *netif, const struct address_config *config);

/// Takes all addresses away.
void address_stop(struct netif *netif);

/// Returns true once no address is waiting for the end of its duplicate detection.
bool address_settled(const struct netif *netif);

/// Writes the usable addresses to `list`, IPv4 first.
/// Returns how many; at most ADDRESSES_MAX.
size_t address_list(const struct netif *netif, ip_addr_t list[ADDRESSES_MAX]);

#endif
