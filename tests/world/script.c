// SPDX-License-Identifier: BSD-3-Clause
// Scripted hosts: a TCP that is correct enough to finish, and odd on purpose.
#include "script.h"

#include <string.h>

#include "clock.h"
#include "octets.h"
#include "pattern.h"
#include "rng.h"
#include "script_wire.h"
#include "world.h"

enum {
    DATA_OCTETS_MAX = 1200,
    DEVICE_WINDOW_MAX = 0xffff, // without window scaling
    DEVICE_MSS = 536,           // what every profile's segment has room for
    PORT_FIRST = 30000,
    PORTS_EACH = 512, // of an actor
    RETRY_US = 500000,
    DEAD_US = 10000000,
};

enum state {
    CLOSED,   // nothing is sent, and what comes is reset
    SYN_SENT, // the SYN is sent until it is answered
    OPEN,     // octets and the FIN are sent until they are acknowledged
    FINISHED, // the device's FIN is acknowledged, as often as it comes
};

struct actor {
    const struct actor_plan *plan;
    struct rng rng;
    enum state state;
    uint32_t rounds;
    uint32_t connections; // so far
    uint16_t port;
    uint32_t iss;
    uint32_t irs;
    uint32_t total;
    uint32_t acked;    // of our octets and FIN
    uint32_t received; // of the device's octets and FIN, in order
    uint32_t device_window;
    uint16_t mss; // 0: no option
    uint16_t window;
    uint32_t tick_us;
    uint64_t began_us;
    uint64_t refusals;
    uint64_t dead_us;
};

static struct actor actors[ACTORS_MAX];

static void send(struct actor *actor, uint8_t flags, uint32_t seq, uint32_t ack, uint32_t at,
                 uint32_t octets)
{
    uint8_t data[DATA_OCTETS_MAX];
    pattern_fill(actor->iss, at, data, octets);
    struct script_segment segment = {
        .host = actor->plan->host,
        .is_ip6 = actor->plan->is_ip6,
        .port = actor->port,
        .seq = seq,
        .ack = ack,
        .flags = flags,
        .window = actor->window,
        .data = data,
        .octets = octets,
    };
    if ((flags & TCP_FLAG_SYN) != 0 && actor->mss != 0) {
        segment.options[0] = 2;
        segment.options[1] = 4;
        put16(segment.options + 2, actor->mss);
        segment.options_octets = 4;
    }
    if ((flags & TCP_FLAG_URG) != 0) {
        segment.urgent = 1;
    }
    script_wire_send(&segment);
}

static uint32_t next_ack(const struct actor *actor)
{
    return actor->irs + 1 + actor->received;
}

/// Sends octets of the stream from `at` on, and the FIN behind its last one.
static void send_octets(struct actor *actor, uint32_t at, uint32_t octets)
{
    octets = octets < actor->total - at ? octets : actor->total - at;
    uint8_t fin = at + octets == actor->total ? TCP_FLAG_FIN : 0;
    send(actor, (uint8_t)(TCP_FLAG_ACK | TCP_FLAG_PSH | fin), actor->iss + 1 + at, next_ack(actor),
         at, octets);
}

/// What an honest host never sends.
static void send_odd(struct actor *actor)
{
    uint32_t end = actor->iss + 1 + actor->acked + DEVICE_WINDOW_MAX;
    uint32_t seq = actor->iss + 1 + actor->acked;
    uint32_t ack = next_ack(actor);
    uint32_t some = rng_scale(&actor->rng, 1, 100000);
    switch (rng_between(&actor->rng, 0, 9)) {
    case 0: // beyond any window: what this one thinks of it may be out of date
        send(actor, TCP_FLAG_ACK, end + some, ack, actor->total, 100);
        break;
    case 1: // acknowledges what was never sent
        send(actor, TCP_FLAG_ACK, seq, ack + 100000 + some, 0, 0);
        break;
    case 2: // acknowledges what was long ago
        send(actor, TCP_FLAG_ACK, seq, ack - some, 0, 0);
        break;
    case 3: // a reset that misses
        send(actor, TCP_FLAG_RST, end + some, 0, 0, 0);
        break;
    case 4: // a SYN within the connection
        send(actor, TCP_FLAG_SYN, seq + some, 0, 0, 0);
        break;
    case 5: // both sides open, as if they had not yet
        send(actor, TCP_FLAG_SYN | TCP_FLAG_ACK, actor->iss, actor->irs + 1, 0, 0);
        break;
    case 6: // without ACK
        send(actor, TCP_FLAG_PSH, seq, 0, actor->acked, 1);
        break;
    case 7: // a keep-alive
        send(actor, TCP_FLAG_ACK, seq - 1, ack, 0, 0);
        break;
    case 8: // all flags but those that end it
        send(actor, TCP_FLAG_ACK | TCP_FLAG_URG | TCP_FLAG_PSH | 0xc0, seq, ack, 0, 0);
        break;
    default: // octets that came long ago
        send(actor, TCP_FLAG_ACK, actor->iss + 1, ack, 0, actor->acked < 100 ? actor->acked : 100);
        break;
    }
}

