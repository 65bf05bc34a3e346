// SPDX-License-Identifier: BSD-3-Clause
// lwIP's timers: the cyclic ones run in step with each other, and only while they have work to do.
//
// lwIP's own implementation wakes the device ten times a second for multicast reports alone. Here a
// cyclic timer whose protocol has nothing pending counts neither for the sleep nor as a run, so an
// idle device wakes once a second and one with an open connection four times.
//
// Source: lwIP's LWIP_TIMERS_CUSTOM interface, lwip/timeouts.h.
#include <stdbool.h>

#include "lwip/acd.h"
#include "lwip/dhcp.h"
#include "lwip/ip4_frag.h"
#include "lwip/ip6_frag.h"
#include "lwip/memp.h"
#include "lwip/mld6.h"
#include "lwip/netif.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/prot/dhcp.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "mend.h"
#include "netif/ppp/ppp_opts.h" // for LWIP_NUM_SYS_TIMEOUT_INTERNAL

enum {
    CYCLIC_MAX = LWIP_NUM_SYS_TIMEOUT_INTERNAL,
};

/// What a cyclic timer is needed for, as a bit.
enum kind {
    ALWAYS = 1 << 0,
    TCP = 1 << 1,
    REASSEMBLY = 1 << 2,
    REASSEMBLY_6 = 1 << 3,
    ACD = 1 << 4,
    DHCP_FINE = 1 << 5,
    DHCP_COARSE = 1 << 6,
    MLD_6 = 1 << 7,
};

LWIP_MEMPOOL_DECLARE(ONE_SHOT, ONE_SHOTS_MAX, sizeof(struct sys_timeo), "one-shot timers")

static struct sys_timeo *one_shots;  // earliest first
static u32_t cyclic_due[CYCLIC_MAX]; // by index in lwip_cyclic_timers
static u8_t cyclic_kind[CYCLIC_MAX]; // of enum kind
static u32_t cyclic_next;            // the earliest of cyclic_due, needed or not
static const u32_t *cyclic_awaited;  // the earliest that is needed
static unsigned kinds_awaited;       // which were needed then; 0: they were not looked at yet

static struct sys_timeo *first_one_shot(void)
{
    return ONE_SHOTS_MAX > 0 ? one_shots : NULL;
}

// Times are modulo 2^32 ms; differences below half of that order them.
static bool is_before(u32_t a, u32_t b)
{
    return DEFENCE_IS_ON(lwip_cyclic_timers) ? (s32_t)(a - b) < 0 : a < b;
}

#if LWIP_IPV6 && LWIP_IPV6_MLD
static bool mld6_is_needed(void)
{
    struct netif *netif;
    NETIF_FOREACH(netif) {
        for (struct mld_group *group = netif_mld6_data(netif); group != NULL; group = group->next) {
            if (group->timer > 0) {
                return true;
            }
        }
    }
    return false;
}
#endif

#if LWIP_ACD
/// Of addresses that are settled, only the time since a conflict counts.
static bool acd_is_needed(void)
{
    struct netif *netif;
    NETIF_FOREACH(netif) {
        for (const struct acd *acd = netif->acd_list; acd != NULL; acd = acd->next) {
            bool is_settled = acd->state == ACD_STATE_OFF || acd->state == ACD_STATE_ONGOING ||
                              acd->state == ACD_STATE_PASSIVE_ONGOING;
            if (!is_settled || acd->lastconflict > 0) {
                return true;
            }
        }
    }
    return false;
}
#endif

#if LWIP_DHCP
/// Returns which of DHCP's timers waits for an answer of a server, or for its lease to end.
static unsigned dhcp_needed(void)
{
    struct netif *netif;
    unsigned needed = 0;
    NETIF_FOREACH(netif) {
        const struct dhcp *dhcp = netif_dhcp_data(netif);
        if (dhcp != NULL) {
            needed |= dhcp->request_timeout > 0 ? DHCP_FINE : 0u;
            needed |= dhcp->state != DHCP_STATE_OFF ? DHCP_COARSE : 0u;
        }
    }
    return needed;
}
#endif

/// Returns the kinds of timers whose handlers would find anything to do, now or later, without a
/// frame first.
static unsigned kinds_needed(void)
{
    unsigned needed = ALWAYS;
    if (tcp_active_pcbs != NULL || tcp_tw_pcbs != NULL) {
        needed |= TCP;
    }
#if IP_REASSEMBLY
    if (lwip_stats.memp[MEMP_REASSDATA]->used > 0) {
        needed |= REASSEMBLY;
    }
#endif
#if LWIP_ACD
    if (acd_is_needed()) {
        needed |= ACD;
    }
#endif
#if LWIP_DHCP
    needed |= dhcp_needed();
#endif
#if LWIP_IPV6 && LWIP_IPV6_REASS
    if (lwip_stats.memp[MEMP_IP6_REASSDATA]->used > 0) {
        needed |= REASSEMBLY_6;
    }
#endif
#if LWIP_IPV6 && LWIP_IPV6_MLD
    if (mld6_is_needed()) {
        needed |= MLD_6;
    }
#endif
    return needed;
}

