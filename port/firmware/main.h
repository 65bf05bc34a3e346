// SPDX-License-Identifier: BSD-3-Clause
// The firmware's life from its first line to its last.
#ifndef LWECHO_PORT_FIRMWARE_MAIN_H
#define LWECHO_PORT_FIRMWARE_MAIN_H

/// Starts the board, the stack and the application, and serves. What can't be started is logged;
/// the device then ends by cpu_end().
/// Context: firmware_start().
_Noreturn void firmware_main(void);

#endif
