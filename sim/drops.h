// SPDX-License-Identifier: BSD-3-Clause
// Why a frame was dropped, as the counters of all modules tell it.
#ifndef LWECHO_SIM_DROPS_H
#define LWECHO_SIM_DROPS_H

enum {
    DROPS_TEXT_OCTETS_MAX = 256,
};

struct drops_text {
    char text[DROPS_TEXT_OCTETS_MAX];
};

/// Remembers every counter of drops and errors.
void drops_mark(void);

/// Returns those that have changed since drops_mark(), as `guard.drop_arp_length tcp.chkerr`;
/// empty: none.
struct drops_text drops_since_mark(void);

#endif
