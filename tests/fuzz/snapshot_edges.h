// SPDX-License-Identifier: BSD-3-Clause
// Variables of known place among the linker's: before and behind those that snapshot.h keeps.
#ifndef LWECHO_TESTS_FUZZ_SNAPSHOT_EDGES_H
#define LWECHO_TESTS_FUZZ_SNAPSHOT_EDGES_H

enum {
    SNAPSHOT_EDGE_OCTETS = 64,
};

extern unsigned char snapshot_bss_begin[SNAPSHOT_EDGE_OCTETS];
extern unsigned char snapshot_bss_end[SNAPSHOT_EDGE_OCTETS];
extern unsigned char snapshot_data_begin[SNAPSHOT_EDGE_OCTETS];
extern unsigned char snapshot_data_end[SNAPSHOT_EDGE_OCTETS];

#endif
