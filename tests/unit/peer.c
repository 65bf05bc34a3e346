// SPDX-License-Identifier: BSD-3-Clause
// A scripted TCP client of the echo.
#include "peer.h"

#include <stdlib.h>
#include <string.h>

#include "lwip/opt.h"
#include "unit.h"

enum {
    FIRST_PORT = 40000,
    STEP_MS = 250,
    RETRANSMIT_MS = 1000,
    GIVE_UP_MS = 400000,
    ISS_BEFORE_WRAP = 1000, // octets until the peer's sequence numbers wrap
};

struct peer *peer_new(struct host *host)
{
    static uint16_t next_port = FIRST_PORT;
    struct peer *peer = malloc(sizeof *peer);
    assert_non_null(peer);
    *peer = (struct peer){
        .next = host->peers,
        .host = host,
        .port = next_port,
        .device_port = 7,
        .mss = 1460,
        .scale = 2,
        .window = 65535,
        .acks_at_once = true,
        .segment_octets = 1460,
        .iss = (uint32_t)-ISS_BEFORE_WRAP,
    };
    host->peers = peer;
    next_port = next_port == 65535 ? FIRST_PORT : (uint16_t)(next_port + 1);
    return peer;
}

void peer_free(struct peer *peer)
{
    struct peer **place = &peer->host->peers;
    while (*place != peer) {
        place = &(*place)->next;
    }
    *place = peer->next;
    free(peer->stream);
    free(peer);
}

static uint16_t window_field(struct peer *peer, uint8_t flags)
{
    if (peer->acked + peer->window > peer->window_end) {
        peer->window_end = peer->acked + peer->window;
    }
    size_t window = peer->window_end - peer->acked;
    if (peer->is_scaled && (flags & FLAG_SYN) == 0) {
        window >>= peer->scale;
    }
    return (uint16_t)(window < 65535 ? window : 65535);
}

static void emit(struct peer *peer, uint8_t flags, uint32_t seq, const uint8_t *data, size_t octets)
{
    static uint8_t upper[60 + 65535];
    bool is_syn = (flags & FLAG_SYN) != 0;
    bool has_fin = peer->fin_received && peer->acked == peer->received;
    struct segment segment = {
        .src_port = peer->port,
        .dst_port = peer->device_port,
        .seq = seq,
        .ack = is_syn ? 0 : peer->irs + 1 + (uint32_t)peer->acked + (has_fin ? 1 : 0),
        .flags = flags,
        .window = window_field(peer, flags),
        .mss = is_syn ? peer->mss : 0,
        .scale = is_syn ? peer->scale : -1,
        .option_octets = is_syn ? 0 : peer->option_octets,
        .data = data,
        .data_octets = octets,
    };
    struct route route = host_route(peer->host);
    host_send(peer->host, PROTOCOL_TCP, upper, packet_build_tcp(upper, &route, &segment));
}

void peer_segment(struct peer *peer, uint8_t flags, size_t offset, size_t octets)
{
    const uint8_t *data = octets > 0 ? peer->stream + offset : NULL;
    emit(peer, flags, peer->iss + 1 + (uint32_t)offset, data, octets);
    if (offset + octets > peer->sent) {
        peer->sent = offset + octets;
    }
    peer->fin_sent = peer->fin_sent || (flags & FLAG_FIN) != 0;
}

bool peer_connect(struct peer *peer)
{
    peer->window_end = 0;
    emit(peer, FLAG_SYN, peer->iss, NULL, 0);
    rig_settle();
    return peer->open && !peer->reset;
}

/// An octet that tells its place: neighbours, and octets 256 or 64 K apart, differ.
static uint8_t pattern(size_t place)
{
    uint32_t mixed = (uint32_t)place * 2654435761u;
    return (uint8_t)(mixed >> 24 ^ mixed >> 13 ^ place);
}

void peer_prepare(struct peer *peer, size_t octets)
{
    if (peer->sent + octets <= peer->stream_octets_max) {
        return;
    }
    size_t end = 2 * (peer->sent + octets);
    uint8_t *stream = realloc(peer->stream, end);
    assert_non_null(stream);
    for (size_t i = peer->stream_octets_max; i < end; i++) {
        stream[i] = pattern(i);
    }
    peer->stream = stream;
    peer->stream_octets_max = end;
}

/// Returns the data octets that a segment may have: options count (RFC 6691).
static size_t segment_octets(const struct peer *peer)
{
    size_t most = peer->device_mss - peer->option_octets - peer->host->option_octets;
    return LWIP_MIN(most, peer->segment_octets);
}

static void send_segments(struct peer *peer, size_t from, size_t to, bool fin)
{
    do {
        size_t part = LWIP_MIN(to - from, segment_octets(peer));
        bool is_last = from + part == to;
        uint8_t flags = FLAG_ACK | (is_last ? FLAG_PSH : 0) | (is_last && fin ? FLAG_FIN : 0);
        peer_segment(peer, flags, from, part);
        from += part;
    } while (from < to);
}

