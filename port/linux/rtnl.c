// SPDX-License-Identifier: BSD-3-Clause
// Single requests to the kernel's rtnetlink: each has a socket of its own.
#include "rtnl.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <stdbool.h>

enum {
    REPLY_OCTETS_MAX = 1 << 15,
    SEQUENCE = 1,
};

struct nlmsghdr *rtnl_request(void *buffer, uint16_t type, uint16_t flags)
{
    struct nlmsghdr *request = mnl_nlmsg_put_header(buffer);
    request->nlmsg_type = type;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | flags;
    request->nlmsg_seq = SEQUENCE;
    return request;
}

int rtnl_send(struct nlmsghdr *request, mnl_cb_t on_message, void *context)
{
    char reply[REPLY_OCTETS_MAX];
    struct mnl_socket *socket = mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC);
    if (socket == NULL) {
        return errno;
    }
    bool sent = mnl_socket_bind(socket, 0, MNL_SOCKET_AUTOPID) >= 0 &&
                mnl_socket_sendto(socket, request, request->nlmsg_len) >= 0;
    int result = sent ? MNL_CB_OK : MNL_CB_ERROR;
    while (result == MNL_CB_OK) { // a dump comes in several parts
        ssize_t octets = mnl_socket_recvfrom(socket, reply, sizeof(reply));
        result = octets < 0 ? MNL_CB_ERROR
                            : mnl_cb_run(reply, (size_t)octets, SEQUENCE,
                                         mnl_socket_get_portid(socket), on_message, context);
    }
    int error = result == MNL_CB_ERROR ? errno : 0;
    mnl_socket_close(socket);
    return error;
}
