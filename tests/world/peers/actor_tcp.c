// SPDX-License-Identifier: BSD-3-Clause
// Peers that talk TCP: one engine; its kinds differ in when they write, read and end.
#include "../clock.h"
#include "../pattern.h"
#include "../rng.h"
#include "../world.h"
#include "actors.h"
#include "actors_hooks.h"
#include "lwip/priv/tcp_priv.h"

enum {
    CHUNK_OCTETS_MAX = 4096,
    RETRY_US = 300000,
    DEAD_US = 10000000, // by then what the device has sent has come
    FOREVER = 1 << 30,
};

enum ending {
    END_AFTER_ECHO, // our FIN follows the last echo
    END_AFTER_SENT, // our FIN follows the last octet
    END_ABORT,      // a reset at `end_at`
    END_NEVER,      // nothing more from `end_at` on
};

struct actor {
    const struct actor_plan *plan;
    struct rng rng;
    // How
    enum ending ending;
    uint32_t end_at;
    uint32_t chunk_least;
    uint32_t chunk_most;
    uint32_t gap_us;     // between chunks
    bool waits_for_echo; // before the next chunk
    bool never_reads;
    uint32_t window;      // 0: lwIP's own
    uint32_t read_octets; // at once; 0: all
    uint32_t read_us;     // between reads
    uint64_t reads_from_us;
    uint16_t port; // 0: any
    uint32_t rounds;
    // The connection
    struct tcp_pcb *pcb; // NULL: none
    bool is_connected;
    uint32_t key;
    uint32_t total;
    uint32_t sent;
    uint32_t echoed;
    uint32_t unread;
    uint32_t chunk; // octets of the present chunk that are not written
    uint32_t chunks;
    bool is_paused;
    bool is_reading; // an event for it is under way
    bool has_fin;
    uint64_t began_us;
    uint64_t refusals;
    uint64_t dead_us; // since when the device knows nothing of it; 0: it does
};

static struct actor actors[ACTORS_MAX];

static void on_connect_time(void *arg);

static void detach(struct actor *actor)
{
    struct tcp_pcb *pcb = actor->pcb;
    tcp_arg(pcb, NULL);
    tcp_recv(pcb, NULL);
    tcp_sent(pcb, NULL);
    tcp_poll(pcb, NULL, 0);
    tcp_err(pcb, NULL);
    actor->pcb = NULL;
}

static void round_ends(struct actor *actor)
{
    actor->rounds--;
    if (actor->rounds == 0) {
        world_actor_finished(actor->plan->index);
        return;
    }
    clock_at(clock_us() + rng_scale(&actor->rng, 100, 500000), on_connect_time, actor);
}

/// The connection has done all that it should.
static void succeed(struct actor *actor)
{
    detach(actor);
    result->connections++;
    result->octets += actor->echoed;
    result->messages += actor->chunks;
    round_ends(actor);
}

/// The connection has ended early. Good ones try again.
static void lose(struct actor *actor)
{
    result->resets++;
    if (actor->plan->is_good || actor->ending == END_ABORT) {
        clock_at(clock_us() + rng_between(&actor->rng, RETRY_US, 5 * RETRY_US), on_connect_time,
                 actor);
        return;
    }
    round_ends(actor);
}

static void on_pause_end(void *arg);

/// Returns whether a segment waits to be sent again: lwIP would put new octets right behind it,
/// though others were sent after it.
static bool retransmission_waits(const struct tcp_pcb *pcb)
{
    const struct tcp_seg *last = pcb->unsent;
    while (last != NULL && last->next != NULL) {
        last = last->next;
    }
    return last != NULL && lwip_ntohl(last->tcphdr->seqno) + TCP_TCPLEN(last) != pcb->snd_lbb;
}

/// Writes some octets of the present chunk. Returns false when lwIP takes none now.
static bool chunk_write(struct actor *actor)
{
    uint8_t octets[CHUNK_OCTETS_MAX];
    uint32_t n = LWIP_MIN(actor->chunk, tcp_sndbuf(actor->pcb));
    n = LWIP_MIN(n, sizeof octets);
    if (n == 0 || retransmission_waits(actor->pcb)) {
        return false;
    }
    pattern_fill(actor->key, actor->sent, octets, n);
    if (tcp_write(actor->pcb, octets, (u16_t)n, TCP_WRITE_FLAG_COPY) != ERR_OK) {
        return false;
    }
    actor->sent += n;
    actor->chunk -= n;
    actor->chunks += actor->chunk == 0;
    return true;
}

