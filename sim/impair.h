// SPDX-License-Identifier: BSD-3-Clause
// A bad link on demand: wraps a netdev and loses, delays, reorders, doubles and bends its frames.
#ifndef LWECHO_SIM_IMPAIR_H
#define LWECHO_SIM_IMPAIR_H

#include "arch/counters.h"
#include "netdev.h"

enum {
    IMPAIR_PPM = 1000000,           ///< parts per million that are the whole
    IMPAIR_QUEUE_FRAMES_MAX = 1000, ///< of a direction under way; more are lost, as by a router
    IMPAIR_REORDER_US_MAX = 50000,  ///< a frame that is to be overtaken waits no longer for that
};

enum impair_direction {
    IMPAIR_RX, ///< to the device
    IMPAIR_TX, ///< from the device
    IMPAIR_DIRECTIONS,
};

/// What is wrong with one direction. All zero: nothing. In the order in which a frame meets it.
struct impair_side {
    uint32_t mtu;              ///< longer frames are lost: octets behind the header; 0: any pass
    uint32_t loss_ppm;         ///< of frames are lost, each by itself
    uint32_t burst_ppm;        ///< of frames are lost in bursts (Gilbert's model),
    uint32_t burst_frames;     ///< which are so long on average
    uint32_t corrupt_ppm;      ///< of frames have one bit flipped
    uint32_t duplicate_ppm;    ///< of frames come twice
    uint32_t rate_bps;         ///< bits of frames per second; 0: any
    uint32_t delay_us;         ///< each frame is late by this,
    uint32_t jitter_us;        ///< more or less by up to this, evenly spread; the order stays
    uint32_t reorder_ppm;      ///< of frames are overtaken
    uint32_t reorder_distance; ///< by so many later ones
};

struct impair_settings {
    struct impair_side side[IMPAIR_DIRECTIONS];
    uint32_t flap_up_us;   ///< the link is up for so long,
    uint32_t flap_down_us; ///< and then down for so long, again and again; 0: always up
};

// frames + duplicated = passed + drop_* + those under way
#define IMPAIR_COUNTERS(X)                                                                         \
    X(frames)       /* that came to the link */                                                    \
    X(passed)       /* that left it */                                                             \
    X(drop_mtu)     /* too long */                                                                 \
    X(drop_loss)    /* lost singly */                                                              \
    X(drop_burst)   /* lost in a burst */                                                          \
    X(drop_queue)   /* too many under way */                                                       \
    X(drop_down)    /* the link was down */                                                        \
    X(drop_refused) /* late frames that the carrier did not take */                                \
    X(corrupted)    /* with a flipped bit */                                                       \
    X(duplicated)   /* copies that were added */                                                   \
    X(reordered)    /* that were to be overtaken */

struct impair_counters {
    IMPAIR_COUNTERS(COUNTERS_MEMBER)
};

extern struct impair_counters impair_counters[IMPAIR_DIRECTIONS];
extern const struct counters impair_rx_counters_info;
extern const struct counters impair_tx_counters_info;

enum {
    IMPAIR_DRAWS = 7, ///< kinds of random decisions
};

struct impair_frame;

struct impair_queue {
    struct impair_frame *head; ///< earliest due
    struct impair_frame *tail;
    struct impair_frame *held; ///< to be overtaken, oldest first
    size_t frames;             ///< in both lists
    uint64_t line_free_us;     ///< when the last frame has left the line of limited rate
    uint64_t due_us;           ///< of the tail, or of what left last
    bool in_burst;
    uint64_t random[IMPAIR_DRAWS]; ///< a stream a kind, so that one does not change the others
};

/// Sees each frame that the link loses.
struct impair_witness {
    void (*on_drop)(void *context, enum impair_direction direction, const uint8_t *frame,
                    size_t octets, const char *reason);
    void *context;
};

struct impair {
    struct netdev netdev; ///< first: a struct netdev is all that the port sees
    struct netdev *base;
    struct impair_settings settings;
    struct impair_queue queue[IMPAIR_DIRECTIONS];
    struct impair_witness witness;
    uint64_t seed;
    uint64_t now_ms; ///< sys_now() without its wrap
    uint64_t flap_began_us;
};

/// Wraps `base` in a link without faults. One at a time in a process.
/// Ownership: `base` stays with the caller and must outlive `impair`.
void impair_init(struct impair *impair, struct netdev *base, uint64_t seed);

/// Replaces the faults. What is under way arrives at once, in order; with it starts anew what is
/// told by time: the rate, and the link's first time up.
void impair_set(struct impair *impair, const struct impair_settings *settings);

/// Sends what is due. Call it after the device was polled and before it sleeps.
/// Returns the milliseconds until the next frame is due or the link changes; 0: poll the device;
/// UINT32_MAX: nothing is under way.
uint32_t impair_poll(struct impair *impair);

/// Returns how many frames of a direction are under way.
size_t impair_queued(const struct impair *impair, enum impair_direction direction);

#endif
