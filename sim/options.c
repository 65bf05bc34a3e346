// SPDX-License-Identifier: BSD-3-Clause
// The simulator's command line.
#include "options.h"

#include <arpa/inet.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "help.h"
#include "impair_text.h"
#include "linux/netns.h"
#include "linux/tap.h"
#include "linux/target.h"
#include "lwip/init.h"
#include "lwip/prot/iana.h"
#include "parse.h"

static const uint8_t mac_unset[NETDEV_MAC_OCTETS]; // no device may have it

enum {
    PREFIX_IP6 = 64, // of the link, whatever the address (RFC 4291 section 2.5.1)
    CLOCK_RATE_MAX = 1000,
};

static bool set_ip4(struct options *options, const char *text)
{
    bool is_auto = LWIP_DHCP && strcmp(text, "auto") == 0;
    options->app.address.ip4_mode = is_auto ? ADDRESS_IP4_AUTO : ADDRESS_IP4_STATIC;
    if (is_auto) {
        options->ip4.family = AF_UNSPEC; // its octets stay: the MAC address derives from them
        return true;
    }
    if (!parse_ip4("--ip4", text, &options->ip4)) {
        return false;
    }
    const uint8_t *o = options->ip4.octets;
    IP_ADDR4(&options->app.address.ip4, o[0], o[1], o[2], o[3]);
    options->app.address.ip4_prefix = options->ip4.prefix;
    return true;
}

static bool set_ip6_static(struct options *options, const char *text)
{
    char host[IPADDR_STRLEN_MAX] = "";
    if (!parse_ip6("--ip6", text, &options->ip6)) {
        return false;
    }
    if (options->ip6.prefix != PREFIX_IP6) {
        target_error("--ip6 %s: the prefix on a link is 64 bits; give ADDRESS/64", text);
        return false;
    }
    strncat(host, text, LWIP_MIN(strcspn(text, "/"), sizeof(host) - 1));
    options->app.address.ip6_mode = ADDRESS_IP6_STATIC;
    return ipaddr_aton(host, &options->app.address.ip6) != 0;
}

static bool set_ip6(struct options *options, const char *text)
{
    bool is_auto = LWIP_IPV6 && strcmp(text, "auto") == 0;
    if (!is_auto && strcmp(text, "off") != 0) {
        return set_ip6_static(options, text);
    }
    options->ip6.family = AF_UNSPEC;
    options->app.address.ip6_mode = is_auto ? ADDRESS_IP6_AUTO : ADDRESS_IP6_OFF;
    return true;
}

static bool set_host_ip4(struct options *options, const char *text)
{
    return parse_ip4("--host-ip4", text, &options->host_ip4);
}

static bool set_host_ip6(struct options *options, const char *text)
{
    options->host_ip6_is_set = true;
    if (strcmp(text, "off") == 0) {
        options->host_ip6 = (struct hostnet_address){.family = AF_UNSPEC};
        return true;
    }
    return parse_ip6("--host-ip6", text, &options->host_ip6);
}

static bool set_mac(struct options *options, const char *text)
{
    return parse_mac("--mac", text, options->mac);
}

static bool set_hostname(struct options *options, const char *text)
{
    if (!mdns_name_is_valid(text)) {
        target_error("--hostname %s: give 1 to %d of a-z, 0-9 and - (not first or last), such as "
                     "lwecho",
                     text, MDNS_CONFIG_NAME_OCTETS_MAX);
        return false;
    }
    options->app.address.hostname = text;
    return true;
}

static bool set_port(struct options *options, const char *text)
{
    uint32_t port;
    if (!parse_number("--port", text, 1, UINT16_MAX, &port)) {
        return false;
    }
    options->app.tcp.port = (u16_t)port;
    options->app.udp.port = (u16_t)port;
    return true;
}

