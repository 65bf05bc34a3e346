// SPDX-License-Identifier: BSD-3-Clause
// The rig of a case.
#include "rig.h"

#include <stdlib.h>
#include <string.h>

#include "heap.h"
#include "lwip/memp.h"
#include "lwip/stats.h"
#include "lwip/timeouts.h"
#include "unit.h"

enum {
    ROUNDS_MAX = 2000000,       // of frames back and forth without time passing
    SETTLE_MS = 5000,           // within which addresses are settled
    FORGET_MS = 20 * 60 * 1000, // within which the last connection is forgotten
    POOLS = MEMP_MAX + 2,
};

static const uint8_t device_mac[NETDEV_MAC_OCTETS] = {0x02, 0, 198, 51, 100, 2};

struct rig rig;
static size_t level_device[POOLS]; // in use with the device alone
static size_t level_served[POOLS]; // with the application too

/// Returns what is in use of a pool of lwIP, of its heap, or of the receive buffers.
static size_t level(size_t i)
{
    if (i < MEMP_MAX) {
        return lwip_stats.memp[i]->used;
    }
    return i == MEMP_MAX ? heap_stats()->used : rxbuf_stats.used;
}

static const char *pool_name(size_t i)
{
    static const char *const names[POOLS] = {
#define LWIP_MEMPOOL(name, num, size, desc) #name,
#include "lwip/priv/memp_std.h"
        "the heap", "the receive buffers"};
    return names[i];
}

/// Returns the first pool that is not at its level of before, POOLS when all are.
static size_t pool_off_level(const size_t before[POOLS])
{
    size_t i = 0;
    while (i < POOLS && level(i) == before[i]) {
        i++;
    }
    return i;
}

static void pools_note(size_t before[POOLS])
{
    for (size_t i = 0; i < POOLS; i++) {
        before[i] = level(i);
    }
}

static void pools_check(const size_t before[POOLS])
{
    size_t i = pool_off_level(before);
    if (i < POOLS) {
        fail_msg("%s: %zu in use, but %zu before", pool_name(i), level(i), before[i]);
    }
}

static void counters_clear(void)
{
    for (size_t i = 0; i < DEVICE_COUNTERS + APP_COUNTERS; i++) {
        const struct counters *module =
            i < DEVICE_COUNTERS ? device_counters[i] : app_counters[i - DEVICE_COUNTERS];
        memset((COUNTER_T *)module->values, 0, module->n * sizeof *module->values);
    }
}

static void check_ethif_counters(void)
{
    const struct ethif_counters *n = &ethif_counters;
    assert_int_equal(n->rx_frames, n->rx_delivered + n->rx_drop_no_buffer + n->rx_drop_length +
                                       n->rx_drop_guard + n->rx_drop_refused);
}

void rig_check_counters(void)
{
    check_ethif_counters();
    const struct echo_tcp_counters *tcp = &echo_tcp_counters;
    assert_int_equal(tcp->octets_in,
                     tcp->octets_out + tcp->octets_discarded + echo_tcp_octets_held());
    assert_int_equal(tcp->accepted, tcp->closed + tcp->reset + tcp->aborted_idle +
                                        tcp->aborted_buffers + tcp->aborted_stop + echo_tcp_open());
    const struct echo_udp_counters *udp = &echo_udp_counters;
    assert_int_equal(udp->received, udp->answered + udp->drop_not_unicast + udp->drop_source_port +
                                        udp->drop_send_failed);
}

int rig_setup(void **state)
{
    (void)state;
    static bool has_lwip;
    if (rig.has_device) {
        echo_tcp_stop(); // the case before has failed
        echo_udp_stop();
        mdns_stop();
        device_stop(&rig.netif);
    }
    wire_clear(&rig.wire);
    rig = (struct rig){.hosts = NULL};
    wire_init(&rig.wire);
    fault_clear();
    counters_clear();
    clock_reset();
    if (has_lwip) {
        sys_timeouts_init(); // the clock was set back
    }
    has_lwip = true;
    return 0;
}

int rig_teardown(void **state)
{
    (void)state;
    fault_clear();
    rig.on_frame = NULL;
    if (rig.has_app) {
        rig_stop();
    }
    for (struct host *host = rig.hosts; host != NULL; host = host->next) {
        while (host->peers != NULL) {
            peer_free(host->peers);
        }
    }
    if (rig.has_device) {
        rig_check_counters();
        pools_check(level_device);
        device_stop(&rig.netif);
        rig.has_device = false;
    }
    assert_false(rig.wire.started);
    wire_clear(&rig.wire);
    return 0;
}

void rig_start_device(void)
{
    assert_int_equal(device_start(&rig.netif, &rig.wire.netdev, device_mac), ERR_OK);
    rig.has_device = true;
    rig_settle();
    pools_note(level_device);
}

void rig_note_pools(void)
{
    pools_note(level_served);
}

