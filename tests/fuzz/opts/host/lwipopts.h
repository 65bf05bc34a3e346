// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the fuzzers with the host profile: all of its features, but so few connections
// that an input can exhaust what there is, and that all is quickly set back for the next one. lwIP
// watches the edges of its pools, and each defence can be switched off.
#ifndef LWECHO_TESTS_FUZZ_OPTS_LWIPOPTS_H
#define LWECHO_TESTS_FUZZ_OPTS_LWIPOPTS_H

#include "../../../unit/opts/defence.h"
#include "opts/profile_host.h"

#undef ECHO_TCP_CONNECTIONS_MAX
#undef ECHO_TCP_PEER_CONNECTIONS_MAX
#undef MEMP_NUM_TCP_PCB
#undef IP_REASS_MAX_PBUFS
#define ECHO_TCP_CONNECTIONS_MAX 6      // of 8 that an input has
#define ECHO_TCP_PEER_CONNECTIONS_MAX 4 // of 8 at 4 hosts
#define MEMP_NUM_TCP_PCB 9              // 3 being refused or closing
#define IP_REASS_MAX_PBUFS 64           // the largest datagram takes 46

#define MEMP_OVERFLOW_CHECK 1 // an element written past its end panics when it is freed

#endif
