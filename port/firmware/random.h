// SPDX-License-Identifier: BSD-3-Clause
// Random numbers out of whatever differs from device to device, start to start and moment to
// moment.
#ifndef LWECHO_PORT_FIRMWARE_RANDOM_H
#define LWECHO_PORT_FIRMWARE_RANDOM_H

#include <stdint.h>

/// Mixes a word into the state. What is in it can't be taken out again by other words.
/// Context: any but an interrupt.
void random_stir(uint32_t word);

#endif
