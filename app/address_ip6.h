// SPDX-License-Identifier: BSD-3-Clause
// The IPv6 part of the addresses: one file for profiles with IPv6, one for those without.
#ifndef LWECHO_APP_ADDRESS_IP6_H
#define LWECHO_APP_ADDRESS_IP6_H

#include "address.h"

/// Sets mode and address of the default configuration.
void address_ip6_default(struct address_config *config);

/// Returns true when the profile can do what `config` says of IPv6.
bool address_ip6_is_valid(const struct address_config *config);

void address_ip6_start(struct netif *netif, const struct address_config *config);
void address_ip6_stop(struct netif *netif);

/// Logs a change of an IPv6 address.
void address_ip6_on_change(struct netif *netif, netif_nsc_reason_t reason,
                           const netif_ext_callback_args_t *args);

bool address_ip6_settled(const struct netif *netif);

/// Returns whether two peers count as one: by their IPv4 address, or by the upper 64 bits of their
/// IPv6 address, as a host chooses the lower ones as it likes (RFC 7421, RFC 8981).
bool address_is_same_peer(const ip_addr_t *a, const ip_addr_t *b);

/// Writes the usable IPv6 addresses to `list`. Returns how many.
size_t address_ip6_list(const struct netif *netif, ip_addr_t *list);

#endif