static enum kind kind_of(lwip_cyclic_timer_handler handler)
{
    if (handler == tcp_tmr) {
        return TCP;
    }
#if IP_REASSEMBLY
    if (handler == ip_reass_tmr) {
        return REASSEMBLY;
    }
#endif
#if LWIP_ACD
    if (handler == acd_tmr) {
        return ACD;
    }
#endif
#if LWIP_DHCP
    if (handler == dhcp_fine_tmr || handler == dhcp_coarse_tmr) {
        return handler == dhcp_fine_tmr ? DHCP_FINE : DHCP_COARSE;
    }
#endif
#if LWIP_IPV6 && LWIP_IPV6_REASS
    if (handler == ip6_reass_tmr) {
        return REASSEMBLY_6;
    }
#endif
#if LWIP_IPV6 && LWIP_IPV6_MLD
    if (handler == mld6_tmr) {
        return MLD_6;
    }
#endif
    return ALWAYS;
}

/// Runs a cyclic timer that is due, once however late it is, and keeps it in step with the others.
static void cyclic_check(int i, u32_t now)
{
    const struct lwip_cyclic_timer *timer = &lwip_cyclic_timers[i];
    if (is_before(now, cyclic_due[i])) {
        return;
    }
    u32_t late = now - cyclic_due[i];
    cyclic_due[i] += (late / timer->interval_ms + 1) * timer->interval_ms;
    if (timer->handler == tcp_tmr) {
        mend_before_tcp_timer();
    }
    if ((kinds_needed() & cyclic_kind[i]) != 0) {
        timer->handler();
    }
}

static void cyclic_check_all(u32_t now)
{
    for (int i = 0; i < CYCLIC_MAX; i++) {
        cyclic_check(i, now);
        if (i == 0 || is_before(cyclic_due[i], cyclic_next)) {
            cyclic_next = cyclic_due[i];
        }
    }
    kinds_awaited = 0;
}

/// Returns when the first of the cyclic timers that are needed is due; NULL: none is needed. What
/// is needed may change with any frame, so that is asked each time; seldom has it changed.
static const u32_t *cyclic_first_needed(void)
{
    unsigned needed = kinds_needed();
    if (CYCLIC_MAX > 1 && needed == kinds_awaited) {
        return cyclic_awaited;
    }
    const u32_t *first = NULL;
    for (int i = 0; i < CYCLIC_MAX; i++) {
        if ((needed & cyclic_kind[i]) != 0 && (first == NULL || is_before(cyclic_due[i], *first))) {
            first = &cyclic_due[i];
        }
    }
    kinds_awaited = needed;
    cyclic_awaited = first;
    return first;
}

void sys_timeouts_init(void)
{
    LWIP_ASSERT("every cyclic timer has its place", lwip_num_cyclic_timers == CYCLIC_MAX);
    if (ONE_SHOTS_MAX > 0) {
        LWIP_MEMPOOL_INIT(ONE_SHOT);
        one_shots = NULL;
    }
    u32_t now = sys_now();
    for (int i = 0; i < CYCLIC_MAX; i++) {
        cyclic_due[i] = now + lwip_cyclic_timers[i].interval_ms;
        cyclic_kind[i] = (u8_t)kind_of(lwip_cyclic_timers[i].handler);
    }
    cyclic_next = now;
    kinds_awaited = 0;
}

void sys_timeout(u32_t msecs, sys_timeout_handler handler, void *arg)
{
    struct sys_timeo *timer = LWIP_MEMPOOL_ALLOC(ONE_SHOT);
    LWIP_ASSERT("ONE_SHOTS_MAX is too low", timer != NULL);
    timer->time = sys_now() + msecs;
    timer->h = handler;
    timer->arg = arg;
    struct sys_timeo **place = &one_shots;
    while (*place != NULL && !is_before(timer->time, (*place)->time)) {
        place = &(*place)->next;
    }
    timer->next = *place;
    *place = timer;
}

void sys_untimeout(sys_timeout_handler handler, void *arg)
{
    for (struct sys_timeo **place = &one_shots; *place != NULL; place = &(*place)->next) {
        struct sys_timeo *timer = *place;
        if (timer->h == handler && timer->arg == arg) {
            *place = timer->next;
            LWIP_MEMPOOL_FREE(ONE_SHOT, timer);
            return;
        }
    }
}

void sys_check_timeouts(void)
{
    u32_t now = sys_now();
    if (!is_before(now, cyclic_next)) {
        cyclic_check_all(now);
    }
    while (first_one_shot() != NULL && !is_before(now, one_shots->time)) {
        struct sys_timeo timer = *one_shots;
        LWIP_MEMPOOL_FREE(ONE_SHOT, one_shots);
        one_shots = timer.next;
        timer.h(timer.arg);
    }
}

void sys_restart_timeouts(void)
{
    if (one_shots == NULL) {
        return;
    }
    u32_t shift = sys_now() - one_shots->time;
    for (struct sys_timeo *timer = one_shots; timer != NULL; timer = timer->next) {
        timer->time += shift;
    }
}

/// Returns the milliseconds from `now` until `due`; 0: that is past.
static u32_t ms_until(u32_t due, u32_t now)
{
    return is_before(now, due) ? due - now : 0;
}

u32_t sys_timeouts_sleeptime(void)
{
    u32_t now = sys_now();
    u32_t sleep_ms = SYS_TIMEOUTS_SLEEPTIME_INFINITE;
    const u32_t *due = cyclic_first_needed();
    if (due != NULL) {
        sleep_ms = ms_until(*due, now);
    }
    if (first_one_shot() != NULL) {
        sleep_ms = LWIP_MIN(sleep_ms, ms_until(one_shots->time, now));
    }
    return sleep_ms;
}
