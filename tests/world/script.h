// SPDX-License-Identifier: BSD-3-Clause
// Scripted hosts: a TCP of our own that does what an honest stack never does.
#ifndef LWECHO_TESTS_WORLD_SCRIPT_H
#define LWECHO_TESTS_WORLD_SCRIPT_H

#include <stddef.h>
#include <stdint.h>

/// Starts the scripted actors of the plan at their times.
void script_start(void);

/// Hands a frame to a scripted host.
void script_frame(unsigned host, const uint8_t *frame, size_t octets);

#endif
