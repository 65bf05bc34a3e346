// SPDX-License-Identifier: BSD-3-Clause
// The simulator without one of its defences: LWECHO_DEFENCE_OFF names the counter, as
// "hooks.drop_mss".
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app.h"
#include "device.h"

const void *defence_off;

static const COUNTER_T *counter_find(const struct counters *module, const char *name)
{
    size_t octets = strlen(module->module);
    if (strncmp(name, module->module, octets) != 0 || name[octets] != '.') {
        return NULL;
    }
    for (size_t i = 0; i < module->n; i++) {
        if (strcmp(name + octets + 1, module->names[i]) == 0) {
            return &module->values[i];
        }
    }
    return NULL;
}

__attribute__((constructor)) static void defence_choose(void)
{
    const char *name = getenv("LWECHO_DEFENCE_OFF");
    for (size_t i = 0; i < DEVICE_COUNTERS + APP_COUNTERS && name != NULL; i++) {
        const struct counters *module =
            i < DEVICE_COUNTERS ? device_counters[i] : app_counters[i - DEVICE_COUNTERS];
        const COUNTER_T *counter = counter_find(module, name);
        defence_off = counter != NULL ? counter : defence_off;
    }
    if (defence_off == NULL) {
        fprintf(stderr, "undefended: no counter is named by LWECHO_DEFENCE_OFF\n");
        exit(2);
    }
}
