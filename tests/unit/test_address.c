// SPDX-License-Identifier: BSD-3-Clause
// How the device gets its addresses, and the application as a whole.
#include "address_ip6.h"
#include "lwip/priv/tcp_priv.h"
#include "page.h"
#include "unit.h"

static struct app_config with_prefix(u8_t prefix)
{
    struct app_config config = app_config_default();
    config.address.ip4_prefix = prefix;
    return config;
}

static void the_default_addresses_are_listed_ip4_first(void **state)
{
    (void)state;
    rig_serve();
    ip_addr_t list[ADDRESSES_MAX];
    size_t n = address_list(&rig.netif, list);
    assert_int_equal(n, LWIP_IPV6 ? 3 : 1);
    assert_string_equal(ipaddr_ntoa(&list[0]), "198.51.100.2");
#if LWIP_IPV6
    assert_string_equal(ipaddr_ntoa(&list[1]), "2001:DB8:7::2");
    assert_string_equal(ipaddr_ntoa(&list[2]), "FE80::C6FF:FE33:6402");
#endif
}

static void each_address_is_logged_once_when_it_comes_and_goes(void **state)
{
    (void)state;
    rig_serve();
    rig_advance(60 * 1000);
    assert_int_equal(log_count("address: add ip=198.51.100.2 by=static\n"), 1);
    assert_int_equal(log_count("address: add ip="), LWIP_IPV6 ? 3 : 1);
    assert_int_equal(log_count("address: remove ip="), 0);
    rig_stop();
    assert_int_equal(log_count("address: remove ip=198.51.100.2 reason=stop\n"), 1);
    assert_int_equal(log_count("address: remove ip="), LWIP_IPV6 ? 3 : 1);
    ip_addr_t list[ADDRESSES_MAX];
    assert_int_equal(address_list(&rig.netif, list), 0);
}

static void every_prefix_has_its_netmask(void **state)
{
    (void)state;
    rig_start_device();
    static const struct {
        u8_t prefix;
        u32_t mask;
    } cases[] = {{0, 0},           {1, 0x80000000},  {8, 0xff000000},
                 {24, 0xffffff00}, {31, 0xfffffffe}, {32, 0xffffffff}};
    for (size_t i = 0; i < LWIP_ARRAYSIZE(cases); i++) {
        struct app_config config = with_prefix(cases[i].prefix);
        assert_int_equal(address_start(&rig.netif, &config.address), ERR_OK);
        assert_int_equal(lwip_ntohl(ip4_addr_get_u32(netif_ip4_netmask(&rig.netif))),
                         cases[i].mask);
        address_stop(&rig.netif);
    }
}

static void expect_refused(const struct address_config *config)
{
    assert_int_equal(address_start(&rig.netif, config), ERR_VAL);
    ip_addr_t list[ADDRESSES_MAX];
    assert_int_equal(address_list(&rig.netif, list), 0);
    assert_false(log_has("address: add"));
}

static void values_out_of_limits_are_refused(void **state)
{
    (void)state;
    rig_start_device();
    struct app_config config = with_prefix(33);
    expect_refused(&config.address);
    config = app_config_default();
    config.address.ip4_mode = (enum address_ip4_mode)(ADDRESS_IP4_AUTO + 1);
    expect_refused(&config.address);
#if LWIP_IPV6
    config = app_config_default();
    config.address.ip4 = (ip_addr_t)IPADDR6_INIT_HOST(0x20010db8, 7, 0, 2);
    expect_refused(&config.address);
    config = app_config_default();
    config.address.ip6 = config.address.ip4;
    expect_refused(&config.address);
    config.address.ip6 = (ip_addr_t)IPADDR6_INIT_HOST(0, 0, 0, 0);
    expect_refused(&config.address);
    config.address.ip6 = (ip_addr_t)IPADDR6_INIT_HOST(0xff020000, 0, 0, 1);
    expect_refused(&config.address);
#else
    config = app_config_default();
    config.address.ip6_mode = ADDRESS_IP6_STATIC;
    expect_refused(&config.address);
    config.address.ip6_mode = ADDRESS_IP6_AUTO;
    expect_refused(&config.address);
#endif
}

#if LWIP_IPV6
static void ip6_addresses_settle_after_their_duplicate_detection(void **state)
{
    (void)state;
    rig_start_device();
    struct app_config config = app_config_default();
    assert_int_equal(address_start(&rig.netif, &config.address), ERR_OK);
    ip_addr_t list[ADDRESSES_MAX];
    assert_false(address_settled(&rig.netif));
    assert_int_equal(address_list(&rig.netif, list), 1);
    rig_advance(3000);
    assert_true(address_settled(&rig.netif));
    assert_int_equal(address_list(&rig.netif, list), 3);
    address_stop(&rig.netif);
}

