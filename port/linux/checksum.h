// SPDX-License-Identifier: BSD-3-Clause
// The Internet checksum in words of 64 bits: what an image's lwipopts.h lets lwIP use.
#ifndef LWECHO_PORT_LINUX_CHECKSUM_H
#define LWECHO_PORT_LINUX_CHECKSUM_H

#include <stdint.h>

#define LWIP_CHKSUM checksum_sum

/// Returns the one's complement sum of `octets` at any address, not inverted, as if it stood in
/// memory in network byte order.
/// Source: RFC 1071.
uint16_t checksum_sum(const void *data, int octets);

#endif
