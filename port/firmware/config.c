// SPDX-License-Identifier: BSD-3-Clause
// What the build says about one device, out of the definitions that cmake/lwecho_firmware.cmake
// makes.
#include "config.h"

#include <string.h>

#include "lwip/def.h"

struct app_config config_application(void)
{
    struct app_config config = app_config_default();
    config.address.ip4_mode = LWECHO_IP4_MODE;
    config.address.ip4 = (ip_addr_t)IPADDR4_INIT(PP_HTONL(LWECHO_IP4_ADDRESS));
    config.address.ip4_prefix = LWECHO_IP4_PREFIX;
    config.address.ip6_mode = LWECHO_IP6_MODE;
    if (LWECHO_IP6_MODE == ADDRESS_IP6_STATIC &&
        ipaddr_aton(LWECHO_IP6_ADDRESS, &config.address.ip6) == 0) {
        LWIP_PLATFORM_DIAG(
            ("config: failed ip6=%s (build it with another LWECHO_IP6)", LWECHO_IP6_ADDRESS));
    }
    return config;
}

bool config_mac(uint8_t mac[NETDEV_MAC_OCTETS])
{
    static const uint8_t chosen[NETDEV_MAC_OCTETS] = {LWECHO_MAC_OCTETS};
    static const uint8_t none[NETDEV_MAC_OCTETS];
    memcpy(mac, chosen, sizeof(chosen));
    return memcmp(chosen, none, sizeof(none)) != 0;
}
