// SPDX-License-Identifier: BSD-3-Clause
// Fuzzes a whole device, in one of its configurations.
#ifndef LWECHO_TESTS_FUZZ_DEVICE_FUZZ_H
#define LWECHO_TESTS_FUZZ_DEVICE_FUZZ_H

#include "app.h"
#include "fuzz.h"
#include "packet.h"

/// Kinds of records: the low four bits. FRAME has MEND_* of mend.h in the next three, and QUOTE.
enum kind {
    FRAME,    ///< a frame
    SEGMENT,  ///< talk.h
    CONNECT,  ///< talk.h
    TIME,     ///< passes: so many ms (2), shifted by so many bits
    DATAGRAM, ///< host, source port (2), destination port (2), octets (2), 8 octets of a
              ///< fragment, times less one
    WIRE,     ///< switches of the wire and the hosts
    FAULT,    ///< allocations fail: kind, or which and how many
    SERVE,    ///< the TCP service is started anew: holds octets (2)
    OTHER,    ///< device.run
    KIND_MASK = 15,
    MEND_SHIFT = 4,
    QUOTE = 1 << 7, ///< what the device sent last is appended, from its IP header on
};

/// What one fuzzer of the device has of its own. NULL: nothing.
struct device {
    struct app_config (*config)(void);
    void (*reset)(void);                      ///< for each input
    void (*see)(const struct packet *packet); ///< what the device sends to strangers
    void (*run)(struct record *record);       ///< a record of kind OTHER
    void (*settle)(void);                     ///< lets the device find its address again
};

extern const struct device device;

#endif
