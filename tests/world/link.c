// SPDX-License-Identifier: BSD-3-Clause
// The wire: what gets lost, comes late, twice or damaged.
#include "link.h"

#include <string.h>

#include "check.h"
#include "clock.h"
#include "damage.h"
#include "device_side.h"
#include "dhcp_server.h"
#include "octets.h"
#include "peers/peers.h"
#include "rng.h"
#include "script.h"
#include "spells.h"
#include "trace.h"
#include "world.h"

enum {
    FRAMES_MAX = 1 << 14, // under way at once
    BITS = 8,
};

static const uint64_t never_us = UINT64_MAX;

static struct frame frames[FRAMES_MAX];
static unsigned frames_touched;
static struct frame *frames_free;

static struct rng draws[FAULTS];
static uint32_t chance[FAULTS]; // in millionths of each frame
static struct spells partitions;
static struct spells cable_out;
static struct spells unresolved;
static uint32_t burst_begins; // millionths
static uint32_t burst_ends;
static uint32_t jitter_us;
static uint32_t bits_per_s;
static uint32_t queue_us;

/// A direction: what went before bounds what comes after.
static struct path {
    bool in_burst;
    uint64_t busy_until_us;
    uint64_t last_due_us[HOSTS_MAX];
} paths[2];

static struct frame *frame_new(void)
{
    struct frame *frame = frames_free;
    if (frame != NULL) {
        frames_free = frame->next;
    } else if (frames_touched < FRAMES_MAX) {
        frame = &frames[frames_touched++];
    } else {
        world_fail("the world: too many frames are under way");
    }
    return frame;
}

void frame_free(struct frame *frame)
{
    frame->next = frames_free;
    frames_free = frame;
}

static void on_cable(void *arg)
{
    (void)arg;
    trace_note("link: state=%s", link_is_up() ? "up" : "down");
    device_side_interrupt();
}

static void cable_plan(void)
{
    spells_draw(&cable_out, FAULT_link_down, 100, 20000);
    for (unsigned i = 0; i < cable_out.n; i++) {
        clock_at(cable_out.list[i].begin_us, on_cable, NULL);
        clock_at(cable_out.list[i].end_us, on_cable, NULL);
    }
}

void link_start(void)
{
    static const enum fault by_frame[] = {FAULT_loss,         FAULT_duplicate, FAULT_reorder,
                                          FAULT_corrupt,      FAULT_cut,       FAULT_padding,
                                          FAULT_corrupt_link, FAULT_resolve};
    for (unsigned i = 0; i < FAULTS; i++) {
        draws[i] = plan_fault_draws((enum fault)i);
    }
    for (size_t i = 0; i < sizeof by_frame / sizeof by_frame[0]; i++) {
        struct rng rng = plan_fault_setup(by_frame[i]);
        chance[by_frame[i]] = rng_scale(&rng, 500, 250000);
    }
    if (plan.loss > 0) {
        chance[FAULT_loss] = plan.loss;
    }
    struct rng rng = plan_fault_setup(FAULT_burst_loss);
    burst_begins = rng_scale(&rng, 500, 20000);
    burst_ends = rng_scale(&rng, 50000, 500000);
    rng = plan_fault_setup(FAULT_jitter);
    jitter_us = rng_scale(&rng, 10, 100000);
    rng = plan_fault_setup(FAULT_bandwidth);
    bits_per_s = rng_scale(&rng, 64000, 100000000);
    queue_us = rng_scale(&rng, 20000, 1000000);
    spells_draw(&partitions, FAULT_partition, 100, 30000);
    spells_draw(&unresolved, FAULT_resolve, 100, 20000);
    cable_plan();
    for (unsigned i = 0; plan_has(FAULT_mtu) && i < plan.hosts_n; i++) {
        world_fault_struck(FAULT_mtu);
    }
}

bool link_is_up(void)
{
    return spells_now(&cable_out) == NULL;
}

/// Returns true, and counts it, when a fault strikes this frame.
static bool strikes(enum fault fault)
{
    if (!world_fault_is_on(fault) || !rng_chance(&draws[fault], chance[fault])) {
        return false;
    }
    world_fault_struck(fault);
    return true;
}

