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

#endif
