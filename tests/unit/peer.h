// SPDX-License-Identifier: BSD-3-Clause
// A scripted TCP client of the echo. It does what the test says and nothing else, except that it
// acknowledges what it receives when `acks_at_once` is set, and it checks each segment of the
// device:
// - an octet is the echo of the octet that was sent at that place of the stream,
// - nothing is sent beyond the peer's window, nothing acknowledged that was not sent,
// - the device's window never shrinks, nor promises more than TCP_WND octets behind those that the
//   peer has both got back and acknowledged,
// - the device's FIN comes after the peer's, and after all octets are acknowledged.
// Of a service that answers with something else only what holds for any is checked; the answer is
// kept.
// Octets of both streams are counted from 0, without SYN.
#ifndef LWECHO_TESTS_UNIT_PEER_H
#define LWECHO_TESTS_UNIT_PEER_H

#include "host.h"

struct peer {
    struct peer *next;
    struct host *host;
    uint16_t port;
    uint16_t device_port;
    // What the test may set before peer_connect(), some of it also later.
    uint16_t mss;          ///< announced
    int scale;             ///< announced; negative: no window scaling
    uint32_t window;       ///< octets it takes behind what it has acknowledged
    bool acks_at_once;     ///< acknowledges whatever comes
    bool is_deaf;          ///< does not even look at what comes
    bool is_half_open;     ///< never answers the device's SYN
    size_t segment_octets; ///< most data in a segment
    size_t option_octets;  ///< TCP options in each segment
    char *answer;          ///< where the device's octets go; NULL: they are the echo
    size_t answer_octets;  ///< room there
    // What is known of the connection.
    uint32_t iss;
    uint32_t irs;
    bool is_scaled;
    uint8_t device_scale;
    uint16_t device_mss;
    bool open; ///< the device's SYN came
    bool fin_sent;
    bool fin_received;
    bool reset;          ///< the device's RST came
    size_t sent;         ///< octets sent
    size_t device_acked; ///< of these, acknowledged by the device (FIN not counted)
    bool device_acked_fin;
    size_t device_window_end;  ///< octets that the device lets us send
    size_t received;           ///< octets of the echo, without a gap
    size_t acked;              ///< of these, acknowledged
    size_t window_end;         ///< octets that we let the device send
    size_t segments;           ///< that came, with data
    size_t segments_all;       ///< that came
    size_t segment_octets_max; ///< the largest of these
    uint8_t *stream;           ///< what was sent
    size_t stream_octets_max;
};

/// Makes a peer on `host` with the next free port, an MSS of 1460 and a window of 64 KB.
/// Ownership: the rig frees it at the end of the case, if peer_free() has not.
struct peer *peer_new(struct host *host);

/// Frees what the peer holds, without a word to the device.
void peer_free(struct peer *peer);

/// Puts a segment with `flags` on the wire, with the octets [offset, offset + octets) of the
/// stream.
void peer_segment(struct peer *peer, uint8_t flags, size_t offset, size_t octets);

/// Connects, and lets the device answer.
/// Returns true when the connection is open; false when it was refused or not answered.
bool peer_connect(struct peer *peer);

/// Adds octets to what is to be sent, with a pattern of which no two places are alike.
void peer_prepare(struct peer *peer, size_t octets);

/// Sends octets in segments of at most `segment_octets` and the device's MSS, within its window,
/// and lets the device answer.
void peer_send(struct peer *peer, size_t octets);

/// The same; the last segment has FIN set.
void peer_send_fin(struct peer *peer, size_t octets);

/// Sends a text in place of the pattern, with FIN or without.
void peer_say(struct peer *peer, const char *text, bool fin);

/// Sends FIN by itself.
void peer_fin(struct peer *peer);

/// Acknowledges the echo up to `octets`, at most what was received; announces the window.
void peer_ack(struct peer *peer, size_t octets);

/// Acknowledges all that was received, and the device's FIN.
void peer_ack_all(struct peer *peer);

void peer_rst(struct peer *peer);

/// Sends what the device has not acknowledged once more, FIN included; an old octet when there is
/// none, to learn the device's window.
void peer_retransmit(struct peer *peer);

/// Returns the octets that the device's window lets us send now.
size_t peer_room(const struct peer *peer);

/// Sends octets as the window allows, retransmits when nothing happens, until all came back.
void peer_exchange(struct peer *peer, size_t octets);

/// Sends FIN and waits until the device has answered it and everything before it.
void peer_finish(struct peer *peer);

/// Takes a segment for a peer of `host`. Returns NULL, or what is wrong with it.
const char *peer_take(struct host *host, const struct packet *packet);

#endif