static bool set_page(struct options *options, const char *text)
{
    uint32_t port = 0;
    if (strcmp(text, "off") != 0 && !parse_number("--page", text, 1, UINT16_MAX, &port)) {
        return false;
    }
    if (port != 0 && !LWECHO_PAGE) {
        target_error("--page %s: this build has no page; configure it with -DLWECHO_PAGE=ON, or "
                     "give off",
                     text);
        return false;
    }
    options->page_port = (uint16_t)port;
    options->page_is_set = true;
    return true;
}

static bool set_hold(struct options *options, const char *text)
{
    options->hold = text; // its limit depends on --offload
    return true;
}

static bool set_idle_timeout(struct options *options, const char *text)
{
    return parse_number("--idle-timeout", text, 0, ECHO_TCP_IDLE_TIMEOUT_S_MAX,
                        &options->app.tcp.idle_timeout_s);
}

static bool set_peer_connections(struct options *options, const char *text)
{
    uint32_t n;
    if (!parse_number("--peer-connections", text, 1, ECHO_TCP_CONNECTIONS_MAX, &n)) {
        return false;
    }
    options->app.tcp.peer_connections = (u16_t)n;
    return true;
}

static bool set_tap(struct options *options, const char *text)
{
    const char *problem = tap_name_problem(text);
    if (problem != NULL) {
        target_error("--tap %s %s; give another, such as tap0", text, problem);
        return false;
    }
    strcpy(options->tap, text);
    options->tap_is_set = true;
    return true;
}

static bool set_connect(struct options *options, const char *text)
{
    if (text[0] == '\0') {
        target_error("--connect: give the path of the socket of passt or QEMU");
        return false;
    }
    options->connect = text;
    return true;
}

static bool set_instance(struct options *options, const char *text)
{
    options->instance_is_set = true;
    return parse_number("--instance", text, 0, UINT16_MAX, &options->instance);
}

static bool set_count(struct options *options, const char *text)
{
    return parse_number("--count", text, 1, OPTIONS_COUNT_MAX, &options->count);
}

static bool set_netns(struct options *options, const char *text)
{
    if (!netns_name_ok(text)) {
        target_error("--netns %s: give a plain name, such as demo", text);
        return false;
    }
    options->netns = text;
    return true;
}

static bool set_clock(struct options *options, const char *text)
{
    options->clock_is_set = true;
    return parse_number("--clock", text, 0, UINT32_MAX, &options->clock_ms);
}

static bool set_clock_rate(struct options *options, const char *text)
{
    return parse_number("--clock-rate", text, 1, CLOCK_RATE_MAX, &options->clock_rate);
}

static bool set_verbose(struct options *options, const char *text)
{
    (void)text;
    options->app.tcp.verbose = true;
    options->app.udp.verbose = true;
    return true;
}

static bool set_quiet(struct options *options, const char *text)
{
    (void)text;
    options->quiet = true;
    return true;
}

static bool set_offload(struct options *options, const char *text)
{
    (void)text;
    if (!ETHIF_LARGE) {
        target_error("--offload: the profile " LWECHO_PROFILE " has no room for large segments; "
                     "use the profile host");
        return false;
    }
    options->offload = true;
    return true;
}

static bool set_seed(struct options *options, const char *text)
{
    options->seed_is_set = true;
    return parse_number("--seed", text, 0, UINT32_MAX, &options->seed);
}

static bool set_pcap(struct options *options, const char *text)
{
    if (strcmp(text, "-") == 0 && isatty(STDOUT_FILENO)) {
        target_error("--pcap -: stdout is a terminal; send it on: | wireshark -k -i -");
        return false;
    }
    if (text[0] == '\0') {
        target_error("--pcap: give the name of a file, or - for stdout");
        return false;
    }
    options->pcap = text;
    return true;
}

static bool set_control(struct options *options, const char *text)
{
    if (text[0] == '\0') {
        target_error("--control: give the path of a socket to be made, or off");
        return false;
    }
    options->control_is_off = strcmp(text, "off") == 0;
    options->control = options->control_is_off ? NULL : text;
    return true;
}

