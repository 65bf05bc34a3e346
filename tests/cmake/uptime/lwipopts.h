// SPDX-License-Identifier: BSD-3-Clause
// lwIP options of a device that answers datagrams: the profile tiny with an interface of its own
// size.
#ifndef UPTIME_LWIPOPTS_H
#define UPTIME_LWIPOPTS_H

#include "lwecho_lwipopts.h"

#undef ARP_TABLE_SIZE
#define ARP_TABLE_SIZE 2 // the router and one visitor

#endif
