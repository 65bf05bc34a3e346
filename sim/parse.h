// SPDX-License-Identifier: BSD-3-Clause
// Values of the command line: each either right or named in an error line.
#ifndef LWECHO_SIM_PARSE_H
#define LWECHO_SIM_PARSE_H

#include <stdbool.h>
#include <stdint.h>

#include "linux/hostnet.h"
#include "netdev.h"

// Each reads `text`, the value of the option `name`.
// Returns true; false, after an error line: the result is undefined.

/// A decimal number from `min` to `max`.
bool parse_number(const char *name, const char *text, uint32_t min, uint32_t max, uint32_t *value);

/// `ADDRESS/PREFIX` that a host can have.
bool parse_ip4(const char *name, const char *text, struct hostnet_address *address);
bool parse_ip6(const char *name, const char *text, struct hostnet_address *address);

/// Returns why `address` can't be a host's, in words that follow it in a sentence; NULL: it can.
const char *parse_ip4_problem(const struct hostnet_address *address);

/// The MAC address of one device.
bool parse_mac(const char *name, const char *text, uint8_t mac[NETDEV_MAC_OCTETS]);

#endif
