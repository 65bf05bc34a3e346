// SPDX-License-Identifier: BSD-3-Clause
// Peers that send datagrams and wait for each to come back, and those that try closed ports.
#include "../clock.h"
#include "../pattern.h"
#include "../rng.h"
#include "../world.h"
#include "actors.h"
#include "lwip/tcp.h"
#include "lwip/udp.h"

enum {
    ASKED_MAX = 512, // datagrams whose answers are still known, however late
    BURST_MAX = 8,
    BURST_OCTETS_MAX = 1200,
    PATIENCE_US = 1500000,
    SCAN_PATIENCE_US = 2000000,
};

struct asked {
    uint32_t key;
    uint16_t octets;
    bool is_answered;
    bool is_used;
};

struct actor {
    const struct actor_plan *plan;
    struct rng rng;
    struct udp_pcb *udp;
    struct tcp_pcb *tcp;
    struct asked asked[ASKED_MAX];
    unsigned asked_n; // modulo ASKED_MAX: the next place
    uint32_t answered;
    uint32_t tried;
};

static struct actor actors[ACTORS_MAX];

static void ask(struct actor *actor, uint32_t octets_max)
{
    struct asked *asked = &actor->asked[actor->asked_n++ % ASKED_MAX];
    *asked = (struct asked){
        .key = (uint32_t)rng_next(&actor->rng),
        .octets = (uint16_t)rng_scale(&actor->rng, 0, octets_max),
        .is_used = true,
    };
    struct pbuf *p = pbuf_alloc(PBUF_TRANSPORT, asked->octets, PBUF_RAM);
    pattern_fill(asked->key, 0, p->payload, asked->octets);
    ip_addr_t device = actors_device_ip(actor->plan);
    udp_sendto(actor->udp, p, &device, ECHO_PORT); // one that is not sent is one that is lost
    pbuf_free(p);
}

static bool is_answer(const struct asked *asked, const struct pbuf *p)
{
    uint32_t at = 0;
    for (; p != NULL; p = p->next) {
        if (pattern_match(asked->key, at, p->payload, p->len) != p->len) {
            return false;
        }
        at += p->len;
    }
    return true;
}

static void on_answer(void *arg, struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *ip,
                      u16_t port)
{
    LWIP_UNUSED_ARG(pcb);
    struct actor *actor = arg;
    ip_addr_t device = actors_device_ip(actor->plan);
    if (!ip_addr_eq(ip, &device) || port != ECHO_PORT) {
        world_fail("actor %u: a datagram from another", actor->plan->index);
    }
    struct asked *found = NULL;
    for (unsigned i = 0; i < ASKED_MAX; i++) {
        struct asked *asked = &actor->asked[i];
        if (asked->is_used && asked->octets == p->tot_len && is_answer(asked, p) &&
            (found == NULL || found->is_answered)) {
            found = asked;
        }
    }
    if (found == NULL) {
        world_fail("actor %u: a datagram of %u octets that it never sent", actor->plan->index,
                   (unsigned)p->tot_len);
    }
    if (!found->is_answered) {
        found->is_answered = true;
        actor->answered++;
        result->messages++;
        result->octets += p->tot_len;
    }
    pbuf_free(p);
}

static void on_ask_time(void *arg)
{
    struct actor *actor = arg;
    if (actor->answered >= actor->plan->rounds) {
        world_actor_finished(actor->plan->index);
        return;
    }
    bool is_burst = rng_chance(&actor->rng, 500000);
    unsigned n = is_burst ? rng_between(&actor->rng, 2, BURST_MAX) : 1;
    for (unsigned i = 0; i < n; i++) {
        ask(actor,
            is_burst ? LWIP_MIN(actor->plan->octets, BURST_OCTETS_MAX) : actor->plan->octets);
    }
    actors_timers();
    uint32_t patience_us = is_burst ? PATIENCE_US / 8 : PATIENCE_US / 2;
    clock_at(clock_us() + rng_between(&actor->rng, patience_us / 8, patience_us), on_ask_time,
             actor);
}

static struct actor *actor_make(const struct actor_plan *actor_plan)
{
    struct actor *actor = &actors[actor_plan->index];
    *actor = (struct actor){
        .plan = actor_plan,
        .rng = rng_stream(actor_plan->seed, actor_plan->stream),
    };
    return actor;
}

void actor_udp_start(const struct actor_plan *actor_plan)
{
    struct actor *actor = actor_make(actor_plan);
    ip_addr_t local = actors_local_ip(actor_plan);
    actor->udp = udp_new_ip_type(IP_GET_TYPE(&local));
    if (udp_bind(actor->udp, &local, 0) != ERR_OK) {
        world_fail("the world: no port for actor %u", actor_plan->index);
    }
    udp_bind_netif(actor->udp, actors_netif(actor_plan->host));
    udp_recv(actor->udp, on_answer, actor);
    clock_at(actor_plan->start_us, on_ask_time, actor);
}

static err_t on_open(void *arg, struct tcp_pcb *pcb, err_t err)
{
    LWIP_UNUSED_ARG(err);
    const struct actor *actor = arg;
    world_fail("actor %u: port %u is open", actor->plan->index, (unsigned)pcb->remote_port);
}

static void on_closed(void *arg, err_t err)
{
    LWIP_UNUSED_ARG(err);
    struct actor *actor = arg;
    actor->tcp = NULL;
}

static void on_scan_time(void *arg)
{
    struct actor *actor = arg;
    if (actor->tcp != NULL) {
        tcp_abort(actor->tcp); // nobody answered; on_closed() follows
    }
    if (actor->tried++ == actor->plan->rounds) {
        world_actor_finished(actor->plan->index);
        return;
    }
    ip_addr_t local = actors_local_ip(actor->plan);
    ip_addr_t device = actors_device_ip(actor->plan);
    u16_t port = (u16_t)rng_between(&actor->rng, ECHO_PORT + 1, 0xffff);
    actor->tcp = tcp_new_ip_type(IP_GET_TYPE(&local));
    tcp_arg(actor->tcp, actor);
    tcp_err(actor->tcp, on_closed);
    tcp_bind(actor->tcp, &local, 0);
    tcp_bind_netif(actor->tcp, actors_netif(actor->plan->host));
    tcp_connect(actor->tcp, &device, port, on_open);
    actors_timers();
    clock_at(clock_us() + rng_scale(&actor->rng, 1000, SCAN_PATIENCE_US), on_scan_time, actor);
}

void actor_scan_start(const struct actor_plan *actor_plan)
{
    clock_at(actor_plan->start_us, on_scan_time, actor_make(actor_plan));
}
