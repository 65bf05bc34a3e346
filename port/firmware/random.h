// SPDX-License-Identifier: BSD-3-Clause
// Random numbers out of whatever differs from device to device, start to start and moment to
// moment.
#ifndef LWECHO_PORT_FIRMWARE_RANDOM_H
#define LWECHO_PORT_FIRMWARE_RANDOM_H

#include <stdint.h>

/// Mixes a word into what the next random number is made of. Costs a few instructions.
/// Context: any but an interrupt.
void random_stir(uint32_t word);

#endif
