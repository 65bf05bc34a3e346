// SPDX-License-Identifier: BSD-3-Clause
// Values of the command line: each either right or named in an error line.
#include "parse.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "linux/target.h"
#include "lwip/opt.h"

bool parse_number(const char *name, const char *text, uint32_t min, uint32_t max, uint32_t *value)
{
    size_t digits = strspn(text, "0123456789");
    uint64_t number = strtoull(text, NULL, 10);
    if (digits == 0 || digits > 18 || text[digits] != '\0' || number < min || number > max) {
        target_error("%s %s: give a number from %" PRIu32 " to %" PRIu32, name, text, min, max);
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

const char *parse_ip4_problem(const struct hostnet_address *address)
{
    const uint8_t *o = address->octets;
    uint32_t ip = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
    if (o[0] == 0 || o[0] == 127 || o[0] >= 224) {
        return "is no address of a host";
    }
    uint32_t host_bits = (uint32_t)(UINT64_C(0xffffffff) >> address->prefix);
    if (address->prefix <= 30 && ((ip & host_bits) == 0 || (ip & host_bits) == host_bits)) {
        return "is the address of its whole network, not of a host";
    }
    return NULL;
}

static const char *ip6_problem(const struct hostnet_address *address)
{
    static const uint8_t zero[10];
    const uint8_t *o = address->octets;
    if (o[0] == 0xff || memcmp(o, zero, sizeof(zero)) == 0) {
        return "is no unicast address of a host";
    }
    if (o[0] == 0xfe && (o[1] & 0xc0) == 0x80) {
        return "is link-local, and such a one comes by itself";
    }
    return NULL;
}

bool parse_ip4(const char *name, const char *text, struct hostnet_address *address)
{
    if (!hostnet_address_parse(text, AF_INET, address)) {
        target_error("%s %s: give an IPv4 address and its prefix, such as 198.51.100.2/24", name,
                     text);
        return false;
    }
    const char *problem = parse_ip4_problem(address);
    if (problem != NULL) {
        target_error("%s %s %s; give another", name, text, problem);
    }
    return problem == NULL;
}

bool parse_ip6(const char *name, const char *text, struct hostnet_address *address)
{
    if (!LWIP_IPV6) {
        target_error("%s %s: this build has no IPv6; leave the option away", name, text);
        return false;
    }
    if (!hostnet_address_parse(text, AF_INET6, address)) {
        target_error("%s %s: give an IPv6 address and its prefix, such as 2001:db8:7::2/64, or off",
                     name, text);
        return false;
    }
    const char *problem = ip6_problem(address);
    if (problem != NULL) {
        target_error("%s %s %s; give another", name, text, problem);
    }
    return problem == NULL;
}

static bool mac_read(const char *text, uint8_t mac[NETDEV_MAC_OCTETS])
{
    for (size_t i = 0; i < NETDEV_MAC_OCTETS; i++) {
        char end = i + 1 < NETDEV_MAC_OCTETS ? ':' : '\0';
        if (strspn(text, "0123456789abcdefABCDEF") != 2 || text[2] != end) {
            return false;
        }
        mac[i] = (uint8_t)strtoul(text, NULL, 16);
        text += 3;
    }
    return true;
}

bool parse_mac(const char *name, const char *text, uint8_t mac[NETDEV_MAC_OCTETS])
{
    static const uint8_t none[NETDEV_MAC_OCTETS];
    if (!mac_read(text, mac)) {
        target_error("%s %s: give six octets, such as 02:00:c6:33:64:02", name, text);
        return false;
    }
    if ((mac[0] & 1) != 0 || memcmp(mac, none, sizeof(none)) == 0) {
        target_error("%s %s is no address of one device; the first octet must be even, such as 02",
                     name, text);
        return false;
    }
    return true;
}
