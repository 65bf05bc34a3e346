// SPDX-License-Identifier: BSD-3-Clause
// The bench of a case: what is IPv6.
#include <string.h>

#include "bench.h"

static void address_set(int i, const uint8_t octets[16], u8_t state)
{
    ip_addr_t *ip = &bench.netif.ip6_addr[i];
    IP_SET_TYPE(ip, IPADDR_TYPE_V6);
    memcpy(ip_2_ip6(ip)->addr, octets, 16);
    bench.netif.ip6_addr_state[i] = state;
}

void bench_setup_ip6(void)
{
    memset(&guard_ip6_counters, 0, sizeof guard_ip6_counters);
    address_set(0, ip6_device_link, IP6_ADDR_PREFERRED);
    address_set(1, ip6_device, IP6_ADDR_PREFERRED);
    address_set(2, ip6_device_new, IP6_ADDR_TENTATIVE);
}

COUNTER_T bench_drops_ip6(void)
{
    COUNTER_T sum = 0;
    const struct counters *counters = &guard_ip6_counters_info;
    for (size_t i = 0; i < counters->n; i++) {
        sum += strncmp(counters->names[i], "drop_", 5) == 0 ? counters->values[i] : 0;
    }
    return sum;
}
