// SPDX-License-Identifier: BSD-3-Clause
// Mends a frame, so that what was changed in it is not refused for a checksum.
#ifndef LWECHO_TESTS_FUZZ_MEND_H
#define LWECHO_TESTS_FUZZ_MEND_H

#include <stddef.h>
#include <stdint.h>

enum {
    MEND_DESTINATION = 1, ///< the frame goes to `mac`
    MEND_LENGTHS = 2,     ///< those of IP and UDP say what is there
    MEND_CHECKSUMS = 4,   ///< those of IPv4, ICMP, UDP and TCP are right
};

/// Mends what `how` says in the frame's headers, as far as they are there. A first fragment's
/// checksum is right for that fragment alone; in later ones there is none.
void mend(uint8_t *frame, size_t octets, unsigned how, const uint8_t mac[6]);

#endif
