// SPDX-License-Identifier: BSD-3-Clause
// The firmware: the application on a board.
#include "main.h"

#include "app.h"
#include "board.h"
#include "config.h"
#include "console.h"
#include "cpu.h"
#include "device.h"
#include "format.h"
#include "lwip/init.h"
#include "lwip/prot/iana.h"
#include "page_stats.h"
#include "random.h"
#include "selftest.h"
#include "stats.h"
#include "text.h"

static struct netif netif;
static uint16_t tcp_port;

/// Gives up: what can't be started now will hardly be later, but a reset costs nothing.
static _Noreturn void fail(const char *what)
{
    target_log("board: failed %s", what);
    console_flush();
    cpu_end();
}

static void mac_choose(uint8_t mac[NETDEV_MAC_OCTETS])
{
    if (!config_mac(mac) && !board_mac(mac)) {
        fail("part=mac (set LWECHO_MAC)");
    }
}

static void mac_print(const uint8_t mac[NETDEV_MAC_OCTETS])
{
    console_print("board: mac");
    for (size_t i = 0; i < NETDEV_MAC_OCTETS; i++) {
        console_print("%s%x%x", i == 0 ? "=" : ":", mac[i] >> 4u, mac[i] & 15u);
    }
    console_commit_line();
}

/// Stirs in what differs from device to device and start to start.
static void randomness_start(const uint8_t mac[NETDEV_MAC_OCTETS])
{
    uint32_t word;
    bool has_source = board_entropy(&word);
    for (int i = 0; i < 4 && board_entropy(&word); i++) {
        random_stir(word);
    }
    for (size_t i = 0; i < NETDEV_MAC_OCTETS; i++) {
        random_stir(mac[i]);
    }
    random_stir(cpu_cycles_mix());
    if (!has_source) {
        target_log("board: entropy=none (its random numbers are no secret)");
    }
}

static void stack_start_up(void)
{
    uint8_t mac[NETDEV_MAC_OCTETS];
    struct netdev *dev = board_netdev();
    mac_choose(mac);
    mac_print(mac);
    randomness_start(mac);
    if (device_start(&netif, dev, mac) != ERR_OK) {
        fail("part=netdev");
    }
}

static void page_start_up(void)
{
#if LWECHO_PAGE
    page_stats_init(&(
        struct page_stats_source){.piece = stats_piece, .vprint = format_vprint, .netif = &netif});
    if (page_start(&(struct page_config){.port = LWIP_IANA_PORT_HTTP, .read = page_stats_read}) !=
        ERR_OK) {
        fail("part=page");
    }
#endif
}

static void ready_print(void)
{
    ip_addr_t list[ADDRESSES_MAX];
    size_t n = address_list(&netif, list);
    console_print("ready");
    for (size_t i = 0; i < n; i++) {
        if (IP_IS_V4(&list[i])) {
            const ip4_addr_t *ip = ip_2_ip4(&list[i]);
            console_print(" ip4=%u.%u.%u.%u", ip4_addr1(ip), ip4_addr2(ip), ip4_addr3(ip),
                          ip4_addr4(ip));
        } else {
            console_print(" ip6=%s", text_ip(&list[i]).text);
        }
    }
    console_print(" port=%u", (unsigned)tcp_port);
    console_commit_line();
}

static void keys_answer(void)
{
    int key;
    while ((key = board_uart_get()) >= 0) {
        if (key == 's') {
            stats_begin();
        }
    }
}

static _Noreturn void serve(void)
{
    bool ready = false;
    for (;;) {
        uint32_t sleep_ms = device_poll(&netif);
        if (!ready && address_settled(&netif)) {
            ready = true;
            ready_print();
        }
        keys_answer();
        stats_advance();
        console_drain();
        cpu_sleep(sleep_ms);
        random_stir(cpu_cycles_mix()); // when a frame comes is nobody's choice but its sender's
    }
}

void firmware_main(void)
{
    board_init();
    target_log("lwecho " LWECHO_VERSION " board=" LWECHO_BOARD " profile=" LWECHO_PROFILE
               " lwip=" LWIP_VERSION_STRING " reset=%s",
               board_reset_reason());
    if (!selftest_checksum()) {
        fail("part=checksum (use another compiler)");
    }
    stack_start_up();
    struct app_config config = config_application();
    tcp_port = config.tcp.port;
    if (app_start(&netif, &config) != ERR_OK) {
        fail("part=app");
    }
    page_start_up();
    serve();
}
