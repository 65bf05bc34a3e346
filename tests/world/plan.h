// SPDX-License-Identifier: BSD-3-Clause
// What a seed decides before anything happens: hosts, what runs on them, which faults there are.
#ifndef LWECHO_TESTS_WORLD_PLAN_H
#define LWECHO_TESTS_WORLD_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Each kind of fault is on or off in a seed as a whole (swarm testing), so that rare combinations
// occur. Its numbers are drawn from a stream of its own.
#define PLAN_FAULTS(X)                                                                             \
    X(loss)           /* single frames get lost */                                                 \
    X(burst_loss)     /* many in a row (Gilbert and Elliott's model) */                            \
    X(duplicate)      /* frames come twice */                                                      \
    X(reorder)        /* frames overtake others */                                                 \
    X(corrupt)        /* octets change that a checksum covers */                                   \
    X(corrupt_link)   /* octets of the Ethernet header change */                                   \
    X(cut)            /* frames end early */                                                       \
    X(padding)        /* frames end late */                                                        \
    X(jitter)         /* latency differs from frame to frame */                                    \
    X(bandwidth)      /* a slow link with a short queue */                                         \
    X(partition)      /* some hosts can't be reached for a while */                                \
    X(link_down)      /* the cable is pulled and put back */                                       \
    X(resolve)        /* ARP and neighbour discovery get lost */                                   \
    X(alloc_single)   /* one allocation fails, now and then */                                     \
    X(alloc_periodic) /* each nth fails */                                                         \
    X(alloc_burst)    /* a pool is empty for a while */                                            \
    X(lost_interrupt) /* nobody says that a frame came */                                          \
    X(late_poll)      /* the device runs later than it wanted */                                   \
    X(small_ring)     /* the MAC has room for few frames */                                        \
    X(tx_refused)     /* the MAC does not take a frame */                                          \
    X(restart)        /* the service is stopped and started in mid-traffic */                      \
    X(mtu)            /* hosts have smaller MTUs */                                                \
    X(quirk)          /* scripted hosts do what honest ones do not */                              \
    X(dhcp)           /* the DHCP server is slow, silent, refuses or lies */

enum fault {
#define PLAN_FAULT_MEMBER(name) FAULT_##name,
    PLAN_FAULTS(PLAN_FAULT_MEMBER) FAULTS,
};

extern const char *const plan_fault_names[FAULTS];

// What runs on a host. All but the last lines' are sure to finish once faults have healed.
#define PLAN_ACTORS(X)                                                                             \
    X(bulk)        /* sends as fast as it can, reads at once, ends when all came back */           \
    X(ping_pong)   /* sends a message when the last one came back */                               \
    X(dribble)     /* sends single octets */                                                       \
    X(slow_reader) /* takes few octets at a time */                                                \
    X(zero_window) /* takes nothing for a while */                                                 \
    X(half_close)  /* says at once that it has sent all, then reads */                             \
    X(reconnect)   /* many short connections from one port */                                      \
    X(udp)         /* datagrams of all sizes */                                                    \
    X(script)      /* a TCP of our own, not lwIP */                                                \
    X(aborter)     /* resets the connection in mid-stream */                                       \
    X(silent)      /* never finishes */                                                            \
    X(scan)        /* tries ports that nobody serves */

enum actor_kind {
#define PLAN_ACTOR_MEMBER(name) ACTOR_##name,
    PLAN_ACTORS(PLAN_ACTOR_MEMBER) ACTOR_KINDS,
};

extern const char *const plan_actor_names[ACTOR_KINDS];

enum {
    HOSTS_MAX = 25,
    ACTORS_MAX = 40,
    ECHO_PORT = 7,
    MAC_OCTETS = 6,
    IP6_OCTETS = 16,
    FRAME_OCTETS_MAX = 1518,
};

/// Streams of random numbers, one for each who draws.
enum stream {
    STREAM_PLAN,
    STREAM_DEVICE,
    STREAM_PEERS,
    STREAM_PLANT,
    STREAM_DHCP,
    STREAM_FAULT_FIRST = 16,  ///< and one for each fault
    STREAM_DRAW_FIRST = 64,   ///< the same, for what happens and not for how it is set up
    STREAM_HOST_FIRST = 128,  ///< and one for each host
    STREAM_ACTOR_FIRST = 256, ///< and one for each actor
};

struct host_plan {
    uint8_t mac[MAC_OCTETS];
    uint32_t ip4; ///< host byte order
    uint8_t ip6[IP6_OCTETS];
    uint32_t latency_us; ///< one way
    uint16_t mtu;
    bool is_scripted;
};

struct actor_plan {
    enum actor_kind kind;
    unsigned index;
    unsigned host;
    bool is_ip6;
    bool is_on;   ///< false: left out by who replays the seed
    bool is_good; ///< must finish
    uint64_t start_us;
    uint32_t octets; ///< of a connection, or of the largest datagram
    uint32_t rounds; ///< connections or datagrams, one after the other
    uint32_t window; ///< that it receives into; 0: as its kind decides
    uint64_t seed;
    uint32_t stream;
};

struct plan {
    uint64_t seed;
    uint32_t faults;    ///< a bit for each enum fault
    uint64_t settle_us; ///< before anything happens: the device tries its addresses
    uint64_t heal_us;   ///< faults end
    uint32_t clock_ms;  ///< the device's clock at the beginning
    uint32_t idle_timeout_s;
    uint32_t hold_octets;
    uint32_t loss;  ///< millionths; 0: as FAULT_loss decides
    bool is_leased; ///< the device asks for its address, and the last host is its server
    uint32_t lease_s;
    unsigned dhcp_host; ///< HOSTS_MAX: there is none
    unsigned hosts_n;
    unsigned actors_n;
    struct host_plan hosts[HOSTS_MAX];
    struct actor_plan actors[ACTORS_MAX];
};

/// What a replay leaves out.
struct plan_without {
    uint32_t faults; ///< a bit for each enum fault
    uint64_t actors; ///< a bit for each
};

extern struct plan plan;

/// Makes `plan` of a seed.
void plan_make(uint64_t seed, const struct plan_without *without);

/// Returns the stream for setting a fault up, and the one for each time that it may happen.
struct rng plan_fault_setup(enum fault fault);
struct rng plan_fault_draws(enum fault fault);

/// Returns whether a fault is in the plan.
bool plan_has(enum fault fault);

#endif
