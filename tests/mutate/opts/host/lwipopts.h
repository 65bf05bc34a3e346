// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of the mutation tests with the host profile: the unit tests' with short waits,
// and of few connections.
#ifndef LWECHO_TESTS_MUTATE_OPTS_LWIPOPTS_H
#define LWECHO_TESTS_MUTATE_OPTS_LWIPOPTS_H

#include "../../../unit/opts/host/lwipopts.h"
#include "../short_waits.h"

#undef ECHO_TCP_CONNECTIONS_MAX
#undef ECHO_TCP_PEER_CONNECTIONS_MAX
#define ECHO_TCP_CONNECTIONS_MAX 8      // the memory of 1280 would take long to restore
#define ECHO_TCP_PEER_CONNECTIONS_MAX 6 // one host can't take all

#endif