static bool set_link(struct options *options, const char *name, const char *text)
{
    const char *right = impair_text_set(&options->link, name, text);
    if (right != NULL) {
        target_error("--%s %s: give %s; see lwecho --help-link", name, text, right);
    }
    return right == NULL;
}

enum {
    HELP_LINK = 1, // answers of getopt_long() that are no letter
    LINK,
};

// getopt_long() answers with an option's last member.
static const struct option long_options[] = {
    {"tap", required_argument, NULL, 't'},
    {"netns", required_argument, NULL, 'n'},
    {"ip4", required_argument, NULL, '4'},
    {"ip6", required_argument, NULL, '6'},
    {"host-ip4", required_argument, NULL, 'a'},
    {"host-ip6", required_argument, NULL, 'b'},
    {"hostname", required_argument, NULL, 'H'},
    {"mac", required_argument, NULL, 'm'},
    {"port", required_argument, NULL, 'p'},
    {"page", required_argument, NULL, 'w'},
    {"hold", required_argument, NULL, 'o'},
    {"idle-timeout", required_argument, NULL, 'i'},
    {"peer-connections", required_argument, NULL, 'c'},
    {"clock", required_argument, NULL, 'k'},
    {"clock-rate", required_argument, NULL, 'r'},
    {"loss", required_argument, NULL, LINK},
    {"burst-loss", required_argument, NULL, LINK},
    {"delay", required_argument, NULL, LINK},
    {"jitter", required_argument, NULL, LINK},
    {"reorder", required_argument, NULL, LINK},
    {"duplicate", required_argument, NULL, LINK},
    {"corrupt", required_argument, NULL, LINK},
    {"rate", required_argument, NULL, LINK},
    {"mtu", required_argument, NULL, LINK},
    {"link-flap", required_argument, NULL, LINK},
    {"seed", required_argument, NULL, 's'},
    {"connect", required_argument, NULL, 'x'},
    {"instance", required_argument, NULL, 'I'},
    {"count", required_argument, NULL, 'N'},
    {"pcap", required_argument, NULL, 'P'},
    {"control", required_argument, NULL, 'C'},
    {"offload", no_argument, NULL, 'O'},
    {"verbose", no_argument, NULL, 'v'},
    {"quiet", no_argument, NULL, 'q'},
    {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, 'h'},
    {"help-link", no_argument, NULL, HELP_LINK},
    {NULL, 0, NULL, 0},
};

static const char short_options[] = "+:vqh"; // +: stop at the first word that is no option

static bool (*const setters[])(struct options *options, const char *text) = {
    ['t'] = set_tap,          ['n'] = set_netns,
    ['4'] = set_ip4,          ['6'] = set_ip6,
    ['a'] = set_host_ip4,     ['b'] = set_host_ip6,
    ['m'] = set_mac,          ['p'] = set_port,
    ['w'] = set_page,         ['o'] = set_hold,
    ['k'] = set_clock,        ['r'] = set_clock_rate,
    ['i'] = set_idle_timeout, ['c'] = set_peer_connections,
    ['v'] = set_verbose,      ['q'] = set_quiet,
    ['s'] = set_seed,         ['C'] = set_control,
    ['P'] = set_pcap,         ['H'] = set_hostname,
    ['x'] = set_connect,      ['I'] = set_instance,
    ['N'] = set_count,        ['O'] = set_offload,
};

static void defaults_set(struct options *options)
{
    *options = (struct options){
        .app = app_config_default(),
        .page_port = LWECHO_PAGE ? LWIP_IANA_PORT_HTTP : 0,
        .tap = "tap0",
        .clock_rate = 1,
    };
    bool set = set_ip4(options, "198.51.100.2/24") && set_host_ip4(options, "198.51.100.1/24") &&
               set_ip6(options, LWIP_IPV6 ? "2001:db8:7::2/64" : "off");
    LWIP_ASSERT("the defaults are right", set);
}

