// SPDX-License-Identifier: BSD-3-Clause
// Multicast DNS responder: the device answers to NAME.local, and lists its echo among the services
// of the link as _echo._tcp and _echo._udp.
//
// lwIP's own responder holds some kilobytes of RAM, waits for ever after an allocation that failed,
// and can't be stopped.
#ifndef LWECHO_APP_MDNS_H
#define LWECHO_APP_MDNS_H

#include <stdbool.h>

#include "arch/counters.h"
#include "lwip/err.h"
#include "lwip/netif.h"

// received = queries + responses + drop_*
#define MDNS_COUNTERS(X)                                                                           \
    X(received)       /* messages */                                                               \
    X(queries)        /* of these */                                                               \
    X(responses)      /* the rest, of other hosts */                                               \
    X(drop_malformed) /* ends early, or contradicts itself */                                      \
    X(drop_unicast)   /* not sent to the group: from beyond the link, perhaps */                   \
    X(sent)           /* probes, announcements, answers */                                         \
    X(limit_sent)     /* answers to single hosts not sent: too many, or to no address */           \
    X(tx_failed)      /* not sent for want of memory or of an address; whoever asked asks again */ \
    X(conflicts)      /* another host has the name */

struct mdns_counters {
    MDNS_COUNTERS(COUNTERS_MEMBER)
};

extern struct mdns_counters mdns_counters;
extern const struct counters mdns_counters_info;

struct mdns_config {
    const char *name; ///< without `.local`: 1 to MDNS_CONFIG_NAME_OCTETS_MAX of a-z, 0-9 and -
    u16_t port;       ///< of both services, in host byte order
};

enum {
    MDNS_CONFIG_NAME_OCTETS_MAX = 20,
};

/// Returns whether `name` can be a device's.
bool mdns_name_is_valid(const char *name);

/// Looks whether the name is free on `netif`, and serves it, as soon as there is an address. When
/// another host has it, the device takes `NAME-xxxxxx` with the end of its MAC address, then
/// `NAME-xxxxxx-2` and so on; each is a line of the log.
/// Limits: answers what is asked by multicast, once a second at most, and 10 times a second those
/// who don't listen to the group. It does not wait for the rest of a list of known answers that
/// takes more than one message.
/// Ownership: the name is copied.
/// Returns ERR_OK; ERR_VAL: no such name can be; ERR_MEM, ERR_USE: no UDP PCB or group is left, or
/// the port is taken. Nothing is held then.
/// Source: RFC 6762, RFC 6763.
err_t mdns_start(struct netif *netif, const struct mdns_config *config);

/// Tells the link that name and services are gone, and gives back everything.
void mdns_stop(void);

/// Returns the name that is served, without `.local`; NULL: none yet.
const char *mdns_name(void);

#endif
