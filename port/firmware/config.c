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
    config.address.hostname = LWECHO_HOSTNAME;
    config.address.ip4_prefix = LWECHO_IP4_PREFIX;
    config.address.ip6_mode = LWECHO_IP6_MODE;
#if LWIP_IPV6
    static const u32_t words[] = {LWECHO_IP6_WORDS};
    IP_ADDR6_HOST(&config.address.ip6, words[0], words[1], words[2], words[3]);
#endif
    return config;
}

bool config_mac(uint8_t mac[NETDEV_MAC_OCTETS])
{
    static const uint8_t chosen[NETDEV_MAC_OCTETS] = {LWECHO_MAC_OCTETS};
    if (LWECHO_HAS_MAC) {
        memcpy(mac, chosen, sizeof(chosen));
    }
    return LWECHO_HAS_MAC;
}