/// Decides on the next chunk. Returns false when there is none now.
static bool chunk_next(struct actor *actor)
{
    if (actor->sent == actor->total || actor->is_paused || actor->sent >= actor->end_at ||
        (actor->waits_for_echo && actor->echoed < actor->sent)) {
        return false;
    }
    actor->chunk = rng_scale(&actor->rng, actor->chunk_least, actor->chunk_most);
    actor->chunk = LWIP_MIN(actor->chunk, actor->total - actor->sent);
    if (actor->gap_us > 0 && actor->sent > 0) {
        actor->is_paused = true;
        clock_at(clock_us() + rng_between(&actor->rng, 1, actor->gap_us), on_pause_end, actor);
    }
    return true;
}

static void fin(struct actor *actor)
{
    bool is_time = actor->ending == END_AFTER_SENT ||
                   (actor->ending == END_AFTER_ECHO && actor->echoed == actor->total);
    // Not behind octets that wait: where lwIP splits their segment for want of window, both halves
    // get the FIN, and the first one's comes too early.
    bool has_room = actor->pcb->unsent == NULL;
    if (!actor->has_fin && actor->sent == actor->total && is_time && has_room) {
        actor->has_fin = tcp_shutdown(actor->pcb, 0, 1) == ERR_OK;
    }
}

/// Decides and acts. Returns what a callback of lwIP must return then.
static err_t advance(struct actor *actor)
{
    if (actor->pcb == NULL || !actor->is_connected) {
        return ERR_OK;
    }
    while ((actor->chunk > 0 || chunk_next(actor)) && chunk_write(actor)) {
    }
    if (actor->ending == END_ABORT && actor->sent >= actor->end_at) {
        struct tcp_pcb *pcb = actor->pcb;
        detach(actor);
        tcp_abort(pcb);
        round_ends(actor);
        return ERR_ABRT;
    }
    tcp_output(actor->pcb);
    fin(actor);
    tcp_output(actor->pcb);
    actors_timers();
    return ERR_OK;
}

static void on_pause_end(void *arg)
{
    struct actor *actor = arg;
    actor->is_paused = false;
    advance(actor);
}

static void on_read_time(void *arg)
{
    struct actor *actor = arg;
    actor->is_reading = false;
    if (actor->pcb == NULL || actor->unread == 0) {
        return;
    }
    uint32_t n = actor->read_octets == 0 ? actor->unread : actor->read_octets;
    n = LWIP_MIN(LWIP_MIN(n, actor->unread), 0xffff);
    tcp_recved(actor->pcb, (u16_t)n);
    actor->unread -= n;
    actors_timers();
    if (actor->unread > 0) {
        actor->is_reading = true;
        clock_at(clock_us() + actor->read_us, on_read_time, actor);
    }
}

/// Opens the window again by what was received, at once or as the actor reads.
static void read_arrange(struct actor *actor, struct tcp_pcb *pcb, u16_t octets)
{
    if (actor->never_reads) {
        return;
    }
    if (actor->read_octets == 0 && clock_us() >= actor->reads_from_us) {
        tcp_recved(pcb, octets);
        return;
    }
    actor->unread += octets;
    if (!actor->is_reading) {
        uint64_t due_us = clock_us() + actor->read_us;
        actor->is_reading = true;
        clock_at(LWIP_MAX(due_us, actor->reads_from_us), on_read_time, actor);
    }
}

static err_t on_fin(struct actor *actor)
{
    if (!actor->has_fin) {
        world_fail("actor %u: the device closed first", actor->plan->index);
    }
    if (actor->echoed != actor->total) {
        world_fail("actor %u: the device closed after %u of %u octets", actor->plan->index,
                   (unsigned)actor->echoed, (unsigned)actor->total);
    }
    struct tcp_pcb *pcb = actor->pcb;
    succeed(actor);
    if (actor->port != 0) { // its port is wanted at once
        tcp_abort(pcb);
        return ERR_ABRT;
    }
    tcp_close(pcb);
    return ERR_OK;
}

