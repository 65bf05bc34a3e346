// SPDX-License-Identifier: BSD-3-Clause
// The IPv4 part of the addresses: one file for profiles with DHCP, one for those without.
#ifndef LWECHO_APP_ADDRESS_IP4_H
#define LWECHO_APP_ADDRESS_IP4_H

#include "address.h"

/// Returns true when the profile can do what `config` says of IPv4.
bool address_ip4_is_valid(const struct address_config *config);

/// Returns ERR_OK; ERR_MEM: no UDP PCB left. Nothing is set then.
err_t address_ip4_start(struct netif *netif, const struct address_config *config);
void address_ip4_stop(struct netif *netif);

/// Gives `netif` the static address of `config`.
void address_ip4_set(struct netif *netif, const struct address_config *config);

/// Returns who gave `netif` the address that it has.
const char *address_ip4_origin(struct netif *netif);

/// Returns why `netif` has lost `old`.
const char *address_ip4_reason(struct netif *netif, const ip4_addr_t *old);

/// Follows a change of the address or the link, which has been logged.
void address_ip4_on_change(struct netif *netif, netif_nsc_reason_t reason,
                           const netif_ext_callback_args_t *args);

bool address_ip4_settled(const struct netif *netif);

#endif
