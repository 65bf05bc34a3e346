// SPDX-License-Identifier: BSD-3-Clause
// The host's side of a TAP, by rtnetlink.
#include "hostnet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

#include "rtnl.h"

static size_t family_octets(int family)
{
    return family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
}

bool hostnet_address_parse(const char *text, int family, struct hostnet_address *address)
{
    char host[INET6_ADDRSTRLEN];
    const char *slash = strchr(text, '/');
    if (slash == NULL || (size_t)(slash - text) >= sizeof(host)) {
        return false;
    }
    memcpy(host, text, (size_t)(slash - text));
    host[slash - text] = '\0';
    size_t digits = strspn(slash + 1, "0123456789");
    if (digits == 0 || digits > 3 || slash[1 + digits] != '\0') {
        return false;
    }
    unsigned long prefix = strtoul(slash + 1, NULL, 10);
    *address = (struct hostnet_address){.family = family, .prefix = (uint8_t)prefix};
    return prefix <= 8 * family_octets(family) && inet_pton(family, host, address->octets) == 1;
}

bool hostnet_address_equal(const struct hostnet_address *a, const struct hostnet_address *b)
{
    return a->family == b->family && memcmp(a->octets, b->octets, sizeof(a->octets)) == 0;
}

bool hostnet_address_reaches(const struct hostnet_address *a, const struct hostnet_address *b)
{
    size_t whole = a->prefix / 8;
    unsigned rest = a->prefix % 8U;
    if (a->family != b->family || memcmp(a->octets, b->octets, whole) != 0) {
        return false;
    }
    return rest == 0 || ((a->octets[whole] ^ b->octets[whole]) >> (8 - rest)) == 0;
}

int hostnet_address_add(const char *interface, const struct hostnet_address *address)
{
    alignas(struct nlmsghdr) char buffer[RTNL_REQUEST_OCTETS_MAX];
    if (address->family == AF_UNSPEC) {
        return 0;
    }
    struct nlmsghdr *request = rtnl_request(buffer, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
    struct ifaddrmsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));
    body->ifa_family = (uint8_t)address->family;
    body->ifa_prefixlen = address->prefix;
    body->ifa_flags = address->family == AF_INET6 ? IFA_F_NODAD : 0; // nobody else is on this link
    body->ifa_scope = RT_SCOPE_UNIVERSE;
    body->ifa_index = if_nametoindex(interface);
    if (body->ifa_index == 0) {
        return errno;
    }
    size_t octets = family_octets(address->family);
    mnl_attr_put(request, IFA_LOCAL, octets, address->octets);
    mnl_attr_put(request, IFA_ADDRESS, octets, address->octets);
    return rtnl_send(request, NULL, NULL);
}

int hostnet_link_up(const char *interface)
{
    alignas(struct nlmsghdr) char buffer[RTNL_REQUEST_OCTETS_MAX];
    struct nlmsghdr *request = rtnl_request(buffer, RTM_NEWLINK, 0);
    struct ifinfomsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));
    body->ifi_family = AF_UNSPEC;
    body->ifi_flags = IFF_UP;
    body->ifi_change = IFF_UP;
    body->ifi_index = (int)if_nametoindex(interface);
    if (body->ifi_index == 0) {
        return errno;
    }
    return rtnl_send(request, NULL, NULL);
}
