// SPDX-License-Identifier: BSD-3-Clause
// The device under test: a MAC with a ring of frames, and a main loop that sleeps.
#include "device_side.h"

#include <string.h>

#include "alloc.h"
#include "app.h"
#include "check.h"
#include "clock.h"
#include "device.h"
#include "invariants.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/timeouts.h"
#include "plant.h"
#include "rng.h"
#include "spells.h"
#include "trace.h"
#include "world.h"

enum {
    RING_FRAMES_MAX = 256,
    INTERRUPT_US = 5, // from the frame's end to the main loop
    AGAIN_US = 20,    // from the end of a batch to the next
};

const uint8_t device_mac[MAC_OCTETS] = {0x02, 0, 0x5e, 0x10, 0, 0x02};
const uint8_t device_ip6[2][IP6_OCTETS] = {
    {0x20, 0x01, 0x0d, 0xb8, 0, 0x07, [15] = 0x02},
    {0xfe, 0x80, [8] = 0x00, 0, 0x5e, 0xff, 0xfe, 0x10, 0, 0x02},
};

static struct netif netif;
static struct app_config config;
static bool is_started;
static uint64_t polls;
static uint64_t poll_order; // the poll that counts: those made before are void

static struct frame *ring[RING_FRAMES_MAX];
static unsigned ring_first;
static unsigned ring_n;
static unsigned ring_room;
static uint64_t frames_lost; // for want of room

static struct rng draws[FAULTS];
static uint32_t lost_interrupt_chance;
static uint32_t late_poll_chance;
static uint32_t late_poll_us;
static uint32_t tx_refused_chance;

static bool mac_start(struct netdev *dev, const uint8_t mac[NETDEV_MAC_OCTETS])
{
    LWIP_UNUSED_ARG(dev);
    is_started = memcmp(mac, device_mac, sizeof device_mac) == 0;
    return is_started;
}

static struct frame *ring_take(void)
{
    struct frame *frame = ring[ring_first];
    ring_first = (ring_first + 1) % RING_FRAMES_MAX;
    ring_n--;
    return frame;
}

static void mac_stop(struct netdev *dev)
{
    LWIP_UNUSED_ARG(dev);
    while (ring_n > 0) {
        frame_free(ring_take());
        frames_lost++;
    }
    is_started = false;
}

static bool mac_link_up(struct netdev *dev)
{
    LWIP_UNUSED_ARG(dev);
    return link_is_up();
}

static size_t mac_rx_pending(struct netdev *dev)
{
    LWIP_UNUSED_ARG(dev);
    return ring_n > 0 ? ring[ring_first]->octets : 0;
}

static size_t mac_rx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    LWIP_UNUSED_ARG(dev);
    if (ring_n == 0) {
        return 0;
    }
    struct frame *frame = ring_take();
    size_t octets = frame->octets;
    size_t at = 0;
    for (size_t i = 0; i < n && at < octets; i++) {
        size_t part = LWIP_MIN(segs[i].octets, octets - at);
        memcpy(segs[i].data, frame->data + at, part);
        at += part;
    }
    if (at == octets) {
        check_delivered_frame(frame);
    }
    frame_free(frame);
    return octets;
}

static bool mac_tx(struct netdev *dev, const struct netdev_seg *segs, size_t n)
{
    LWIP_UNUSED_ARG(dev);
    if (!is_started) {
        world_fail("the device sends with its MAC stopped");
    }
    if (!link_is_up()) {
        return false;
    }
    if (world_fault_is_on(FAULT_tx_refused) &&
        rng_chance(&draws[FAULT_tx_refused], tx_refused_chance)) {
        world_fault_struck(FAULT_tx_refused);
        return false;
    }
    uint8_t data[FRAME_OCTETS_MAX];
    size_t octets = 0;
    for (size_t i = 0; i < n; i++) {
        if (octets + segs[i].octets > sizeof data) {
            world_fail("the device sends a frame that is too long");
        }
        memcpy(data + octets, segs[i].data, segs[i].octets);
        octets += segs[i].octets;
    }
    link_from_device(data, octets);
    return true;
}

static const struct netdev_ops mac_ops = {
    .start = mac_start,
    .stop = mac_stop,
    .link_up = mac_link_up,
    .rx_pending = mac_rx_pending,
    .rx = mac_rx,
    .tx = mac_tx,
};
static struct netdev mac = {&mac_ops};

static void on_poll(void *arg);

/// Lets the device run at `due_us` and not earlier, whatever was arranged before.
static void poll_at(uint64_t due_us)
{
    poll_order++;
    if (world_fault_is_on(FAULT_late_poll) &&
        rng_chance(&draws[FAULT_late_poll], late_poll_chance)) {
        world_fault_struck(FAULT_late_poll);
        due_us += rng_scale(&draws[FAULT_late_poll], 1, late_poll_us);
    }
    clock_at(due_us, on_poll, (void *)(uintptr_t)poll_order);
}

static void on_poll(void *arg)
{
    if ((uintptr_t)arg != poll_order || !is_started) {
        return;
    }
    polls++;
    u32_t sleep_ms = device_poll(&netif);
    invariants_check(ring_n, frames_lost);
    if (sleep_ms == 0) {
        poll_at(clock_us() + AGAIN_US);
    } else if (sleep_ms != SYS_TIMEOUTS_SLEEPTIME_INFINITE) {
        poll_at(clock_device_due_us(sleep_ms));
    }
}

