// SPDX-License-Identifier: BSD-3-Clause
// How the device gets its addresses.
//
// Each change is a line of the log with its reason: `address: add ip=... by=...` as an address
// becomes usable, `address: remove ip=... reason=...` as it is lost.
#ifndef LWECHO_APP_ADDRESS_H
#define LWECHO_APP_ADDRESS_H

#include <stdbool.h>

#include "lwip/ip_addr.h"
#include "lwip/netif.h"

enum address_ip4_mode {
    ADDRESS_IP4_STATIC, ///< `ip4`
    ADDRESS_IP4_AUTO,   ///< what a DHCP server gives, and a link-local address while none answers
};

enum address_ip6_mode {
    ADDRESS_IP6_OFF,    ///< no IPv6 address at all
    ADDRESS_IP6_STATIC, ///< a link-local address and `ip6`
    ADDRESS_IP6_AUTO,   ///< a link-local address and what routers announce (SLAAC, RFC 4862)
};

struct address_config {
    enum address_ip4_mode ip4_mode; ///< ADDRESS_IP4_STATIC in a profile without DHCP
    ip_addr_t ip4;                  ///< used by ADDRESS_IP4_STATIC
    u8_t ip4_prefix;                ///< bits, 0..32
    enum address_ip6_mode ip6_mode; ///< ADDRESS_IP6_OFF in a profile without IPv6
    const char *hostname;           ///< told to DHCP servers; used in a profile with DHCP
    ip_addr_t ip6; ///< used by ADDRESS_IP6_STATIC; the prefix on the link is always 64 bits
};

enum {
    ADDRESSES_MAX = 1 + (LWIP_IPV6 ? LWIP_IPV6_NUM_ADDRESSES : 0),
};

/// Gives `netif` its addresses and logs each one as it becomes usable or is lost.
///
/// - ADDRESS_IP4_STATIC serves at once, and looks for another host that has the address meanwhile.
///   With ADDRESS_IP4_AUTO an offered address is tried first, which takes 7 to 9 s. Link-local
///   addresses are asked for 14 s after a server was, which may appear at any time later.
/// - An IPv4 address that another host turns out to have is defended once in 10 s and then given
///   up (RFC 5227 section 2.4). A static one is tried again every 10 s, after ten conflicts every
///   minute, and taken back as soon as nobody has it.
/// - IPv6 addresses are tried for duplicates first (RFC 4862 section 5.4), which takes 1 to 2 s.
///
/// Ownership: the name of the host must stay until address_stop().
/// A profile without DHCP does not look for conflicts of IPv4 addresses.
/// Returns ERR_OK; ERR_VAL: the profile has no IPv6 or no DHCP, or a value is out of its limits;
/// ERR_MEM: no UDP PCB left for DHCP. Nothing is set then.
/// Source: RFC 2131, RFC 3927, RFC 5227, RFC 4862.
err_t address_start(struct netif *netif, const struct address_config *config);

/// Takes all addresses away, and gives a leased one back to its server.
void address_stop(struct netif *netif);

/// Returns true once the device has its first IPv4 address, and no IPv6 address is waiting for the
/// end of its duplicate detection.
bool address_settled(const struct netif *netif);

/// Writes the usable addresses to `list`, IPv4 first.
/// Returns how many; at most ADDRESSES_MAX.
size_t address_list(const struct netif *netif, ip_addr_t list[ADDRESSES_MAX]);

#endif