static err_t on_recv(void *arg, struct tcp_pcb *pcb, struct pbuf *p, err_t err)
{
    LWIP_UNUSED_ARG(err);
    struct actor *actor = arg;
    if (p == NULL) {
        return on_fin(actor);
    }
    for (struct pbuf *q = p; q != NULL; q = q->next) {
        if (pattern_match(actor->key, actor->echoed, q->payload, q->len) != q->len) {
            world_fail("actor %u: octets from %u on are not those sent", actor->plan->index,
                       (unsigned)actor->echoed);
        }
        actor->echoed += q->len;
    }
    if (actor->echoed > actor->sent) {
        world_fail("actor %u: %u octets came back of %u", actor->plan->index,
                   (unsigned)actor->echoed, (unsigned)actor->sent);
    }
    read_arrange(actor, pcb, p->tot_len);
    pbuf_free(p);
    return advance(actor);
}

static err_t on_sent(void *arg, struct tcp_pcb *pcb, u16_t octets)
{
    LWIP_UNUSED_ARG(pcb);
    LWIP_UNUSED_ARG(octets);
    return advance(arg);
}

/// Returns whether the device has forgotten the connection, and what it may have said is lost.
static bool is_dead(struct actor *actor)
{
    if (!actor->is_connected || world_device_knows(actor->plan, actor->pcb->local_port)) {
        actor->dead_us = 0;
        return false;
    }
    if (actor->dead_us == 0) {
        actor->dead_us = clock_us();
    }
    if (!world_is_healed() || clock_us() - actor->dead_us < DEAD_US) {
        return false;
    }
    world_connection_died(actor->plan->index, actor->began_us);
    return true;
}

static err_t on_poll(void *arg, struct tcp_pcb *pcb)
{
    struct actor *actor = arg;
    // Whoever never finishes is the device's to end, if it does that.
    if (actor->ending == END_NEVER && plan.idle_timeout_s == 0 && world_is_healed()) {
        detach(actor);
        tcp_abort(pcb);
        round_ends(actor);
        return ERR_ABRT;
    }
    if (is_dead(actor)) {
        detach(actor);
        tcp_abort(pcb);
        lose(actor);
        return ERR_ABRT;
    }
    return advance(actor);
}

static err_t on_connected(void *arg, struct tcp_pcb *pcb, err_t err)
{
    LWIP_UNUSED_ARG(err);
    struct actor *actor = arg;
    actor->is_connected = true;
    // It was announced as lwIP's own. An honest receiver has two segments' room, or it could never
    // tell of one, and a sender may wait for that.
    if (actor->window > 0) {
        pcb->rcv_wnd = LWIP_MAX(actor->window, 2 * TCP_MSS);
        pcb->rcv_ann_wnd = pcb->rcv_wnd;
        pcb->rcv_ann_right_edge = pcb->rcv_nxt + pcb->rcv_wnd;
    }
    return advance(actor);
}

static void on_err(void *arg, err_t err)
{
    struct actor *actor = arg;
    actor->pcb = NULL;
    if (err == ERR_RST && actor->plan->is_good) {
        world_connection_reset(actor->plan->index, actor->began_us, actor->refusals);
    }
    lose(actor);
}

static void open_as(struct actor *actor)
{
    actor->is_connected = false;
    actor->total = actor->plan->octets;
    actor->sent = 0;
    actor->echoed = 0;
    actor->unread = 0;
    actor->chunk = 0;
    actor->chunks = 0;
    actor->is_paused = false;
    actor->has_fin = false;
    actor->dead_us = 0;
    actor->began_us = clock_us();
    actor->refusals = world_refusals();
}

static void on_connect_time(void *arg)
{
    enum {
        POLL_HALF_SECONDS = 2,
    };
    struct actor *actor = arg;
    ip_addr_t local = actors_local_ip(actor->plan);
    ip_addr_t device = actors_device_ip(actor->plan);
    struct tcp_pcb *pcb = tcp_new_ip_type(IP_GET_TYPE(&local));
    open_as(actor);
    actor->pcb = pcb;
    ip_set_option(pcb, SOF_REUSEADDR);
    tcp_arg(pcb, actor);
    tcp_recv(pcb, on_recv);
    tcp_sent(pcb, on_sent);
    tcp_poll(pcb, on_poll, POLL_HALF_SECONDS);
    tcp_err(pcb, on_err);
    tcp_nagle_disable(pcb);
    err_t err = tcp_bind(pcb, &local, actor->port);
    tcp_bind_netif(pcb, actors_netif(actor->plan->host));
    if (err == ERR_OK) {
        err = tcp_connect(pcb, &device, ECHO_PORT, on_connected);
    }
    if (err != ERR_OK) { // the port's last connection is still known
        detach(actor);
        tcp_abort(pcb);
        clock_at(clock_us() + RETRY_US, on_connect_time, actor);
        return;
    }
    actor->key = pcb->lastack; // its initial sequence number
    actors_timers();
}