static bool burst_loses(struct path *path)
{
    if (!world_fault_is_on(FAULT_burst_loss)) {
        return false;
    }
    uint32_t turn = path->in_burst ? burst_ends : burst_begins;
    if (rng_chance(&draws[FAULT_burst_loss], turn)) {
        path->in_burst = !path->in_burst;
    }
    if (path->in_burst) {
        world_fault_struck(FAULT_burst_loss);
    }
    return path->in_burst;
}

static bool partition_loses(const struct frame *frame)
{
    const struct spell *spell = spells_now(&partitions);
    // The odd ones take all hosts away.
    if (spell == NULL ||
        ((spell->which & 1) == 0 && (spell->which >> (1 + frame->host) & 1) == 0)) {
        return false;
    }
    world_fault_struck(FAULT_partition);
    return true;
}

/// Returns the type of neighbour discovery's message in a frame, 0: it is none.
static uint8_t discovery(const struct frame *frame)
{
    const uint8_t *ip = frame->data + ETHERNET_OCTETS;
    bool is_one = frame->octets >= ETHERNET_OCTETS + IP6_HEADER_OCTETS + ND_OCTETS &&
                  get16(frame->data + 12) == TYPE_IP6 && ip[6] == PROTOCOL_ICMP6 &&
                  ip[IP6_HEADER_OCTETS] >= ICMP6_SOLICIT &&
                  ip[IP6_HEADER_OCTETS] <= ICMP6_ADVERTISE;
    return is_one ? ip[IP6_HEADER_OCTETS] : 0;
}

static bool resolution_loses(const struct frame *frame)
{
    if (!plan_has(FAULT_resolve) ||
        (get16(frame->data + 12) != TYPE_ARP && discovery(frame) == 0)) {
        return false;
    }
    if (spells_now(&unresolved) != NULL) {
        world_fault_struck(FAULT_resolve);
        return true;
    }
    return strikes(FAULT_resolve);
}

static bool cable_loses(void)
{
    if (link_is_up()) {
        return false;
    }
    world_fault_struck(FAULT_link_down);
    return true;
}

static bool is_lost(const struct frame *frame)
{
    struct path *path = &paths[frame->to_device];
    return cable_loses() || partition_loses(frame) || resolution_loses(frame) ||
           burst_loses(path) || strikes(FAULT_loss);
}

/// Returns when a frame has passed the slow link; never_us: its queue is full.
static uint64_t sent_us(const struct frame *frame, struct path *path)
{
    if (!world_fault_is_on(FAULT_bandwidth)) {
        return clock_us();
    }
    uint64_t begin_us = path->busy_until_us > clock_us() ? path->busy_until_us : clock_us();
    if (begin_us - clock_us() > queue_us) {
        world_fault_struck(FAULT_bandwidth);
        return never_us;
    }
    path->busy_until_us = begin_us + (uint64_t)frame->octets * BITS * US_PER_S / bits_per_s;
    return path->busy_until_us;
}

static uint64_t arrives_us(const struct frame *frame, uint64_t due_us)
{
    struct path *path = &paths[frame->to_device];
    due_us += plan.hosts[frame->host].latency_us;
    if (world_fault_is_on(FAULT_jitter)) {
        due_us += rng_between(&draws[FAULT_jitter], 0, jitter_us);
        world_fault_struck(FAULT_jitter);
    }
    if (strikes(FAULT_reorder)) {
        return due_us + rng_scale(&draws[FAULT_reorder], 1, 200000);
    }
    if (due_us < path->last_due_us[frame->host]) {
        due_us = path->last_due_us[frame->host];
    }
    path->last_due_us[frame->host] = due_us;
    return due_us;
}

static void on_arrival(void *arg)
{
    struct frame *frame = arg;
    if (frame->to_device) {
        trace_frame(frame->data, frame->octets, true);
        device_side_frame(frame);
        return;
    }
    trace_host_frame(frame->data, frame->octets);
    if (frame->host == plan.dhcp_host) {
        dhcp_server_frame(frame->data, frame->octets);
    }
    if (plan.hosts[frame->host].is_scripted) {
        script_frame(frame->host, frame->data, frame->octets);
    } else {
        peers_frame(frame->host, frame->data, frame->octets);
    }
    frame_free(frame);
}

