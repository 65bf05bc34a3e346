// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of a profile whose device finds an IPv4 address by itself.
#ifndef LWECHO_PORT_OPTS_AUTOCONF_H
#define LWECHO_PORT_OPTS_AUTOCONF_H

#define LWIP_DHCP 1
#define LWIP_DHCP_DOES_ACD_CHECK 1    // an offered address is tried before it is used
#define LWIP_AUTOIP 1                 // RFC 3927, while no server answers
#define LWIP_DHCP_AUTOIP_COOP 1       // both at once: a server that appears is asked
#define LWIP_DHCP_AUTOIP_COOP_TRIES 3 // 2 + 4 + 8 s without an answer
#define LWIP_ACD 1                    // RFC 5227, for static addresses too
#define LWIP_NETIF_HOSTNAME 1         // servers list their clients by name
#define LWIP_DHCP_MAX_NTP_SERVERS 0   // no clock to set

// Leases are counted in steps of 10 s. In lwIP's own, of a minute, one of two minutes ends when one
// renewal was lost, and those of more than 45 days end all three of their times at once.
#define DHCP_COARSE_TIMER_SECS 10
#define DHCP_TIMEOUT_SIZE_T u32_t
#define DHCP_DEFINE_CUSTOM_TIMEOUTS
#define DHCP_STEPS(seconds, least) LWIP_MAX((seconds) / DHCP_COARSE_TIMER_SECS, least)
// A step less: the address was tried before it was used, while its lease already ran.
#define DHCP_SET_TIMEOUT_FROM_OFFERED_T0_LEASE(steps, dhcp)                                        \
    ((steps) = DHCP_STEPS((dhcp)->offered_t0_lease, 3) - 1)
#define DHCP_SET_TIMEOUT_FROM_OFFERED_T1_RENEW(steps, dhcp)                                        \
    ((steps) = DHCP_STEPS((dhcp)->offered_t1_renew, 1))
#define DHCP_SET_TIMEOUT_FROM_OFFERED_T2_REBIND(steps, dhcp)                                       \
    ((steps) = DHCP_STEPS((dhcp)->offered_t2_rebind, 1))
#define DHCP_NEXT_TIMEOUT_THRESHOLD 1 // steps between two tries at least
#define DHCP_REQUEST_BACKOFF_SEQUENCE(tries) (u16_t)(((tries) < 6 ? 1 << (tries) : 60) * 1000)

#endif
