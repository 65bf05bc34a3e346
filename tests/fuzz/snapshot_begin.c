// SPDX-License-Identifier: BSD-3-Clause
// The first of the variables that snapshot.h keeps.
#include "snapshot_edges.h"

unsigned char snapshot_bss_begin[SNAPSHOT_EDGE_OCTETS];
unsigned char snapshot_data_begin[SNAPSHOT_EDGE_OCTETS] = {1};
