// SPDX-License-Identifier: BSD-3-Clause
// The last of the variables that snapshot.h keeps.
#include "snapshot_edges.h"

unsigned char snapshot_bss_end[SNAPSHOT_EDGE_OCTETS];
unsigned char snapshot_data_end[SNAPSHOT_EDGE_OCTETS] = {1};
