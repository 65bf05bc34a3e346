// SPDX-License-Identifier: BSD-3-Clause
// The whole application: addresses, then services.
#include "app.h"

#include "address_ip6.h"

const struct counters *const app_counters[APP_COUNTERS] = {
    &echo_tcp_counters_info,
    &echo_udp_counters_info,
    &mdns_counters_info,
};

struct app_config app_config_default(void)
{
    enum {
        PORT = 7, // RFC 862
    };
    struct app_config config = {
        .address = {.ip4 = IPADDR4_INIT_BYTES(198, 51, 100, 2),
                    .ip4_prefix = 24,
                    .hostname = "lwecho"},
        .tcp =
            {
                .port = PORT,
                .idle_timeout_s = 300,
                .peer_connections = ECHO_TCP_PEER_CONNECTIONS_MAX,
            },
        .udp = {.port = PORT},
    };
    address_ip6_default(&config.address);
    return config;
}

static bool has_address;

err_t app_start(struct netif *netif, const struct app_config *config)
{
    const char *part = "address";
    err_t err = address_start(netif, &config->address);
    has_address = err == ERR_OK;
    if (err == ERR_OK) {
        part = "echo_tcp";
        err = echo_tcp_start(&config->tcp);
    }
    if (err == ERR_OK) {
        part = "echo_udp";
        err = echo_udp_start(&config->udp);
    }
    if (err == ERR_OK) {
        part = "mdns";
        err = mdns_start(netif, &(struct mdns_config){.name = config->address.hostname,
                                                      .port = config->tcp.port});
    }
    if (err != ERR_OK) {
        LWIP_PLATFORM_DIAG(("app: failed part=%s err=%d", part, err));
    }
    return err;
}

void app_stop(struct netif *netif)
{
    mdns_stop();
    echo_udp_stop();
    echo_tcp_stop();
    if (has_address) {
        address_stop(netif);
        has_address = false;
    }
}
