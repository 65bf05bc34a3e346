// SPDX-License-Identifier: BSD-3-Clause
// What the build says about one device.
#ifndef LWECHO_PORT_FIRMWARE_CONFIG_H
#define LWECHO_PORT_FIRMWARE_CONFIG_H

#include "app.h"
#include "netdev.h"

/// Returns the application's configuration: its defaults, and what the build says otherwise by
/// LWECHO_IP4 and LWECHO_IP6.
struct app_config config_application(void);

/// Writes the MAC address that the build gives to this device (LWECHO_MAC).
/// Returns false: it gives none.
bool config_mac(uint8_t mac[NETDEV_MAC_OCTETS]);

#endif