void peer_send(struct peer *peer, size_t octets)
{
    assert_true(octets <= peer_room(peer));
    peer_prepare(peer, octets);
    send_segments(peer, peer->sent, peer->sent + octets, false);
    rig_settle();
}

void peer_send_fin(struct peer *peer, size_t octets)
{
    assert_true(octets <= peer_room(peer));
    peer_prepare(peer, octets);
    send_segments(peer, peer->sent, peer->sent + octets, true);
    rig_settle();
}

void peer_say(struct peer *peer, const char *text, bool fin)
{
    size_t octets = strlen(text);
    assert_true(octets <= peer_room(peer));
    peer_prepare(peer, octets);
    memcpy(peer->stream + peer->sent, text, octets);
    send_segments(peer, peer->sent, peer->sent + octets, fin);
    rig_settle();
}

void peer_fin(struct peer *peer)
{
    peer_send_fin(peer, 0);
}

void peer_ack(struct peer *peer, size_t octets)
{
    assert_true(octets >= peer->acked && octets <= peer->received);
    peer->acked = octets;
    uint32_t seq = peer->iss + 1 + (uint32_t)peer->sent + (peer->fin_sent ? 1 : 0);
    emit(peer, FLAG_ACK, seq, NULL, 0);
}

void peer_ack_all(struct peer *peer)
{
    peer_ack(peer, peer->received);
}

void peer_rst(struct peer *peer)
{
    uint32_t seq = peer->iss + 1 + (uint32_t)peer->sent + (peer->fin_sent ? 1 : 0);
    emit(peer, FLAG_RST | FLAG_ACK, seq, NULL, 0);
    rig_settle();
}

void peer_retransmit(struct peer *peer)
{
    if (!peer->open) {
        emit(peer, FLAG_SYN, peer->iss, NULL, 0);
    } else if (peer->device_acked < peer->sent || (peer->fin_sent && !peer->device_acked_fin)) {
        send_segments(peer, peer->device_acked, peer->sent, peer->fin_sent);
    } else if (peer->sent > 0) {
        peer_ack_all(peer);
        peer_segment(peer, FLAG_ACK, peer->sent - 1, 1); // calls for the device's window
    }
    rig_settle();
}

size_t peer_room(const struct peer *peer)
{
    return peer->device_window_end > peer->sent ? peer->device_window_end - peer->sent : 0;
}

/// Lets time pass until `done` or a reset; whoever waits for an answer too long asks once more.
static void wait_until(struct peer *peer, bool (*done)(const struct peer *))
{
    uint32_t quiet_ms = 0;
    size_t seen = 0;
    while (!done(peer) && !peer->reset) {
        size_t now = peer->received + peer->device_acked + peer->acked;
        quiet_ms = now == seen ? quiet_ms + STEP_MS : 0;
        seen = now;
        if (quiet_ms >= GIVE_UP_MS) {
            fail_msg("the connection is stuck: sent %zu, acknowledged %zu, back %zu, window %zu",
                     peer->sent, peer->device_acked, peer->received, peer_room(peer));
        }
        rig_advance(STEP_MS);
        if (quiet_ms > 0 && quiet_ms % RETRANSMIT_MS == 0) {
            peer_retransmit(peer);
        }
    }
}

static bool has_room(const struct peer *peer)
{
    return peer_room(peer) > 0;
}

static bool has_all(const struct peer *peer)
{
    return peer->received == peer->sent && peer->acked == peer->sent;
}

static bool has_fin(const struct peer *peer)
{
    return peer->fin_received && peer->device_acked_fin;
}

void peer_exchange(struct peer *peer, size_t octets)
{
    while (octets > 0 && !peer->reset) {
        size_t part = LWIP_MIN(octets, peer_room(peer));
        if (part > 0) {
            peer_send(peer, part);
            octets -= part;
        } else {
            wait_until(peer, has_room);
        }
    }
    wait_until(peer, has_all);
}

void peer_finish(struct peer *peer)
{
    if (!peer->fin_sent) {
        peer_fin(peer);
    }
    wait_until(peer, has_fin);
    assert_false(peer->reset);
    peer_ack_all(peer);
    rig_settle();
}

static const char *syn_take(struct peer *peer, const struct packet *packet)
{
    if ((packet->flags & FLAG_ACK) == 0 || packet->ack != peer->iss + 1) {
        return "TCP: SYN does not acknowledge the peer's";
    }
    if (packet->mss == 0 || packet->mss > TCP_MSS || packet->data_octets != 0) {
        return "TCP: SYN without a sensible MSS, or with data";
    }
    if (packet->scale >= 0 && peer->scale < 0) {
        return "TCP: SYN scales the window, which the peer does not";
    }
    if (!peer->open) {
        peer->open = true;
        peer->irs = packet->seq;
        peer->device_mss = packet->mss;
        peer->is_scaled = packet->scale >= 0;
        peer->device_scale = (uint8_t)(packet->scale >= 0 ? packet->scale : 0);
        peer->device_window_end = packet->window;
    } else if (packet->seq != peer->irs) {
        return "TCP: SYN is sent again with another sequence number";
    }
    if (!peer->is_half_open) {
        peer_ack(peer, peer->acked);
    }
    return NULL;
}

