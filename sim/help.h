// SPDX-License-Identifier: BSD-3-Clause
// What the command line tells of itself.
#ifndef LWECHO_SIM_HELP_H
#define LWECHO_SIM_HELP_H

extern const char help_text[];      ///< of --help
extern const char help_link_text[]; ///< of --help-link

#endif
