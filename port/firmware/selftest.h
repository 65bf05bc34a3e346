// SPDX-License-Identifier: BSD-3-Clause
// What the device checks of itself before it serves.
#ifndef LWECHO_PORT_FIRMWARE_SELFTEST_H
#define LWECHO_PORT_FIRMWARE_SELFTEST_H

#include <stdbool.h>

/// Compares lwIP's checksum with a plain one, over lengths and addresses odd and even: compilers
/// have got it wrong.
/// Returns false when they differ.
bool selftest_checksum(void);

#endif
