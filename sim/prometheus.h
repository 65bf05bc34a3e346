// SPDX-License-Identifier: BSD-3-Clause
// The statistics as Prometheus reads them.
#ifndef LWECHO_SIM_PROMETHEUS_H
#define LWECHO_SIM_PROMETHEUS_H

#include <stdio.h>

#include "json.h"

/// Writes a device's statistics in Prometheus's text format, version 0.0.4. Everything is made from
/// the names in the JSON, so that what a device counts anew is there by itself.
void prometheus_write(FILE *out, const struct json *stats);

#endif