/// Fills in what was not given and follows from what was.
static void rest_derive(struct options *options)
{
    if (!options->host_ip6_is_set && options->app.address.ip6_mode != ADDRESS_IP6_OFF) {
        bool set = set_host_ip6(options, "2001:db8:7::1/64");
        LWIP_ASSERT("the default is right", set);
    }
    if (options->connect != NULL) {
        options->tap[0] = '\0';
    }
    if (options->count > 0) {
        options->instance_is_set = true;
    }
    if (!options->seed_is_set && !options->instance_is_set) {
        options->seed = target_random();
    }
}

static void mac_derive(struct options *options)
{
    if (memcmp(options->mac, mac_unset, sizeof(mac_unset)) == 0) {
        options->mac[0] = 0x02; // locally administered (IEEE 802)
        memcpy(options->mac + 2, options->ip4.octets, 4);
    }
}

/// Gives way to an echo on the page's usual port; refuses a port given to both.
static bool ports_check(struct options *options)
{
    if (options->page_port != options->app.tcp.port) {
        return true;
    }
    if (options->page_is_set) {
        target_error("--page %u: the echo has this port; give another, or off", options->page_port);
        return false;
    }
    options->page_port = 0;
    return true;
}

static bool sides_check(const struct options *options)
{
    bool same_ip6 =
        options->ip6.family == AF_INET6 && hostnet_address_equal(&options->ip6, &options->host_ip6);
    if (same_ip6 || hostnet_address_equal(&options->ip4, &options->host_ip4)) {
        target_error("host and device have the same IPv%d address; give another with --host-ip%d",
                     same_ip6 ? 6 : 4, same_ip6 ? 6 : 4);
        return false;
    }
    return true;
}

static bool hold_parse(struct options *options)
{
    uint32_t most = ECHO_TCP_HOLD_MAX + (options->offload ? LARGE_WINDOW_MORE : 0);
    return options->hold == NULL ||
           parse_number("--hold", options->hold, 0, most, &options->app.tcp.hold_octets);
}

/// Refuses what large segments can't go through.
static bool offload_check(const struct options *options)
{
    static const struct impair_settings perfect;
    if (!options->offload) {
        return true;
    }
    if (options->connect != NULL) {
        target_error("--offload is for a TAP; leave it away with --connect");
        return false;
    }
    if (memcmp(&options->link, &perfect, sizeof(perfect)) != 0) {
        target_error("--offload has no frames of a wire, which a bad link's faults are for; leave "
                     "either away");
        return false;
    }
    return true;
}

/// Refuses what says the same thing of several devices.
static bool fleet_check(const struct options *options)
{
    static const char each[] = "is for one device; leave it away with --count";
    if (options->count == 0) {
        return true;
    }
    if (options->tap_is_set || options->connect != NULL || options->pcap != NULL ||
        options->control != NULL || memcmp(options->mac, mac_unset, sizeof(mac_unset)) != 0) {
        target_error("%s %s",
                     options->tap_is_set        ? "--tap"
                     : options->connect != NULL ? "--connect"
                     : options->pcap != NULL    ? "--pcap"
                     : options->control != NULL ? "--control"
                                                : "--mac",
                     each);
        return false;
    }
    return true;
}

/// Adds to an address.
static void address_add(struct hostnet_address *address, size_t octets, uint32_t more)
{
    for (size_t i = octets; i > 0 && more > 0; i--) {
        more += address->octets[i - 1];
        address->octets[i - 1] = (uint8_t)more;
        more >>= 8;
    }
}

/// Moves the device's addresses on by its number.
static void addresses_derive(struct options *options, uint32_t instance)
{
    address_add(&options->ip4, 4, instance);
    const uint8_t *o = options->ip4.octets;
    IP_ADDR4(&options->app.address.ip4, o[0], o[1], o[2], o[3]);
    if (options->ip6.family == AF_INET6) {
        char text[INET6_ADDRSTRLEN];
        address_add(&options->ip6, 16, instance);
        bool set = inet_ntop(AF_INET6, options->ip6.octets, text, sizeof(text)) != NULL &&
                   ipaddr_aton(text, &options->app.address.ip6) != 0;
        LWIP_ASSERT("an address has a text", set);
    }
}