static void damage(struct frame *frame)
{
    if (strikes(FAULT_corrupt)) {
        damage_covered(frame, &draws[FAULT_corrupt]);
    }
    if (strikes(FAULT_corrupt_link)) {
        damage_link(frame, &draws[FAULT_corrupt_link]);
    }
    // A peer's lwIP has no guard, and would read behind the end of some.
    if (frame->to_device && strikes(FAULT_cut)) {
        damage_cut(frame, &draws[FAULT_cut]);
    } else if (strikes(FAULT_padding)) {
        damage_pad(frame, &draws[FAULT_padding]);
    }
}

static void carry(struct frame *frame, uint64_t due_us)
{
    uint64_t arrival_us = arrives_us(frame, due_us);
    damage(frame);
    clock_at(arrival_us, on_arrival, frame);
}

static struct frame *frame_make(unsigned host, bool to_device, const uint8_t *data, size_t octets)
{
    struct frame *frame = frame_new();
    frame->host = host;
    frame->to_device = to_device;
    frame->is_damaged = false;
    frame->octets = (uint16_t)octets;
    memcpy(frame->data, data, octets);
    return frame;
}

static void transmit(struct frame *frame)
{
    uint64_t due_us = is_lost(frame) ? never_us : sent_us(frame, &paths[frame->to_device]);
    if (due_us == never_us) {
        trace_note("link: lost to_device=%d host=%u octets=%u", frame->to_device, frame->host,
                   frame->octets);
        frame_free(frame);
        return;
    }
    if (strikes(FAULT_duplicate)) {
        carry(frame_make(frame->host, frame->to_device, frame->data, frame->octets), due_us);
    }
    carry(frame, due_us);
}

void link_from_host(unsigned host, const uint8_t *data, size_t octets)
{
    check_host_frame(data, octets);
    transmit(frame_make(host, true, data, octets));
}

static bool is_for_server(const struct frame *frame)
{
    const uint8_t *ip = frame->data + ETHERNET_OCTETS;
    return frame->octets >= ETHERNET_OCTETS + IP4_OCTETS + UDP_OCTETS &&
           get16(frame->data + 12) == TYPE_IP4 && ip[9] == PROTOCOL_UDP &&
           get16(ip + IP4_OCTETS + 2) == DHCP_SERVER_PORT;
}

/// Returns the host that a frame of the device is for; HOSTS_MAX: for none. Of what is sent to all
/// or to a group, who is asked gets it: the others would do nothing.
static unsigned host_of(const struct frame *frame)
{
    const uint8_t *data = frame->data;
    const uint8_t *ip = data + ETHERNET_OCTETS;
    bool is_to_group = (data[0] & 1) != 0;
    bool is_arp = get16(data + 12) == TYPE_ARP;
    if (is_to_group && is_for_server(frame)) {
        return plan.dhcp_host;
    }
    bool is_solicitation = discovery(frame) == ICMP6_SOLICIT;
    for (unsigned i = 0; i < plan.hosts_n; i++) {
        const struct host_plan *host = &plan.hosts[i];
        if ((!is_to_group && memcmp(host->mac, data, MAC_OCTETS) == 0) ||
            (is_to_group && is_arp && get32(ip + 24) == host->ip4) ||
            (is_to_group && is_solicitation &&
             memcmp(ip + IP6_HEADER_OCTETS + ND_TARGET, host->ip6, IP6_OCTETS) == 0)) {
            return i;
        }
    }
    return HOSTS_MAX;
}

void link_from_device(const uint8_t *data, size_t octets)
{
    trace_frame(data, octets, false);
    check_device_frame(data, octets);
    struct frame *frame = frame_make(HOSTS_MAX, false, data, octets);
    frame->host = host_of(frame);
    if (frame->host < HOSTS_MAX) {
        transmit(frame);
    } else {
        frame_free(frame);
    }
}
