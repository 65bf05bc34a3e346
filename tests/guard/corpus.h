// SPDX-License-Identifier: BSD-3-Clause
// Traffic that is odd and valid: all of it must pass.
#ifndef LWECHO_TESTS_GUARD_CORPUS_H
#define LWECHO_TESTS_GUARD_CORPUS_H

#include "frame.h"

enum {
    CORPUS_FRAMES_MAX = 100,
};

struct odd {
    const char *what;
    struct frame frame;
};

/// Returns the frame with a priority tag (IEEE 802.1Q).
struct frame priority_tagged(struct frame plain);

/// Writes the frames of each part. Returns how many.
size_t corpus_ip4(struct odd *odd);
size_t corpus_tcp(struct odd *odd);
size_t corpus_ip6(struct odd *odd);

/// Writes all of them.
size_t corpus(struct odd odd[CORPUS_FRAMES_MAX]);

#endif