void rig_wait_for_pools(void)
{
    for (uint32_t ms = 0; pool_off_level(level_served) != POOLS && ms < FORGET_MS; ms += 1000) {
        rig_advance(1000);
    }
    pools_check(level_served);
}

void rig_start(const struct app_config *config)
{
    rig_start_device();
    assert_int_equal(app_start(&rig.netif, config), ERR_OK);
    rig.has_app = true;
    for (uint32_t ms = 0; !address_settled(&rig.netif); ms += 100) {
        assert_true(ms < SETTLE_MS);
        rig_advance(100);
    }
    rig_settle();
    rig_note_pools();
}

void rig_serve(void)
{
    struct app_config config = app_config_default();
    rig_start(&config);
}

void rig_serve_hold(u32_t hold_octets)
{
    struct app_config config = app_config_default();
    config.tcp.hold_octets = hold_octets;
    rig_start(&config);
}

void rig_stop(void)
{
    rig_check_counters();
    echo_tcp_stop();
    echo_udp_stop();
    mdns_stop();
    assert_int_equal(echo_tcp_open(), 0);
    assert_int_equal(echo_tcp_octets_held(), 0);
    level_served[MEMP_TCP_PCB_LISTEN] = 0;
    level_served[MEMP_UDP_PCB] = 0;
#if LWIP_IPV6
    level_served[MEMP_MLD6_GROUP]--;
#endif
    rig_wait_for_pools();
    address_stop(&rig.netif);
    rig.has_app = false;
    rig_check_counters();
}

void rig_stop_device(void)
{
    app_stop(&rig.netif);
    rig_settle();
    device_stop(&rig.netif);
    rig.has_device = false;
    rig.has_app = false;
}

struct pbuf *rig_pbuf(const struct packet_frame *frame)
{
    u16_t octets = (u16_t)(ETH_PAD_SIZE + frame->octets);
    struct pbuf *p = pbuf_alloc(PBUF_RAW, octets, PBUF_RAM);
    assert_non_null(p);
    assert_int_equal(pbuf_take_at(p, frame->data, (u16_t)frame->octets, ETH_PAD_SIZE), ERR_OK);
    return p;
}

static struct host *host_of(unsigned n, bool is_ip6)
{
    for (size_t i = 0; i < rig.hosts_n; i++) {
        // By the MAC address: cases may change the other.
        if (rig.pool[i].mac[4] == (is_ip6 ? 6 : 4) && rig.pool[i].mac[5] == n) {
            return &rig.pool[i];
        }
    }
    assert_true(rig.hosts_n < RIG_HOSTS_MAX);
    struct host *host = &rig.pool[rig.hosts_n++];
    host_init(host, &rig.wire, n, is_ip6);
    host->next = rig.hosts;
    rig.hosts = host;
    host_announce(host);
    rig_settle();
    return host;
}

struct host *rig_host(unsigned n)
{
    return host_of(n, false);
}

struct host *rig_host_ip6(unsigned n)
{
    return host_of(n, true);
}

struct peer *rig_peer(void)
{
    return peer_new(rig_host(1));
}

struct peer *rig_connect(void)
{
    struct peer *peer = rig_peer();
    assert_true(peer_connect(peer));
    return peer;
}

/// Hands the device's frames to the hosts. Returns true when there were any.
static bool frames_deliver(void)
{
    struct wire_frame *frame = wire_take_sent(&rig.wire);
    bool any = frame != NULL;
    for (; frame != NULL; frame = wire_take_sent(&rig.wire)) {
        rig.frames++;
        struct packet packet;
        const char *problem = packet_parse(&packet, frame->data, frame->octets);
        if (problem == NULL && memcmp(packet.src_mac, device_mac, sizeof device_mac) != 0) {
            problem = "Ethernet: not the device's source address";
        }
        bool is_lost = problem == NULL && rig.on_frame != NULL && rig.on_frame(&packet);
        struct host *host = rig.hosts;
        for (; host != NULL && problem == NULL && !is_lost; host = host->next) {
            problem = host_take(host, &packet);
        }
        free(frame);
        if (problem != NULL) {
            fail_msg("the device sent a frame that it must not: %s", problem);
        }
    }
    return any;
}

/// Returns how long the device then sleeps.
static u32_t settle(void)
{
    for (int i = 0; i < ROUNDS_MAX; i++) {
        u32_t sleep_ms = device_poll(&rig.netif);
        if (!frames_deliver() && rig.wire.queue == NULL) {
            return sleep_ms;
        }
    }
    fail_msg("device and hosts never stop answering each other");
    return 0;
}

void rig_settle(void)
{
    settle();
}

void rig_advance(uint32_t ms)
{
    u32_t sleep_ms = settle();
    while (ms > 0) {
        if (sleep_ms == 0) {
            fail_msg("the device does not sleep, although it has nothing to do");
        }
        rig.wakeups += sleep_ms <= ms ? 1 : 0;
        uint32_t step = LWIP_MIN(sleep_ms, ms);
        clock_advance(step);
        ms -= step;
        sleep_ms = settle();
    }
}
