// SPDX-License-Identifier: BSD-3-Clause
// What a seed decides before anything happens.
#include "plan.h"

#include <string.h>

#include "app.h"
#include "clock.h"
#include "lwip/prot/ip4.h"
#include "lwip/prot/ip6.h"
#include "rng.h"

enum {
    ACTORS_AT_MOST = ECHO_TCP_CONNECTIONS_MAX < 8    ? 8
                     : ECHO_TCP_CONNECTIONS_MAX < 32 ? 20
                                                     : 32,
    IP4_NET = (int)0xc6336400, // 198.51.100.0
    HOST_NUMBER_FIRST = 10,
    SETTLE_S = 4,
    SETTLE_LEASED_S = 14,
    LEASE_S_MIN = 120, // as dnsmasq's shortest
    LEASE_S_MAX = 400,
    LWIP_HOSTS_MAX = 20,
    LINK_MTU = 1500,
    IP6_MTU_MIN = 1280,
    IP4_MTU_MIN = 576,
    WRAP_WITHIN_MS = 200000,
};

struct plan plan;

const char *const plan_fault_names[FAULTS] = {
#define FAULT_NAME(name) #name,
    PLAN_FAULTS(FAULT_NAME)};

const char *const plan_actor_names[ACTOR_KINDS] = {
#define ACTOR_NAME(name) #name,
    PLAN_ACTORS(ACTOR_NAME)};

bool plan_has(enum fault fault)
{
    return (plan.faults & 1u << fault) != 0;
}

struct rng plan_fault_setup(enum fault fault)
{
    return rng_stream(plan.seed, STREAM_FAULT_FIRST + (uint32_t)fault);
}

struct rng plan_fault_draws(enum fault fault)
{
    return rng_stream(plan.seed, STREAM_DRAW_FIRST + (uint32_t)fault);
}

/// Some seeds have no fault at all, some nearly half of them.
static uint32_t faults_draw(struct rng *rng)
{
    static const uint32_t chances[] = {0, 60000, 120000, 250000, 450000};
    uint32_t chance = chances[rng_between(rng, 0, LWIP_ARRAYSIZE(chances) - 1)];
    uint32_t faults = 0;
    for (unsigned i = 0; i < FAULT_dhcp; i++) { // that one is drawn with its server
        faults |= rng_chance(rng, chance) ? 1u << i : 0;
    }
    return faults;
}

/// Decides whether the device asks for its address, and how long its server is odd; 0: never.
static uint32_t lease_draw(void)
{
    struct rng rng = rng_stream(plan.seed, STREAM_DHCP);
    plan.is_leased = rng_chance(&rng, 300000) && LWIP_DHCP;
    plan.lease_s = rng_between(&rng, LEASE_S_MIN, LEASE_S_MAX);
    uint32_t odd_s = rng_chance(&rng, 700000) ? rng_between(&rng, 1, LEASE_S_MAX) : 0;
    return plan.is_leased ? odd_s : 0;
}

static uint32_t latency_draw(struct rng *rng)
{
    return rng_chance(rng, 700000) ? rng_scale(rng, 20, 2000) : rng_scale(rng, 1000, 150000);
}

static void host_make(unsigned i, unsigned scripted_from)
{
    struct host_plan *host = &plan.hosts[i];
    struct rng rng = rng_stream(plan.seed, STREAM_HOST_FIRST + i);
    unsigned number = HOST_NUMBER_FIRST + i;
    *host = (struct host_plan){
        .mac = {0x02, 0, 0, 0, 0x10, (uint8_t)number},
        .ip4 = (uint32_t)IP4_NET + number,
        .ip6 = {0x20, 0x01, 0x0d, 0xb8, 0, 7, [15] = (uint8_t)number},
        .latency_us = latency_draw(&rng),
        .mtu = LINK_MTU,
        .is_scripted = i >= scripted_from,
    };
    uint32_t mtu = rng_between(&rng, LWIP_IPV6 ? IP6_MTU_MIN : IP4_MTU_MIN, LINK_MTU);
    if (plan_has(FAULT_mtu)) {
        host->mtu = (uint16_t)mtu;
    }
}

static uint32_t actor_octets(enum actor_kind kind, struct rng *rng)
{
    switch (kind) {
    case ACTOR_dribble:
        return rng_scale(rng, 1, 200);
    case ACTOR_ping_pong:
        return rng_scale(rng, 1, 3000);
    case ACTOR_udp:
        return rng_scale(rng, 0, ECHO_UDP_OCTETS_MAX);
    case ACTOR_slow_reader:
    case ACTOR_reconnect:
        return rng_scale(rng, 0, 8000);
    case ACTOR_script:
        return rng_scale(rng, 0, 4000);
    case ACTOR_silent:
    case ACTOR_aborter:
        return rng_scale(rng, 1, 20000);
    default:
        return rng_scale(rng, 0, 120000);
    }
}

