// SPDX-License-Identifier: BSD-3-Clause
// A bridge of our own, by rtnetlink: its alias says that it is ours.
#include "bridge.h"

#include <errno.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <stdalign.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "rtnl.h"

static const char alias[] = "made by lwecho";

enum {
    MAC_OCTETS = 6,
    TRIES_MAX = 3,
};

/// Makes the bridge, with a MAC address that does not change as interfaces come and go.
static int bridge_make(const char *name, const struct hostnet_address *ip4)
{
    alignas(struct nlmsghdr) char buffer[RTNL_REQUEST_OCTETS_MAX];
    const uint8_t *ip = ip4->octets;
    const uint8_t mac[MAC_OCTETS] = {0x02, 0x01, ip[0], ip[1], ip[2], ip[3]};
    struct nlmsghdr *request = rtnl_request(buffer, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
    struct ifinfomsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));
    body->ifi_family = AF_UNSPEC;
    mnl_attr_put_str(request, IFLA_IFNAME, name);
    mnl_attr_put(request, IFLA_ADDRESS, sizeof(mac), mac);
    struct nlattr *info = mnl_attr_nest_start(request, IFLA_LINKINFO);
    mnl_attr_put_str(request, IFLA_INFO_KIND, "bridge");
    mnl_attr_nest_end(request, info);
    return rtnl_send(request, NULL, NULL);
}

/// Begins a request about the interface `index`.
static struct nlmsghdr *link_request(void *buffer, uint16_t type, unsigned index)
{
    struct nlmsghdr *request = rtnl_request(buffer, type, 0);
    struct ifinfomsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));
    body->ifi_family = AF_UNSPEC;
    body->ifi_index = (int)index;
    return request;
}

static int alias_set(unsigned index)
{
    alignas(struct nlmsghdr) char buffer[RTNL_REQUEST_OCTETS_MAX];
    struct nlmsghdr *request = link_request(buffer, RTM_NEWLINK, index);
    mnl_attr_put(request, IFLA_IFALIAS, strlen(alias), alias);
    return rtnl_send(request, NULL, NULL);
}

static int master_set(unsigned index, unsigned master)
{
    alignas(struct nlmsghdr) char buffer[RTNL_REQUEST_OCTETS_MAX];
    struct nlmsghdr *request = link_request(buffer, RTM_NEWLINK, index);
    mnl_attr_put_u32(request, IFLA_MASTER, master);
    return rtnl_send(request, NULL, NULL);
}

/// Makes the bridge and sets it up. Without IPv6 on the host it serves with IPv4 alone.
static int bridge_set_up(const char *name, const struct hostnet_address *ip4,
                         const struct hostnet_address *ip6)
{
    int error = bridge_make(name, ip4);
    if (error != 0) {
        return error == EEXIST ? 0 : error; // whoever makes it also sets it up
    }
    error = alias_set(if_nametoindex(name));
    if (error == 0) {
        error = hostnet_address_add(name, ip4);
    }
    if (error == 0) {
        hostnet_address_add(name, ip6);
        error = hostnet_link_up(name);
    }
    return error;
}

int bridge_join(const char *name, const char *interface, const struct hostnet_address *ip4,
                const struct hostnet_address *ip6)
{
    int error = ENODEV;
    for (int i = 0; i < TRIES_MAX && error == ENODEV; i++) { // the last one to leave may remove it
        error = bridge_set_up(name, ip4, ip6);
        if (error == 0) {
            unsigned master = if_nametoindex(name);
            error = master == 0 ? ENODEV : master_set(if_nametoindex(interface), master);
        }
    }
    return error;
}

struct search {
    unsigned master;
    bool is_ours;
    bool has_interface;
};

static int on_link(const struct nlmsghdr *message, void *context)
{
    struct search *search = context;
    const struct ifinfomsg *body = mnl_nlmsg_get_payload(message);
    bool is_bridge = body->ifi_index == (int)search->master;
    const struct nlattr *attribute;
    for (attribute = mnl_nlmsg_get_payload_offset(message, sizeof(*body));
         mnl_attr_ok(attribute, (int)((const char *)mnl_nlmsg_get_payload_tail(message) -
                                      (const char *)attribute));
         attribute = mnl_attr_next(attribute)) {
        uint16_t type = mnl_attr_get_type(attribute);
        if (type == IFLA_MASTER && mnl_attr_get_u32(attribute) == search->master) {
            search->has_interface = true;
        } else if (type == IFLA_IFALIAS && is_bridge) {
            search->is_ours = strncmp(mnl_attr_get_str(attribute), alias, strlen(alias)) == 0;
        }
    }
    return MNL_CB_OK;
}

void bridge_leave(const char *name)
{
    alignas(struct nlmsghdr) char buffer[RTNL_REQUEST_OCTETS_MAX];
    struct search search = {.master = if_nametoindex(name)};
    struct nlmsghdr *request = rtnl_request(buffer, RTM_GETLINK, NLM_F_DUMP);
    struct ifinfomsg *body = mnl_nlmsg_put_extra_header(request, sizeof(*body));
    body->ifi_family = AF_UNSPEC;
    if (search.master == 0 || rtnl_send(request, on_link, &search) != 0) {
        return;
    }
    if (search.is_ours && !search.has_interface) {
        // Another that leaves at the same time may be first.
        rtnl_send(link_request(buffer, RTM_DELLINK, search.master), NULL, NULL);
    }
}