struct options options_of_instance(const struct options *fleet, uint32_t instance)
{
    struct options options = *fleet;
    options.instance = instance;
    options.count = 0;
    addresses_derive(&options, instance);
    mac_derive(&options);
    options.seed += instance;
    options.bridge = options.connect == NULL ? "lwecho-br" : NULL;
    if (!options.tap_is_set && options.connect == NULL) {
        snprintf(options.tap, sizeof(options.tap), "tap%" PRIu32, instance);
    }
    snprintf(options.hostname, sizeof(options.hostname), "%.50s-%" PRIu32,
             options.app.address.hostname, instance);
    return options;
}

/// Checks that every device of many can have its addresses.
static bool instances_check(const struct options *options)
{
    for (uint32_t i = 0; i == 0 || i < options->count; i++) {
        struct options one = options_of_instance(options, options->instance + i);
        bool fits =
            hostnet_address_reaches(&options->ip4, &one.ip4) && parse_ip4_problem(&one.ip4) == NULL;
        if (!fits) {
            target_error("--instance %" PRIu32 " has no address in the network of --ip4; give one "
                         "with a shorter prefix, such as 10.7.0.2/16",
                         one.instance);
        }
        if (!fits || !sides_check(&one)) {
            return false;
        }
    }
    return true;
}

/// Does what one answer of getopt_long() says.
static enum options_result option_take(struct options *options, int letter, int index, char **argv)
{
    switch (letter) {
    case 'h':
        fputs(help_text, stdout);
        return OPTIONS_DONE;
    case HELP_LINK:
        fputs(help_link_text, stdout);
        return OPTIONS_DONE;
    case LINK:
        return set_link(options, long_options[index].name, optarg) ? OPTIONS_RUN : OPTIONS_WRONG;
    case 'V':
        printf("lwecho %s (profile %s, lwIP %s)\n", LWECHO_VERSION, LWECHO_PROFILE,
               LWIP_VERSION_STRING);
        return OPTIONS_DONE;
    case ':':
        target_error("%s needs a value; see lwecho --help", argv[optind - 1]);
        return OPTIONS_WRONG;
    case '?':
        target_error("%s is not understood; see lwecho --help",
                     optopt > ' ' && argv[optind - 1][1] != '-' ? (char[]){'-', (char)optopt, '\0'}
                                                                : argv[optind - 1]);
        return OPTIONS_WRONG;
    default:
        return setters[letter](options, optarg) ? OPTIONS_RUN : OPTIONS_WRONG;
    }
}

enum options_result options_parse(int argc, char **argv, struct options *options)
{
    defaults_set(options);
    opterr = 0; // lines of our own
    int letter;
    int index = 0;
    while ((letter = getopt_long(argc, argv, short_options, long_options, &index)) != -1) {
        enum options_result result = option_take(options, letter, index, argv);
        if (result != OPTIONS_RUN) {
            return result;
        }
    }
    if (optind < argc) {
        target_error("%s is no option; see lwecho --help", argv[optind]);
        return OPTIONS_WRONG;
    }
    rest_derive(options);
    if (!ports_check(options) || !hold_parse(options) || !offload_check(options)) {
        return OPTIONS_WRONG;
    }
    if (!options->instance_is_set) {
        mac_derive(options);
        return sides_check(options) ? OPTIONS_RUN : OPTIONS_WRONG;
    }
    if (!fleet_check(options) || !instances_check(options)) {
        return OPTIONS_WRONG;
    }
    if (options->count == 0) {
        *options = options_of_instance(options, options->instance);
    }
    return OPTIONS_RUN;
}