static void a_duplicate_address_is_not_used_and_logged(void **state)
{
    (void)state;
    rig_start_device();
    struct app_config config = app_config_default();
    struct host *host = rig_host_ip6(1);
    host->defends = true;
    log_clear();
    assert_int_equal(address_start(&rig.netif, &config.address), ERR_OK);
    rig_advance(5000);
    assert_true(address_settled(&rig.netif));
    ip_addr_t list[ADDRESSES_MAX];
    assert_int_equal(address_list(&rig.netif, list), 2);
    assert_string_equal(ipaddr_ntoa(&list[1]), "FE80::C6FF:FE33:6402");
    assert_int_equal(log_count("address: duplicate ip=2001:db8:7::2"), 1);
    assert_false(log_has("add ip=2001:db8:7::2"));
    address_stop(&rig.netif);
}

static void without_ip6_there_is_no_ip6_address(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    config.address.ip6_mode = ADDRESS_IP6_OFF;
    rig_start(&config);
    rig_advance(60 * 1000);
    ip_addr_t list[ADDRESSES_MAX];
    assert_int_equal(address_list(&rig.netif, list), 1);
}

/// Sends a router advertisement of the prefix 2001:db8:9::/64 (RFC 4861 section 4.2), to which the
/// device belongs for `valid_s`, and from which it may begin connections for `preferred_s`.
static void advertise_prefix(struct host *host, uint32_t valid_s, uint32_t preferred_s)
{
    uint8_t icmp[48] = {134, [4] = 64, [6] = 0x07, 0x08};
    uint8_t *prefix = icmp + 16;
    prefix[0] = 3;
    prefix[1] = 4;
    prefix[2] = 64;
    prefix[3] = 0xc0;
    put32(prefix + 4, valid_s);
    put32(prefix + 8, preferred_s);
    struct address address = address_ip6((uint16_t[8]){0x2001, 0xdb8, 9});
    for (size_t i = 0; i < 16; i++) {
        prefix[16 + i] = address.octets[i];
    }
    struct route route = host_route(host);
    uint32_t sum = packet_pseudo_sum(&route.src, &route.dst, PROTOCOL_ICMP6, sizeof icmp);
    put16(icmp + 2, packet_checksum(sum, icmp, sizeof icmp));
    struct packet_frame frame;
    packet_build(&frame, &route, PROTOCOL_ICMP6, &(struct fragment){0}, icmp, sizeof icmp);
    frame.data[14 + 7] = 255; // the hop limit
    wire_push(&rig.wire, frame.data, frame.octets);
    rig_settle();
}

/// Starts a device that waits for a router, and returns the router.
static struct host *start_with_router(void)
{
    struct app_config config = app_config_default();
    config.address.ip6_mode = ADDRESS_IP6_AUTO;
    rig_start(&config);
    struct host *router = rig_host_ip6(1);
    router->address = address_ip6((uint16_t[8]){0xfe80, 0, 0, 0, 0, 0, 1, 1});
    router->device = address_ip6((uint16_t[8]){0xff02, 0, 0, 0, 0, 0, 0, 1});
    return router;
}

static void a_router_gives_the_device_an_address(void **state)
{
    (void)state;
    advertise_prefix(start_with_router(), 86400, 14400);
    assert_false(address_settled(&rig.netif));
    rig_advance(3000);
    assert_int_equal(log_count("address: add ip=2001:db8:9::c6ff:fe33:6402 by=router\n"), 1);
    ip_addr_t list[ADDRESSES_MAX];
    assert_int_equal(address_list(&rig.netif, list), 3);
}

static void a_routers_address_stays_while_it_is_valid(void **state)
{
    (void)state;
    advertise_prefix(start_with_router(), 60, 20);
    rig_advance(3000);
    ip_addr_t list[ADDRESSES_MAX];
    assert_int_equal(address_list(&rig.netif, list), 3);
    log_clear();
    rig_advance(40 * 1000); // no longer preferred
    assert_int_equal(address_list(&rig.netif, list), 3);
    assert_false(log_has("address:"));
    rig_advance(30 * 1000);
    assert_int_equal(address_list(&rig.netif, list), 2);
    assert_int_equal(log_count("address: remove ip=2001:db8:9::c6ff:fe33:6402 reason=expired\n"),
                     1);
    assert_int_equal(log_count("address:"), 1);
}

static void a_static_address_may_be_link_local(void **state)
{
    (void)state;
    struct app_config config = app_config_default();
    config.address.ip6 = (ip_addr_t)IPADDR6_INIT_HOST(0xfe800000, 0, 0, 7);
    rig_start(&config);
    assert_int_equal(log_count("address: add ip=fe80::7 by=static\n"), 1);
    struct host *host = rig_host_ip6(1);
    host->address = address_ip6((uint16_t[8]){0xfe80, 0, 0, 0, 0, 0, 1, 1});
    host->device = address_ip6((uint16_t[8]){0xfe80, 0, 0, 0, 0, 0, 0, 7});
    host_announce(host);
    rig_settle();
    host_send_udp(host, 5000, 7, "x", 1);
    rig_settle();
    assert_int_equal(host->datagrams, 1);
}

