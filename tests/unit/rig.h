// SPDX-License-Identifier: BSD-3-Clause
// The rig of a case: the device on a wire of its own, hosts at the wire's other end, and the clock.
// What happens between them happens in rig_settle() and rig_advance() alone.
#ifndef LWECHO_TESTS_UNIT_RIG_H
#define LWECHO_TESTS_UNIT_RIG_H

#include "app.h"
#include "clock.h"
#include "device.h"
#include "fault.h"
#include "host.h"
#include "peer.h"
#include "rxbuf.h"

enum {
    RIG_HOSTS_MAX = 16,
};

struct rig {
    struct wire wire;
    struct netif netif;
    struct host *hosts;
    size_t hosts_n;
    struct host pool[RIG_HOSTS_MAX];
    bool has_device;
    bool has_app;
    size_t wakeups; ///< times that the device woke because of its clock
    size_t frames;  ///< that the device sent
    /// Sees each frame of the device before the hosts do. Returns true when it is to be lost.
    bool (*on_frame)(const struct packet *packet);
};

extern struct rig rig;

/// For each case, before and after. The second checks that what is counted adds up and that every
/// pool is back at its level of before.
int rig_setup(void **state);
int rig_teardown(void **state);

/// Starts the device on the wire, without an application.
void rig_start_device(void);

/// Starts device and application, and waits until its addresses are settled.
void rig_start(const struct app_config *config);

/// The same with the default configuration, and with `hold_octets`.
void rig_serve(void);
void rig_serve_hold(u32_t hold_octets);

/// Takes the pools as they are now for their level of before.
void rig_note_pools(void);

/// Waits until every pool is back at its level of before. The case fails when one is not.
void rig_wait_for_pools(void);

/// Ends the application and waits until the last connection is forgotten.
void rig_stop(void);

/// Ends application and device at once, whatever they do.
void rig_stop_device(void);

/// Returns a frame in a pbuf, as the device's interface gives and gets it: with padding in front.
struct pbuf *rig_pbuf(const struct packet_frame *frame);

/// Returns host number `n`, made on its first use.
struct host *rig_host(unsigned n);
struct host *rig_host_ip6(unsigned n);

/// A peer of host 1.
struct peer *rig_peer(void);

/// The same, connected. The case fails when it is refused.
struct peer *rig_connect(void);

/// Lets frames go back and forth until none is under way. No time passes.
void rig_settle(void);

/// Lets time pass; the device wakes when it asked for it.
void rig_advance(uint32_t ms);

/// Fails the case when what is counted doesn't add up.
void rig_check_counters(void);

#endif
