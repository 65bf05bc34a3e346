// SPDX-License-Identifier: BSD-3-Clause
// Bugs that are planted on purpose.
#include "plant.h"

#include "held.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip/timeouts.h"
#include "lwip/udp.h"
#include "plan.h"
#include "rng.h"
#include "rxbuf.h"

enum {
    ONE_IN_1000 = RNG_MILLION / 1000,
    BUFFERS_OF_DATA = LWIP_MIN(2 + ECHO_TCP_CONNECTIONS_MAX / 16, 32), // and none besides
};

enum plant plant;

const char *const plant_names[PLANTS_N] = {
#define PLANT_NAME(name) #name,
    PLANTS(PLANT_NAME)};

// NOLINTBEGIN(bugprone-reserved-identifier): the linker wants these names.
err_t __real_tcp_write(struct tcp_pcb *pcb, const void *data, u16_t octets, u8_t flags);
err_t __wrap_tcp_write(struct tcp_pcb *pcb, const void *data, u16_t octets, u8_t flags);
void __real_tcp_recved(struct tcp_pcb *pcb, u16_t octets);
void __wrap_tcp_recved(struct tcp_pcb *pcb, u16_t octets);
void __real_tcp_poll(struct tcp_pcb *pcb, tcp_poll_fn poll, u8_t interval);
void __wrap_tcp_poll(struct tcp_pcb *pcb, tcp_poll_fn poll, u8_t interval);
void __real_held_clear(struct held *held);
void __wrap_held_clear(struct held *held);
void __real_sys_check_timeouts(void);
void __wrap_sys_check_timeouts(void);
err_t __real_udp_sendto_if_src(struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *dst,
                               u16_t port, struct netif *netif, const ip_addr_t *src);
err_t __wrap_udp_sendto_if_src(struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *dst,
                               u16_t port, struct netif *netif, const ip_addr_t *src);
// NOLINTEND(bugprone-reserved-identifier)

static bool strikes(void)
{
    static struct rng rng;
    if (rng.state == 0) {
        rng = rng_stream(plan.seed, STREAM_PLANT);
    }
    return rng_chance(&rng, ONE_IN_1000);
}

static err_t write_doubled(struct tcp_pcb *pcb, const void *data, u16_t octets, u8_t flags)
{
    static const struct tcp_pcb *failed;
    if (failed == pcb && octets > 1 && __real_tcp_write(pcb, data, 1, flags) == ERR_OK) {
        failed = NULL;
    }
    err_t err = __real_tcp_write(pcb, data, octets, flags);
    if (err == ERR_MEM) {
        failed = pcb;
    }
    return err;
}

static err_t write_closing(struct tcp_pcb *pcb, const void *data, u16_t octets, u8_t flags)
{
    err_t err = __real_tcp_write(pcb, data, octets, flags);
    if (err == ERR_OK && pcb->state == CLOSE_WAIT && (flags & TCP_WRITE_FLAG_MORE) != 0) {
        tcp_shutdown(pcb, 0, 1);
    }
    return err;
}

static err_t write_less(struct tcp_pcb *pcb, const void *data, u16_t octets, u8_t flags)
{
    u16_t less = octets > 1 && strikes() ? 1 : 0;
    return __real_tcp_write(pcb, data, (u16_t)(octets - less), flags);
}

err_t __wrap_tcp_write(struct tcp_pcb *pcb, const void *data, u16_t octets, u8_t flags)
{
    switch (plant) {
    case PLANT_double_octet:
        return write_doubled(pcb, data, octets, flags);
    case PLANT_early_fin:
        return write_closing(pcb, data, octets, flags);
    case PLANT_swallow_octet:
        return write_less(pcb, data, octets, flags);
    default:
        return __real_tcp_write(pcb, data, octets, flags);
    }
}

void __wrap_tcp_recved(struct tcp_pcb *pcb, u16_t octets)
{
    if (plant != PLANT_lose_window || !strikes()) {
        __real_tcp_recved(pcb, octets);
    }
}

void __wrap_tcp_poll(struct tcp_pcb *pcb, tcp_poll_fn poll, u8_t interval)
{
    __real_tcp_poll(pcb, plant == PLANT_forget_poll ? NULL : poll, interval);
}

void __wrap_held_clear(struct held *held)
{
    if (plant == PLANT_leak_buffer && held->head != NULL) {
        pbuf_ref(held->head);
    }
    __real_held_clear(held);
}

void __wrap_sys_check_timeouts(void)
{
    static u32_t ran_ms;
    if (plant == PLANT_clock_wrap && sys_now() < ran_ms) {
        return;
    }
    ran_ms = sys_now();
    __real_sys_check_timeouts();
}

err_t __wrap_udp_sendto_if_src(struct udp_pcb *pcb, struct pbuf *p, const ip_addr_t *dst,
                               u16_t port, struct netif *netif, const ip_addr_t *src)
{
    ip_addr_t other = *src;
    if (plant == PLANT_wrong_source && pcb->local_port == ECHO_PORT && IP_IS_V4(src)) {
        ip_2_ip4(&other)->addr += PP_HTONL(1);
    }
    return __real_udp_sendto_if_src(pcb, p, dst, port, netif, &other);
}

void plant_config(struct app_config *config)
{
    if (plant == PLANT_never_idle) {
        config->tcp.idle_timeout_s = 0;
    }
}

bool plant_refuses_rx_buffer(void)
{
    return plant == PLANT_hold_buffers && rxbuf_stats.used >= BUFFERS_OF_DATA;
}
