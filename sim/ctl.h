// SPDX-License-Identifier: BSD-3-Clause
// `lwecho ctl`: asks and changes a device that runs.
#ifndef LWECHO_SIM_CTL_H
#define LWECHO_SIM_CTL_H

/// Does what the command line behind `lwecho` says; `argv[0]` is `ctl`.
/// Returns the exit code: 0; 1 when it could not be done; 2 when it was not understood.
int ctl_main(int argc, char **argv);

#endif
