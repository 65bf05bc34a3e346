// SPDX-License-Identifier: BSD-3-Clause
// What must hold of the device.
#include "invariants.h"

#include <inttypes.h>
#include <stdio.h>

#include "device.h"
#include "guard.h"
#include "heap.h"
#include "lwip/memp.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/stats.h"
#include "rxbuf.h"
#include "world.h"

enum {
    POOLS = MEMP_MAX + 2,
};

static const char *const pool_names[POOLS] = {
#define LWIP_MEMPOOL(name, num, size, desc) #name,
#include "lwip/priv/memp_std.h"
    "heap", "receive buffers"};

static const struct app_config *config;
static uint64_t frames_came;
static size_t levels[POOLS];      // settled, with the application
static size_t levels_bare[POOLS]; // before anything was started

static size_t level(size_t i)
{
    if (i < MEMP_MAX) {
        return lwip_stats.memp[i]->used;
    }
    return i == MEMP_MAX ? heap_stats()->used : rxbuf_stats.used;
}

void invariants_service_started(const struct app_config *started, const struct netif *netif)
{
    LWIP_UNUSED_ARG(netif);
    config = started;
}

void invariants_frame_came(void)
{
    frames_came++;
}

static void equal(uint64_t a, uint64_t b, const char *what)
{
    if (a != b) {
        world_fail("counters: %s: %" PRIu64 " is not %" PRIu64, what, a, b);
    }
}

static void at_most(uint64_t n, uint64_t most, const char *what)
{
    if (n > most) {
        world_fail("limits: %s: %" PRIu64 " is more than %" PRIu64, what, n, most);
    }
}

/// The drop_* of one of the guard's modules.
static uint64_t drops(const struct counters *counters)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < counters->n; i++) {
        const char *name = counters->names[i];
        sum += name[0] == 'd' && name[1] == 'r' && name[2] == 'o' ? counters->values[i] : 0;
    }
    return sum;
}

static void check_frames(uint64_t in_ring, uint64_t lost)
{
    const struct ethif_counters *n = &ethif_counters;
    equal(frames_came, n->rx_frames + in_ring + lost, "frames in = taken + held + lost by the MAC");
    equal(n->rx_frames,
          n->rx_delivered + n->rx_drop_no_buffer + n->rx_drop_length + n->rx_drop_guard +
              n->rx_drop_refused,
          "ethif.rx_frames = delivered + drops");
    uint64_t guarded = drops(&guard_counters_info) + drops(&guard_ip_counters_info);
#if LWIP_IPV6
    guarded += drops(&guard_ip6_counters_info);
#endif
    equal(n->rx_drop_guard, guarded, "ethif.rx_drop_guard = all reasons");
}

static void check_echo(void)
{
    const struct echo_tcp_counters *tcp = &echo_tcp_counters;
    equal(tcp->octets_in, tcp->octets_out + tcp->octets_discarded + echo_tcp_octets_held(),
          "echo_tcp.octets_in = out + discarded + held");
    equal(tcp->accepted,
          tcp->closed + tcp->reset + tcp->aborted_idle + tcp->aborted_buffers + tcp->aborted_stop +
              echo_tcp_open(),
          "echo_tcp.accepted = ended + open");
    const struct echo_udp_counters *udp = &echo_udp_counters;
    equal(udp->received,
          udp->answered + udp->drop_not_unicast + udp->drop_source_port + udp->drop_send_failed,
          "echo_udp.received = answered + drops");
    at_most(echo_tcp_open(), ECHO_TCP_CONNECTIONS_MAX, "connections");
    at_most(rxbuf_stats.used, RX_BUFFERS, "receive buffers");
}

/// When nothing is held, every receive window must be open again, or it will be lost for ever.
static void check_windows(void)
{
    if (echo_tcp_octets_held() > 0) {
        return;
    }
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
        if (pcb->state == ESTABLISHED && pcb->callback_arg != NULL && pcb->refused_data == NULL &&
            pcb->rcv_wnd != TCP_WND_MAX(pcb)) {
            world_fail("windows: nothing is held, but peer port %u has a window of %u, not %u",
                       (unsigned)pcb->remote_port, (unsigned)pcb->rcv_wnd,
                       (unsigned)TCP_WND_MAX(pcb));
        }
    }
}

static void check_peers(void)
{
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
        unsigned n = 0;
        for (const struct tcp_pcb *other = pcb; other != NULL; other = other->next) {
            n += other->callback_arg != NULL && other->state >= ESTABLISHED &&
                 ip_addr_eq(&other->remote_ip, &pcb->remote_ip);
        }
        at_most(n, config->tcp.peer_connections, "connections of a peer");
    }
}

void invariants_check(uint64_t in_ring, uint64_t lost)
{
    check_frames(in_ring, lost);
    check_echo();
    check_windows();
    check_peers();
}

void invariants_note_levels(void)
{
    for (size_t i = 0; i < POOLS; i++) {
        levels[i] = level(i);
    }
}

const char *invariants_held(void)
{
    static char text[100];
    if (echo_tcp_open() > 0) {
        snprintf(text, sizeof text, "%u connections are open", (unsigned)echo_tcp_open());
        return text;
    }
    for (size_t i = 0; i < POOLS; i++) {
        if (level(i) != levels[i]) {
            snprintf(text, sizeof text, "%s: %zu are in use, not %zu", pool_names[i], level(i),
                     levels[i]);
            return text;
        }
    }
    return NULL;
}

void invariants_check_stopped(void)
{
    for (size_t i = 0; i < POOLS; i++) {
        if (level(i) != levels_bare[i]) {
            world_fail("pools: %s: %zu are in use after the end", pool_names[i], level(i));
        }
    }
}
