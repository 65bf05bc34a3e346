// SPDX-License-Identifier: BSD-3-Clause
// A token bucket.
#include "bucket.h"

#include "lwip/def.h"
#include "lwip/sys.h"

bool bucket_take(struct bucket *bucket, u32_t event_ms, u32_t full_ms)
{
    u32_t now = sys_now();
    bucket->spent_ms -= LWIP_MIN(now - bucket->last_ms, bucket->spent_ms);
    bucket->last_ms = now;
    if (bucket->spent_ms + event_ms > full_ms) {
        return false;
    }
    bucket->spent_ms += event_ms;
    return true;
}
