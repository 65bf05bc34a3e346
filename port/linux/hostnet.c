// SPDX-License-Identifier: BSD-3-Clause
// The host's side of a TAP, by rtnetlink.
#include "hostnet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <libmnl/libmnl.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>

enum {
    REQUEST_OCTETS_MAX = 256,
    REPLY_OCTETS_MAX = 8192,
};

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

/// Sends one request and waits for the kernel's answer. Returns 0, or the errno of either.
static int request_send(struct nlmsghdr *request)
{
    char reply[REPLY_OCTETS_MAX];
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (socket == NULL) {
        return errno;
    }
    ssize_t octets = mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID);
    if (octets >= 0) {
        octets = mnl_socket_sendto(socket, request, request->nlmsg_len);
    }
    if (octets >= 0) {
        octets = mnl_socket_recvfrom(socket, reply, sizeof(reply));
    }
    bool failed = octets < 0 || mnl_cb_run(reply, (size_t)octets, request->nlmsg_seq,
                                           mnl_socket_get_portid(socket), NULL, NULL) < 0;
    int error = failed ? errno : 0;
    mnl_socket_close(socket);
    return error;
}

static struct nlmsghdr *request_start(void *buffer, uint16_t type, uint16_t flags)
{
    struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
    request->nlmsg_type = type;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    request->nlmsg_seq = 1; // each request has a socket of its own
    return request;
}

int hostnet_address_add(const char *interface, const struct hostnet_address *address)
{
    alignas(struct nlmsghdr) char buffer[REQUEST_OCTETS_MAX];
    if (address->family == AF_UNSPEC) {
        return 0;
    }
    struct nlmsghdr *request = request_start(buffer, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL);
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
    return request_send(request);
}

int hostnet_link_up(const char *interface)
{
    alignas(struct nlmsghdr) char buffer[REQUEST_OCTETS_MAX];
    struct nlmsghdr *request = request_start(buffer, RTM_NEWLINK, 0);
    struct ifinfomsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));
    body->ifi_family = AF_UNSPEC;
    body->ifi_flags = IFF_UP;
    body->ifi_change = IFF_UP;
    body->ifi_index = (int)if_nametoindex(interface);
    if (body->ifi_index == 0) {
        return errno;
    }
    return request_send(request);
}