void device_side_interrupt(void)
{
    if (!is_started) {
        return;
    }
    if (world_fault_is_on(FAULT_lost_interrupt) &&
        rng_chance(&draws[FAULT_lost_interrupt], lost_interrupt_chance)) {
        world_fault_struck(FAULT_lost_interrupt);
        return;
    }
    poll_at(clock_us() + INTERRUPT_US);
}

void device_side_frame(struct frame *frame)
{
    unsigned room = world_fault_is_on(FAULT_small_ring) ? ring_room : RING_FRAMES_MAX;
    invariants_frame_came();
    if (!is_started || ring_n >= room) {
        if (is_started && room < RING_FRAMES_MAX) {
            world_fault_struck(FAULT_small_ring);
        }
        trace_note("mac: no room");
        frames_lost++;
        frame_free(frame);
        return;
    }
    ring[(ring_first + ring_n) % RING_FRAMES_MAX] = frame;
    ring_n++;
    if (ring_n == 1 || world_fault_is_on(FAULT_lost_interrupt)) {
        device_side_interrupt();
    }
}

static void faults_plan(void)
{
    for (unsigned i = 0; i < FAULTS; i++) {
        draws[i] = plan_fault_draws((enum fault)i);
    }
    struct rng rng = plan_fault_setup(FAULT_small_ring);
    ring_room = rng_between(&rng, 1, 8);
    rng = plan_fault_setup(FAULT_lost_interrupt);
    lost_interrupt_chance = rng_scale(&rng, 1000, 500000);
    rng = plan_fault_setup(FAULT_late_poll);
    late_poll_chance = rng_scale(&rng, 1000, 500000);
    late_poll_us = rng_scale(&rng, 1000, 2000000);
    rng = plan_fault_setup(FAULT_tx_refused);
    tx_refused_chance = rng_scale(&rng, 1000, 300000);
}

static void start(void)
{
    alloc_suspend(true); // a device that has just been reset has all its memory
    if (device_start(&netif, &mac, device_mac) != ERR_OK || app_start(&netif, &config) != ERR_OK) {
        world_fail("the device did not start");
    }
    alloc_suspend(false);
    check_device_restarted();
    invariants_service_started(&config, &netif);
    poll_at(clock_us());
}

static void stop(void)
{
    app_stop(&netif);
    device_stop(&netif);
}

static void on_restart(void *arg)
{
    (void)arg;
    world_fault_struck(FAULT_restart);
    trace_note("device: restart");
    stop();
    start();
}

static void restarts_plan(void)
{
    struct spells spells;
    spells_draw(&spells, FAULT_restart, 1, 1);
    for (unsigned i = 0; i < spells.n; i++) {
        clock_at(spells.list[i].begin_us, on_restart, NULL);
    }
}

void device_side_init(void)
{
    struct plan_without none = {0};
    plan_make(0, &none);
    if (device_start(&netif, &mac, device_mac) != ERR_OK) {
        world_fail("the device did not start");
    }
    device_stop(&netif);
}

void device_side_start(void)
{
    clock_set_device(plan.clock_ms);
    sys_timeouts_init(); // the clock was set
    faults_plan();
    restarts_plan();
    config = app_config_default();
    config.tcp.idle_timeout_s = plan.idle_timeout_s;
    config.tcp.hold_octets = plan.hold_octets;
    config.address.ip4_mode = plan.is_leased ? ADDRESS_IP4_AUTO : ADDRESS_IP4_STATIC;
    plant_config(&config);
    start();
}

void device_side_note_levels(void)
{
    invariants_note_levels();
}

bool device_side_has_address(void)
{
    return lwip_ntohl(netif_ip4_addr(&netif)->addr) == (u32_t)DEVICE_IP4;
}

const char *device_side_held(void)
{
    if (!device_side_has_address()) {
        return "it has not its address";
    }
    return invariants_held();
}

/// Hosts of either version differ in the last octet of their addresses.
static uint8_t last_octet(const ip_addr_t *ip)
{
    const u32_t *words = (const u32_t *)(const void *)ip;
    return (uint8_t)(lwip_ntohl(words[IP_IS_V6(ip) ? 3 : 0]));
}

bool device_side_knows(const struct actor_plan *actor, uint16_t port)
{
    uint8_t last = (uint8_t)plan.hosts[actor->host].ip4;
    for (const struct tcp_pcb *pcb = tcp_active_pcbs; pcb != NULL; pcb = pcb->next) {
        if (pcb->remote_port == port && last_octet(&pcb->remote_ip) == last &&
            IP_IS_V6(&pcb->remote_ip) == actor->is_ip6) {
            return true;
        }
    }
    return false;
}

uint64_t device_side_polls(void)
{
    return polls;
}

uint64_t device_side_refusals(void)
{
    const struct echo_tcp_counters *n = &echo_tcp_counters;
    return n->refused_full + n->refused_peer + n->refused_memory;
}

void device_side_stop(void)
{
    stop();
    invariants_check_stopped();
}
