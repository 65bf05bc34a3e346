// SPDX-License-Identifier: BSD-3-Clause
// All protocols. A case's number depends on their order and on that of their fields.
#include "protocol.h"

const struct protocol *const protocols[] = {
    &protocol_link, &protocol_arp,   &protocol_ip4, &protocol_fragments, &protocol_icmp,
    &protocol_udp,  &protocol_tcp,   &protocol_ip6, &protocol_tcp6,      &protocol_fragments6,
    &protocol_dhcp, &protocol_icmp6, &protocol_nd,  &protocol_mld,       &protocol_mdns,
};
const size_t protocols_n = sizeof protocols / sizeof protocols[0];
