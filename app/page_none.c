// SPDX-License-Identifier: BSD-3-Clause
// The device's own page in an image without it.
#include "page.h"

const struct counters page_counters_info = {.module = "page"};

err_t page_start(const struct page_config *config)
{
    LWIP_UNUSED_ARG(config);
    return ERR_OK;
}

void page_stop(void)
{
}