/// Sends what is not acknowledged and fits the window: in order, or in pieces that overlap and come
/// in any order.
static void send_more(struct actor *actor)
{
    bool is_odd = world_fault_is_on(FAULT_quirk);
    uint32_t at = actor->acked;
    uint32_t edge = actor->acked + actor->device_window;
    for (unsigned i = 0; i < 4 && at <= actor->total && at < edge; i++) {
        uint32_t octets = rng_scale(&actor->rng, 1, DEVICE_MSS);
        uint32_t from = at;
        if (is_odd) {
            world_fault_struck(FAULT_quirk);
            uint32_t back = rng_between(&actor->rng, 0, octets);
            from = back < at ? at - back : 0;
            send_odd(actor);
        }
        octets = octets < edge - from ? octets : edge - from;
        send_octets(actor, from, octets);
        at = from + octets + (is_odd ? rng_between(&actor->rng, 0, 300) : 0);
    }
}

static void open(struct actor *actor)
{
    static const uint16_t sizes[] = {0, 64, 100, 536, 1000, 1460};
    struct rng *rng = &actor->rng;
    bool is_odd = plan_has(FAULT_quirk);
    actor->state = SYN_SENT;
    actor->port = (uint16_t)(PORT_FIRST + actor->plan->index * PORTS_EACH +
                             actor->connections++ % PORTS_EACH);
    actor->iss = (uint32_t)rng_next(rng);
    actor->total = actor->plan->octets;
    actor->acked = 0;
    actor->received = 0;
    uint16_t mss = sizes[rng_between(rng, 0, 5)];
    uint16_t window = (uint16_t)rng_scale(rng, 100, 0xffff);
    actor->mss = is_odd ? mss : 1460;
    actor->window = is_odd ? window : 8192;
    actor->tick_us = rng_scale(rng, 5000, 400000);
    actor->began_us = clock_us();
    actor->refusals = world_refusals();
    actor->dead_us = 0;
}

/// Returns whether the device has forgotten the connection, and what it may have said is lost.
static bool is_dead(struct actor *actor)
{
    if (world_device_knows(actor->plan, actor->port)) {
        actor->dead_us = 0;
        return false;
    }
    actor->dead_us = actor->dead_us == 0 ? clock_us() : actor->dead_us;
    if (!world_is_healed() || clock_us() - actor->dead_us < DEAD_US) {
        return false;
    }
    world_connection_died(actor->plan->index, actor->began_us);
    return true;
}

/// Opens the next connection. Returns false when there were enough.
static bool open_next(struct actor *actor)
{
    actor->rounds -= actor->state == FINISHED;
    if (actor->rounds == 0) {
        world_actor_finished(actor->plan->index);
        return false;
    }
    open(actor);
    send(actor, TCP_FLAG_SYN, actor->iss, 0, 0, 0);
    return true;
}

static void on_tick(void *arg)
{
    struct actor *actor = arg;
    switch (actor->state) {
    case CLOSED:
    case FINISHED:
        if (!open_next(actor)) {
            return;
        }
        break;
    case SYN_SENT:
        send(actor, TCP_FLAG_SYN, actor->iss, 0, 0, 0);
        break;
    case OPEN:
        if (is_dead(actor)) {
            actor->state = CLOSED;
            break;
        }
        if (actor->device_window == 0) { // a probe
            send(actor, TCP_FLAG_ACK, actor->iss + actor->acked, next_ack(actor), 0, 0);
        }
        send_more(actor);
        break;
    }
    uint32_t pause_us = actor->state == OPEN ? actor->tick_us : RETRY_US;
    clock_at(clock_us() + pause_us, on_tick, actor);
}

