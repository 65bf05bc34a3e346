// SPDX-License-Identifier: BSD-3-Clause
// Finds the connection of a TCP segment however many there are.
//
// lwIP looks for it in a list, from its head on, and moves the one that it found to the head. Where
// many connections talk in turn, each is the last one of the list when its turn comes.
#ifndef LWECHO_PORT_DEMUX_H
#define LWECHO_PORT_DEMUX_H

#include "lwip/pbuf.h"

struct tcp_pcb;

// All this is of an image with TCP_DEMUX_SLOTS > 0, and takes one of LWIP_TCP_PCB_NUM_EXT_ARGS.

/// Moves the connection of a received frame, if it is a TCP segment of one that is known,
/// to the head of lwIP's list, before lwIP looks for it. `p` starts with the Ethernet header.
void demux_frame(const struct pbuf *p);

/// Takes note of a connection that lwIP has found for a segment, and has moved to the head: until
/// lwIP frees it.
void demux_found(struct tcp_pcb *pcb);

#endif
