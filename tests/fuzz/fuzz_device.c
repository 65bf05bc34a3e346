// SPDX-License-Identifier: BSD-3-Clause
// Fuzzes the device with static addresses.
#include "device_fuzz.h"

const struct device device = {.config = app_config_default};