static void reader_plan(struct actor *actor)
{
    struct rng *rng = &actor->rng;
    bool is_slow = actor->plan->kind == ACTOR_slow_reader;
    bool is_late = actor->plan->kind == ACTOR_zero_window;
    actor->window = is_slow || is_late || rng_chance(rng, 150000) ? rng_scale(rng, 1, 30000) : 0;
    if (actor->plan->window > 0) {
        actor->window = actor->plan->window;
        actor->gap_us = 0;
    }
    actor->read_octets = is_slow ? rng_scale(rng, 200, 4000) : 0;
    actor->read_us = is_slow ? rng_scale(rng, 1000, 500000) : 0;
    if (is_late) {
        actor->reads_from_us = actor->plan->start_us + rng_scale(rng, 100000, 40000000);
    }
}

static void ending_plan(struct actor *actor)
{
    struct rng *rng = &actor->rng;
    uint32_t end_at = rng_between(rng, 0, actor->plan->octets);
    bool never_reads = rng_chance(rng, 400000);
    actor->end_at = FOREVER;
    switch (actor->plan->kind) {
    case ACTOR_aborter:
        actor->ending = END_ABORT;
        actor->end_at = end_at;
        break;
    case ACTOR_silent:
        actor->ending = END_NEVER;
        actor->end_at = end_at;
        actor->never_reads = never_reads;
        actor->rounds = 1;
        break;
    case ACTOR_bulk:
    case ACTOR_ping_pong:
    case ACTOR_dribble:
        actor->ending = END_AFTER_ECHO;
        break;
    default:
        actor->ending = plan.hold_octets == 0 && end_at % 2 == 0 ? END_AFTER_ECHO : END_AFTER_SENT;
        break;
    }
    if (actor->plan->kind == ACTOR_half_close) {
        actor->ending = END_AFTER_SENT;
    }
}

err_t actors_segment(const struct tcp_pcb *pcb, const struct tcp_hdr *hdr, const struct pbuf *p)
{
    if (pcb->state < ESTABLISHED || pcb->state == TIME_WAIT) {
        return ERR_OK;
    }
    bool is_early = TCP_SEQ_GT(hdr->seqno, pcb->rcv_nxt);
    u32_t end = hdr->seqno + p->tot_len + ((TCPH_FLAGS(hdr) & TCP_FIN) != 0);
    bool is_late = (TCPH_FLAGS(hdr) & TCP_ACK) != 0 &&
                   !TCP_SEQ_BETWEEN(hdr->ackno, pcb->lastack - pcb->snd_wnd_max, pcb->snd_nxt);
    return is_late || (is_early && TCP_SEQ_GT(end, pcb->rcv_nxt + pcb->rcv_wnd)) ? ERR_VAL : ERR_OK;
}

void actor_tcp_start(const struct actor_plan *actor_plan)
{
    enum {
        PORT_FIRST = 20000, // below lwIP's own choice
    };
    struct actor *actor = &actors[actor_plan->index];
    enum actor_kind kind = actor_plan->kind;
    *actor = (struct actor){
        .plan = actor_plan,
        .rng = rng_stream(actor_plan->seed, actor_plan->stream),
        .chunk_least = 1,
        .chunk_most = kind == ACTOR_dribble ? 1 : 16384,
        .rounds = kind == ACTOR_ping_pong ? 1 : actor_plan->rounds,
    };
    struct rng *rng = &actor->rng;
    actor->gap_us =
        kind == ACTOR_dribble || rng_chance(rng, 200000) ? rng_scale(rng, 1, 200000) : 0;
    actor->waits_for_echo = kind == ACTOR_ping_pong;
    if (kind == ACTOR_ping_pong) {
        actor->chunk_most = 1 + actor_plan->octets / actor_plan->rounds;
    }
    actor->port = kind == ACTOR_reconnect ? (uint16_t)(PORT_FIRST + actor_plan->index) : 0;
    reader_plan(actor);
    ending_plan(actor);
    clock_at(actor_plan->start_us, on_connect_time, actor);
}