static void finish(struct actor *actor)
{
    result->connections++;
    result->octets += actor->total;
    result->messages++;
    actor->state = FINISHED;
}

static void on_reset(struct actor *actor, const struct script_segment *segment)
{
    bool is_ours =
        actor->state == SYN_SENT ? segment->ack == actor->iss + 1 : segment->seq == next_ack(actor);
    if (actor->state == FINISHED || !is_ours) {
        return;
    }
    result->resets++;
    world_connection_reset(actor->plan->index, actor->began_us, actor->refusals);
    actor->state = CLOSED;
}

/// Takes octets and the FIN that are next; acknowledges whatever takes room.
static void receive(struct actor *actor, const struct script_segment *segment)
{
    uint32_t place = segment->seq - actor->irs - 1;
    uint32_t skip = actor->received - place;
    uint32_t fin = (segment->flags & TCP_FLAG_FIN) != 0 ? 1 : 0;
    uint32_t octets = (uint32_t)segment->octets;
    if (octets + fin == 0) {
        return;
    }
    if (place <= actor->received && skip < octets + fin) {
        if (skip < octets && pattern_match(actor->iss, actor->received, segment->data + skip,
                                           octets - skip) != octets - skip) {
            world_fail("actor %u: octets that are not those sent", actor->plan->index);
        }
        actor->received = place + octets + fin;
    }
    send(actor, TCP_FLAG_ACK, actor->iss + 1 + actor->acked, next_ack(actor), 0, 0);
    if (actor->received == actor->total + 1 && actor->state == OPEN) {
        finish(actor);
    }
}

static void on_segment(struct actor *actor, const struct script_segment *segment)
{
    if ((segment->flags & TCP_FLAG_RST) != 0) {
        on_reset(actor, segment);
        return;
    }
    if (actor->state == SYN_SENT && (segment->flags & TCP_FLAG_SYN) != 0 &&
        segment->ack == actor->iss + 1) {
        actor->irs = segment->seq;
        actor->state = OPEN;
        actor->device_window = segment->window;
        send(actor, TCP_FLAG_ACK, actor->iss + 1, next_ack(actor), 0, 0);
        return;
    }
    if (actor->state != OPEN && actor->state != FINISHED) {
        return;
    }
    uint32_t acked = segment->ack - actor->iss - 1;
    if (acked <= actor->total + 1 && acked >= actor->acked) {
        actor->acked = acked;
        actor->device_window = segment->window;
    }
    receive(actor, segment);
}

/// Nobody knows what this is about.
static void reset(const struct script_segment *about)
{
    struct script_segment segment = {
        .host = about->host,
        .is_ip6 = about->is_ip6,
        .port = about->port,
        .seq = about->ack,
        .flags = TCP_FLAG_RST,
    };
    if ((about->flags & TCP_FLAG_RST) == 0) {
        script_wire_send(&segment);
    }
}

void script_frame(unsigned host, const uint8_t *frame, size_t octets)
{
    struct script_segment segment;
    if (!script_wire_take(host, frame, octets, &segment)) {
        return;
    }
    for (unsigned i = 0; i < plan.actors_n; i++) {
        struct actor *actor = &actors[i];
        if (actor->plan != NULL && actor->plan->host == host && actor->port == segment.port &&
            actor->plan->is_ip6 == segment.is_ip6 && actor->state != CLOSED) {
            if (actor->state == SYN_SENT && segment.ack != actor->iss + 1) {
                reset(&segment);
            } else {
                on_segment(actor, &segment);
            }
            return;
        }
    }
    reset(&segment);
}

void script_start(void)
{
    for (unsigned i = 0; i < plan.actors_n; i++) {
        const struct actor_plan *actor_plan = &plan.actors[i];
        if (!actor_plan->is_on || actor_plan->kind != ACTOR_script) {
            continue;
        }
        actors[i] = (struct actor){
            .plan = actor_plan,
            .rng = rng_stream(actor_plan->seed, actor_plan->stream),
            .rounds = actor_plan->rounds,
        };
        clock_at(actor_plan->start_us, on_tick, &actors[i]);
    }
}