/// Returns the largest datagram of a host that the device can put together.
static uint32_t datagram_octets_max(const struct host_plan *host, bool is_ip6)
{
    enum {
        UDP_OCTETS = 8,
    };
    uint32_t headers = is_ip6 ? IP6_HLEN + IP6_FRAG_HLEN : IP_HLEN;
    if (!IP_REASSEMBLY) {
        return host->mtu - headers - UDP_OCTETS;
    }
    uint32_t fragment = (host->mtu - headers) / 8 * 8;
    uint32_t most = fragment * IP_REASS_MAX_PBUFS - UDP_OCTETS;
    uint32_t whole = is_ip6 ? 0xffff - IP6_HLEN - IP6_FRAG_HLEN : 0xffff - IP_HLEN;
    return LWIP_MIN(most, LWIP_MIN(whole - UDP_OCTETS, ECHO_UDP_OCTETS_MAX));
}

static uint32_t actor_rounds(enum actor_kind kind, struct rng *rng)
{
    switch (kind) {
    case ACTOR_ping_pong: // messages
    case ACTOR_udp:
        return rng_scale(rng, 1, 100);
    case ACTOR_reconnect:
        return rng_between(rng, 2, 12);
    case ACTOR_scan:
        return rng_between(rng, 1, 30);
    default:
        return rng_between(rng, 1, 3);
    }
}

static bool kind_is_sure_to_finish(enum actor_kind kind)
{
    return kind < ACTOR_aborter;
}

/// A connection that is held back until its end can't be told by one who waits for an echo first.
static bool kind_waits_for_echo(enum actor_kind kind)
{
    return kind == ACTOR_bulk || kind == ACTOR_ping_pong || kind == ACTOR_dribble;
}

static void actor_make(unsigned i, unsigned scripted_from)
{
    struct actor_plan *actor = &plan.actors[i];
    struct rng rng = rng_stream(plan.seed, STREAM_ACTOR_FIRST + 2 * i);
    enum actor_kind kind = (enum actor_kind)rng_between(&rng, 0, ACTOR_KINDS - 1);
    uint32_t host = rng_between(&rng, 0, scripted_from - 1);
    uint32_t script_host = rng_between(&rng, scripted_from, plan.hosts_n - 1);
    bool is_ip6 = rng_chance(&rng, 500000) && LWIP_IPV6;
    if (plan.hold_octets > 0 && kind_waits_for_echo(kind)) {
        kind = ACTOR_half_close;
    }
    *actor = (struct actor_plan){
        .kind = kind,
        .index = i,
        .host = kind == ACTOR_script ? script_host : host,
        .is_ip6 = is_ip6,
        .is_on = true,
        .is_good = kind_is_sure_to_finish(kind),
        .start_us =
            plan.settle_us + rng_between(&rng, 0, (uint32_t)(plan.heal_us - plan.settle_us)),
        .octets = actor_octets(kind, &rng),
        .rounds = actor_rounds(kind, &rng),
        .seed = plan.seed,
        .stream = STREAM_ACTOR_FIRST + 2 * i + 1,
    };
    if (kind == ACTOR_udp) {
        uint32_t most = datagram_octets_max(&plan.hosts[actor->host], is_ip6);
        actor->octets = LWIP_MIN(actor->octets, most);
    }
}

static void actors_leave_out(uint64_t which)
{
    for (unsigned i = 0; i < plan.actors_n; i++) {
        plan.actors[i].is_on = (which & 1ull << i) == 0;
    }
}

/// The last host gives the device its address.
static void server_make(unsigned scripted_from)
{
    plan.dhcp_host = HOSTS_MAX;
    if (plan.is_leased) {
        plan.dhcp_host = plan.hosts_n++;
        host_make(plan.dhcp_host, scripted_from);
    }
}

void plan_make(uint64_t seed, const struct plan_without *without)
{
    struct rng rng = rng_stream(seed, STREAM_PLAN);
    memset(&plan, 0, sizeof plan);
    plan.seed = seed;
    uint32_t odd_s = lease_draw();
    plan.faults = (faults_draw(&rng) | (odd_s > 0 ? 1u << FAULT_dhcp : 0)) & ~without->faults;
    plan.settle_us = (uint64_t)(plan.is_leased ? SETTLE_LEASED_S : SETTLE_S) * US_PER_S;
    plan.heal_us = plan.settle_us + (rng_between(&rng, 5, 60) + odd_s) * (uint64_t)US_PER_S;
    plan.clock_ms = (uint32_t) - (int32_t)rng_scale(&rng, 1, WRAP_WITHIN_MS);
    plan.idle_timeout_s = rng_chance(&rng, 800000) ? rng_between(&rng, 60, 300) : 0;
    uint32_t hold = rng_scale(&rng, 1, ECHO_TCP_HOLD_MAX);
    plan.hold_octets = rng_chance(&rng, 100000) ? hold : 0;
    unsigned lwip_hosts = rng_scale(&rng, 1, LWIP_HOSTS_MAX);
    unsigned scripted_hosts = rng_between(&rng, 1, 4);
    plan.hosts_n = lwip_hosts + scripted_hosts;
    plan.actors_n = rng_between(&rng, 1, ACTORS_AT_MOST);
    for (unsigned i = 0; i < plan.hosts_n; i++) {
        host_make(i, lwip_hosts);
    }
    for (unsigned i = 0; i < plan.actors_n; i++) {
        actor_make(i, lwip_hosts);
    }
    server_make(lwip_hosts);
    actors_leave_out(without->actors);
}
