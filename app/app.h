// SPDX-License-Identifier: BSD-3-Clause
// The whole application: the same on every target.
#ifndef LWECHO_APP_APP_H
#define LWECHO_APP_APP_H

#include "address.h"
#include "echo_tcp.h"
#include "echo_udp.h"
#include "mdns.h"

struct app_config {
    struct address_config address;
    struct echo_tcp_config tcp;
    struct echo_udp_config udp;
};

/// Returns the configuration that a device starts with when nobody says otherwise: 198.51.100.2/24,
/// 2001:db8:7::2 where the profile has IPv6, port 7, streaming, an idle timeout of 300 s, and
/// the name lwecho.
struct app_config app_config_default(void);

/// Starts addresses and services on `netif`, which must be up.
/// Ownership: `config` is copied, but for the name of the host, which must stay.
/// Returns ERR_OK, or the error of the first part that could not start, which is logged; what was
/// started before it is for app_stop() to end.
err_t app_start(struct netif *netif, const struct app_config *config);

/// Ends all services that run and gives back everything; connections are reset.
void app_stop(struct netif *netif);

enum {
    APP_COUNTERS = 3,
};

/// Every counter of the application, a module each.
extern const struct counters *const app_counters[APP_COUNTERS];

#endif
