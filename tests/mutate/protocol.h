// SPDX-License-Identifier: BSD-3-Clause
// A protocol: valid packets of it, and what their fields are. One file a protocol.
#ifndef LWECHO_TESTS_MUTATE_PROTOCOL_H
#define LWECHO_TESTS_MUTATE_PROTOCOL_H

#include "field.h"
#include "frame.h"

enum {
    SAMPLE_FRAMES_MAX = 3,
    SAMPLE_LAYERS_MAX = 10,
    DHCP_OFFER = 2,
    DHCP_ACK = 5,
};

/// One header of a frame.
struct place {
    const struct layer *layer;
    size_t at;
};

/// Valid frames, sent one after the other, of which one is bent.
struct sample {
    struct frame frames[SAMPLE_FRAMES_MAX];
    size_t frames_n;
    size_t bent;
    struct place places[SAMPLE_LAYERS_MAX]; ///< headers of the one that is bent
    size_t places_n;
};

/// What samples depend on: where the peer's connection stands.
struct scene {
    bool has_connection;
    uint16_t device_port;
    uint32_t transaction; ///< of the device's DHCP client
    struct edges ip4;
    struct edges ip6;
};

/// How one kind of packet is made.
struct subject {
    const char *name;
    void (*make)(struct sample *sample, const struct scene *scene, int variant);
    int variant;
};

struct protocol {
    const char *name;
    const struct subject *subjects;
    size_t n;
    bool needs_ip6;
};

extern const struct protocol protocol_arp, protocol_link, protocol_ip4, protocol_fragments,
    protocol_icmp, protocol_udp, protocol_tcp, protocol_ip6, protocol_tcp6, protocol_fragments6,
    protocol_icmp6, protocol_nd, protocol_mld, protocol_dhcp, protocol_mdns;

/// All of them.
extern const struct protocol *const protocols[];
extern const size_t protocols_n;

/// Headers that several protocols have.
extern const struct layer layer_ethernet;
extern const struct layer layer_ip4;
extern const struct layer layer_ip6;
extern const struct layer layer_options; ///< an extension header and its first option
extern const struct layer layer_fragment6;
extern const struct layer layer_udp;
extern const struct layer layer_tcp;
extern const struct layer layer_icmp;
extern const struct layer layer_link_option; ///< a link-layer address, of neighbour discovery

/// Makes `frame` the sample's next one.
void sample_add(struct sample *sample, const struct frame *frame);

/// The same for the one that is bent; its Ethernet and IP headers become known.
void sample_bend(struct sample *sample, const struct frame *frame);

/// Tells of a header in it.
void sample_place(struct sample *sample, const struct layer *layer, size_t at);

/// A server's answer, for the device.
struct frame frame_dhcp(int type, uint32_t transaction);

/// Makes all checksums in the frame right that a receiver would look at.
void frame_mend(struct frame *frame);

#endif
