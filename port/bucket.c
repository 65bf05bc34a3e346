// SPDX-License-Identifier: BSD-3-Clause
// A token bucket.
#include "bucket.h"

#include "lwip/def.h"
#include "lwip/sys.h"

bool bucket_take(struct bucket *bucket)
{
    u32_t now = sys_now();
    u32_t room_ms = bucket->full_ms - bucket->credit_ms;
    bucket->credit_ms += LWIP_MIN(now - bucket->last_ms, room_ms);
    bucket->last_ms = now;
    if (bucket->credit_ms < bucket->event_ms) {
        return false;
    }
    bucket->credit_ms -= bucket->event_ms;
    return true;
}