static void hosts_of_one_ip6_network_are_one_peer(void **state)
{
    (void)state;
    ip_addr_t peer = IPADDR6_INIT_HOST(0x20010db8, 0x00070000, 0, 1);
    ip_addr_t other = IPADDR6_INIT_HOST(0x20010db8, 0x00070000, 0xffffffff, 2);
    assert_true(address_is_same_peer(&peer, &other));
    other = (ip_addr_t)IPADDR6_INIT_HOST(0x20010db8, 0x00070001, 0, 1);
    assert_false(address_is_same_peer(&peer, &other));
    other = (ip_addr_t)IPADDR6_INIT_HOST(0x20010db9, 0x00070000, 0, 1);
    assert_false(address_is_same_peer(&peer, &other));
    other = peer;
    ip6_addr_set_zone(ip_2_ip6(&other), 1);
    assert_false(address_is_same_peer(&peer, &other)); // link-local on two links
}

static void a_peer_of_one_version_is_none_of_the_other(void **state)
{
    (void)state;
    ip_addr_t ip4 = IPADDR4_INIT_BYTES(198, 51, 100, 1);
    ip_addr_t ip6 = IPADDR6_INIT(ip4.u_addr.ip4.addr, 0, 0, 0); // the same octets in front
    assert_false(address_is_same_peer(&ip4, &ip6));
    assert_false(address_is_same_peer(&ip6, &ip4));
}
#else
static void what_the_profile_leaves_out_starts_and_does_nothing(void **state)
{
    (void)state;
    rig_serve();
    rig_advance(10 * 1000);
    assert_true(mdns_name_is_valid("No Name of .local")); // nobody uses it
    assert_null(mdns_name());
    assert_int_equal(page_start(&(struct page_config){.port = 80}), ERR_OK);
    struct peer *browser = rig_peer();
    browser->device_port = 80;
    assert_false(peer_connect(browser));
    page_stop();
}
#endif

static void an_ip4_peer_is_its_address(void **state)
{
    (void)state;
    ip_addr_t peer = IPADDR4_INIT_BYTES(198, 51, 100, 1);
    ip_addr_t same = peer;
    ip_addr_t neighbour = IPADDR4_INIT_BYTES(198, 51, 100, 2);
    assert_true(address_is_same_peer(&peer, &same));
    assert_false(address_is_same_peer(&peer, &neighbour));
}

// The application as a whole.

static void expect_fails(const struct app_config *config, const char *line)
{
    assert_int_equal(app_start(&rig.netif, config), ERR_VAL);
    assert_true(log_has(line));
    app_stop(&rig.netif);
    assert_null(tcp_listen_pcbs.pcbs);
    ip_addr_t list[ADDRESSES_MAX];
    assert_int_equal(address_list(&rig.netif, list), 0);
}

static void an_application_that_can_not_start_holds_nothing_once_stopped(void **state)
{
    (void)state;
    rig_start_device();
    struct app_config config = with_prefix(33);
    expect_fails(&config, "app: failed part=address");
    config = app_config_default();
    config.tcp.port = 0;
    expect_fails(&config, "app: failed part=echo_tcp");
    config = app_config_default();
    config.udp.port = 0;
    expect_fails(&config, "app: failed part=echo_udp");
}

static void an_application_can_start_again_with_other_addresses(void **state)
{
    (void)state;
    rig_start_device();
    struct app_config config = app_config_default();
    for (int i = 0; i < 3; i++) {
        assert_int_equal(app_start(&rig.netif, &config), ERR_OK);
        rig_advance(3000);
        struct peer *peer = rig_connect();
        peer_exchange(peer, 100);
        app_stop(&rig.netif);
        rig_settle();
        assert_true(peer->reset);
        rig_advance(3 * 60 * 1000);
        host_announce(rig_host(1)); // which the device has forgotten meanwhile
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CLAIM(the_default_addresses_are_listed_ip4_first),
        CLAIM(each_address_is_logged_once_when_it_comes_and_goes),
        CLAIM(every_prefix_has_its_netmask),
        CLAIM(values_out_of_limits_are_refused),
#if LWIP_IPV6
        CLAIM(ip6_addresses_settle_after_their_duplicate_detection),
        CLAIM(a_duplicate_address_is_not_used_and_logged),
        CLAIM(without_ip6_there_is_no_ip6_address),
        CLAIM(a_router_gives_the_device_an_address),
        CLAIM(a_routers_address_stays_while_it_is_valid),
        CLAIM(a_static_address_may_be_link_local),
        CLAIM(hosts_of_one_ip6_network_are_one_peer),
        CLAIM(a_peer_of_one_version_is_none_of_the_other),
#else
        CLAIM(what_the_profile_leaves_out_starts_and_does_nothing),
#endif
        CLAIM(an_ip4_peer_is_its_address),
        CLAIM(an_application_that_can_not_start_holds_nothing_once_stopped),
        CLAIM(an_application_can_start_again_with_other_addresses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