/// What the device acknowledges, and its window.
static const char *ack_take(struct peer *peer, const struct packet *packet)
{
    size_t acked = packet->ack - (peer->iss + 1);
    if (acked > peer->sent + (peer->fin_sent ? 1 : 0)) {
        return "TCP: acknowledges what was not sent";
    }
    if (acked > peer->sent) {
        peer->device_acked = peer->sent;
        peer->device_acked_fin = true;
        return NULL;
    }
    if (acked > peer->device_acked) {
        peer->device_acked = acked;
    }
    if (peer->fin_sent) {
        return NULL;
    }
    size_t window_end = acked + ((size_t)packet->window << peer->device_scale);
    size_t rounding = ((size_t)1 << peer->device_scale) - 1;
    if (window_end + rounding < peer->device_window_end) {
        return "TCP: the window shrinks";
    }
    if (window_end > (peer->answer != NULL ? acked : peer->acked) + TCP_WND) {
        return "TCP: the window promises more than TCP_WND octets that are not yet acknowledged";
    }
    if (window_end > peer->device_window_end) {
        peer->device_window_end = window_end;
    }
    return NULL;
}

static const char *data_take(struct peer *peer, const struct packet *packet, size_t offset)
{
    size_t octets = packet->data_octets;
    if (octets > peer->mss) {
        return "TCP: more data than the peer's MSS";
    }
    if (peer->answer != NULL) {
        if (offset + octets > peer->answer_octets) {
            return "TCP: a longer answer than the test has room for";
        }
        memcpy(peer->answer + offset, packet->data, octets);
    } else if (offset + octets > peer->sent) {
        return "TCP: an octet that was not sent comes back";
    } else if (memcmp(packet->data, peer->stream + offset, octets) != 0) {
        return "TCP: an octet comes back changed, doubled or in the wrong place";
    }
    peer->segments++;
    peer->segment_octets_max = LWIP_MAX(peer->segment_octets_max, octets);
    if (offset + octets > peer->window_end) {
        // A probe of a closed window: what it brings is not taken.
        return octets == 1 && offset == peer->window_end ? NULL : "TCP: beyond the peer's window";
    }
    if (offset <= peer->received && offset + octets > peer->received) {
        peer->received = offset + octets;
    }
    return NULL;
}

static const char *fin_take(struct peer *peer, size_t offset)
{
    if (peer->answer != NULL) {
        peer->fin_received = offset == peer->received;
        return NULL;
    }
    if (!peer->fin_sent) {
        return "TCP: FIN, although the peer has not sent its own";
    }
    if (offset != peer->sent || peer->acked != peer->sent) {
        return "TCP: FIN before the last octet was echoed and acknowledged";
    }
    peer->fin_received = true;
    return NULL;
}

static const char *segment_take(struct peer *peer, const struct packet *packet)
{
    if ((packet->flags & FLAG_ACK) == 0) {
        return "TCP: neither SYN nor RST nor ACK";
    }
    size_t offset = packet->seq - (peer->irs + 1);
    const char *problem = ack_take(peer, packet);
    if (problem == NULL && packet->data_octets > 0) {
        problem = data_take(peer, packet, offset);
    }
    if (problem == NULL && (packet->flags & FLAG_FIN) != 0) {
        problem = fin_take(peer, offset + packet->data_octets);
    }
    bool calls_for_ack = packet->data_octets > 0 || (packet->flags & FLAG_FIN) != 0;
    if (problem == NULL && calls_for_ack && peer->acks_at_once) {
        peer_ack_all(peer);
    }
    return problem;
}

const char *peer_take(struct host *host, const struct packet *packet)
{
    struct peer *peer = host->peers;
    while (peer != NULL &&
           (peer->port != packet->dst_port || peer->device_port != packet->src_port)) {
        peer = peer->next;
    }
    if (peer == NULL || peer->is_deaf || peer->reset) {
        return NULL;
    }
    peer->segments_all++;
    if ((packet->flags & FLAG_RST) != 0) {
        // After both FINs it answers a segment that was still under way.
        peer->reset = !(peer->fin_received && peer->device_acked_fin);
        return NULL;
    }
    if ((packet->flags & FLAG_SYN) != 0) {
        return syn_take(peer, packet);
    }
    return peer->open ? segment_take(peer, packet) : "TCP: a segment before SYN";
}
