// SPDX-License-Identifier: BSD-3-Clause
// The simulator's command line.
#include "options.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "linux/netns.h"
#include "linux/tap.h"
#include "linux/target.h"
#include "lwip/init.h"

static const char help[] =
    "Usage: lwecho [OPTION]...\n"
    "A TCP and UDP echo host of its own behind a TAP device; end it with Ctrl-C.\n"
    "\n"
    "  --tap NAME             TAP to attach to, made when absent (tap0)\n"
    "  --netns NAME           network namespace of the TAP, made when absent\n"
    "  --ip4 ADDR/PREFIX|auto the device's IPv4 address (198.51.100.2/24); auto: DHCP,\n"
    "                         link-local while no server answers (tiny: no auto)\n"
    "  --ip6 ADDR/64|auto|off and its IPv6 address (2001:db8:7::2/64; tiny: off);\n"
    "                         auto: what routers announce\n"
    "  --host-ip4 ADDR/PREFIX the host's address on a TAP made (198.51.100.1/24)\n"
    "  --host-ip6 ADDR/PREFIX|off (2001:db8:7::1/64, or off as --ip6)\n"
    "  --mac MAC              the device's MAC address (02:00 and its IPv4 address)\n"
    "  --port N               TCP and UDP port of the echo (7)\n"
    "  --hold OCTETS          TCP: echo at the end of input, or when more came (0)\n"
    "  --idle-timeout SECONDS drop TCP connections without progress (300; 0: never)\n"
    "  --peer-connections N   most TCP connections of one peer (the profile's)\n"
    "  --clock MS             where the device's 32-bit clock starts\n"
    "  --clock-rate N         how many times as fast as the host's it goes (1)\n"
    "  -v / -q                log received data too / errors only\n"
    "  --version, --help\n"
    "\n"
    "Signals: USR1 prints all counters as a line of JSON; TERM and INT do and end.\n";

static const uint8_t mac_unset[NETDEV_MAC_OCTETS]; // no device may have it

enum {
    PREFIX_IP6 = 64, // of the link, whatever the address (RFC 4291 section 2.5.1)
    CLOCK_RATE_MAX = 1000,
};

static bool number_parse(const char *name, const char *text, uint32_t min, uint32_t max,
                         uint32_t *value)
{
    size_t digits = strspn(text, "0123456789");
    uint64_t number = strtoull(text, NULL, 10);
    if (digits == 0 || digits > 18 || text[digits] != '\0' || number < min || number > max) {
        target_error("%s %s: give a number from %" PRIu32 " to %" PRIu32, name, text, min, max);
        return false;
    }
    *value = (uint32_t)number;
    return true;
}

/// Returns why `address` can't be a host's, in words that follow it in a sentence; NULL: it can.
static const char *ip4_problem(const struct hostnet_address *address)
{
    const uint8_t *o = address->octets;
    uint32_t ip = (uint32_t)o[0] << 24 | (uint32_t)o[1] << 16 | (uint32_t)o[2] << 8 | o[3];
    if (o[0] == 0 || o[0] == 127 || o[0] >= 224) {
        return "is no address of a host";
    }
    uint32_t host_bits = (uint32_t)(UINT64_C(0xffffffff) >> address->prefix);
    if (address->prefix <= 30 && ((ip & host_bits) == 0 || (ip & host_bits) == host_bits)) {
        return "is the address of its whole network, not of a host";
    }
    return NULL;
}

static const char *ip6_problem(const struct hostnet_address *address)
{
    static const uint8_t zero[10];
    const uint8_t *o = address->octets;
    if (o[0] == 0xff || memcmp(o, zero, sizeof(zero)) == 0) {
        return "is no unicast address of a host";
    }
    if (o[0] == 0xfe && (o[1] & 0xc0) == 0x80) {
        return "is link-local, and such an address comes by itself";
    }
    return NULL;
}

static bool ip4_parse(const char *name, const char *text, struct hostnet_address *address)
{
    if (!hostnet_address_parse(text, AF_INET, address)) {
        target_error("%s %s: give an IPv4 address and its prefix, such as 198.51.100.2/24", name,
                     text);
        return false;
    }
    const char *problem = ip4_problem(address);
    if (problem != NULL) {
        target_error("%s %s %s", name, text, problem);
    }
    return problem == NULL;
}

static bool ip6_parse(const char *name, const char *text, struct hostnet_address *address)
{
    if (!LWIP_IPV6) {
        target_error("%s %s: this build has no IPv6; leave the option away", name, text);
        return false;
    }
    if (!hostnet_address_parse(text, AF_INET6, address)) {
        target_error("%s %s: give an IPv6 address and its prefix, such as 2001:db8:7::2/64, or off",
                     name, text);
        return false;
    }
    const char *problem = ip6_problem(address);
    if (problem != NULL) {
        target_error("%s %s %s", name, text, problem);
    }
    return problem == NULL;
}

static bool set_ip4(struct options *options, const char *text)
{
    bool is_auto = LWIP_DHCP && strcmp(text, "auto") == 0;
    options->app.address.ip4_mode = is_auto ? ADDRESS_IP4_AUTO : ADDRESS_IP4_STATIC;
    if (is_auto) {
        options->ip4.family = AF_UNSPEC; // its octets stay: the MAC address derives from them
        return true;
    }
    if (!ip4_parse("--ip4", text, &options->ip4)) {
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
    if (!ip6_parse("--ip6", text, &options->ip6)) {
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
    return ip4_parse("--host-ip4", text, &options->host_ip4);
}

static bool set_host_ip6(struct options *options, const char *text)
{
    options->host_ip6_is_set = true;
    if (strcmp(text, "off") == 0) {
        options->host_ip6 = (struct hostnet_address){.family = AF_UNSPEC};
        return true;
    }
    return ip6_parse("--host-ip6", text, &options->host_ip6);
}

static bool mac_parse(const char *text, uint8_t mac[NETDEV_MAC_OCTETS])
{
    for (size_t i = 0; i < NETDEV_MAC_OCTETS; i++) {
        char end = i + 1 < NETDEV_MAC_OCTETS ? ':' : '\0';
        if (strspn(text, "0123456789abcdefABCDEF") != 2 || text[2] != end) {
            return false;
        }
        mac[i] = (uint8_t)strtoul(text, NULL, 16);
        text += 3;
    }
    return true;
}

static bool set_mac(struct options *options, const char *text)
{
    if (!mac_parse(text, options->mac)) {
        target_error("--mac %s: give six octets, such as 02:00:c6:33:64:02", text);
        return false;
    }
    if ((options->mac[0] & 1) != 0 || memcmp(options->mac, mac_unset, sizeof(mac_unset)) == 0) {
        target_error("--mac %s is no address of one device; the first octet must be even, such as "
                     "02",
                     text);
        return false;
    }
    return true;
}

static bool set_port(struct options *options, const char *text)
{
    uint32_t port;
    if (!number_parse("--port", text, 1, UINT16_MAX, &port)) {
        return false;
    }
    options->app.tcp.port = (u16_t)port;
    options->app.udp.port = (u16_t)port;
    return true;
}

static bool set_hold(struct options *options, const char *text)
{
    return number_parse("--hold", text, 0, ECHO_TCP_HOLD_MAX, &options->app.tcp.hold_octets);
}

static bool set_idle_timeout(struct options *options, const char *text)
{
    return number_parse("--idle-timeout", text, 0, ECHO_TCP_IDLE_TIMEOUT_S_MAX,
                        &options->app.tcp.idle_timeout_s);
}

static bool set_peer_connections(struct options *options, const char *text)
{
    uint32_t n;
    if (!number_parse("--peer-connections", text, 1, ECHO_TCP_CONNECTIONS_MAX, &n)) {
        return false;
    }
    options->app.tcp.peer_connections = (u16_t)n;
    return true;
}

static bool set_tap(struct options *options, const char *text)
{
    const char *problem = tap_name_problem(text);
    if (problem != NULL) {
        target_error("--tap %s %s", text, problem);
        return false;
    }
    options->tap = text;
    return true;
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
    return number_parse("--clock", text, 0, UINT32_MAX, &options->clock_ms);
}

static bool set_clock_rate(struct options *options, const char *text)
{
    return number_parse("--clock-rate", text, 1, CLOCK_RATE_MAX, &options->clock_rate);
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

// getopt_long() answers with an option's last member.
static const struct option long_options[] = {
    {"tap", required_argument, NULL, 't'},
    {"netns", required_argument, NULL, 'n'},
    {"ip4", required_argument, NULL, '4'},
    {"ip6", required_argument, NULL, '6'},
    {"host-ip4", required_argument, NULL, 'a'},
    {"host-ip6", required_argument, NULL, 'b'},
    {"mac", required_argument, NULL, 'm'},
    {"port", required_argument, NULL, 'p'},
    {"hold", required_argument, NULL, 'o'},
    {"idle-timeout", required_argument, NULL, 'i'},
    {"peer-connections", required_argument, NULL, 'c'},
    {"clock", required_argument, NULL, 'k'},
    {"clock-rate", required_argument, NULL, 'r'},
    {"verbose", no_argument, NULL, 'v'},
    {"quiet", no_argument, NULL, 'q'},
    {"version", no_argument, NULL, 'V'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char short_options[] = "+:vqh"; // +: stop at the first word that is no option

static bool (*const setters[])(struct options *options, const char *text) = {
    ['t'] = set_tap,
    ['n'] = set_netns,
    ['4'] = set_ip4,
    ['6'] = set_ip6,
    ['a'] = set_host_ip4,
    ['b'] = set_host_ip6,
    ['m'] = set_mac,
    ['p'] = set_port,
    ['o'] = set_hold,
    ['k'] = set_clock,
    ['r'] = set_clock_rate,
    ['i'] = set_idle_timeout,
    ['c'] = set_peer_connections,
    ['v'] = set_verbose,
    ['q'] = set_quiet,
};

static void defaults_set(struct options *options)
{
    *options = (struct options){.app = app_config_default(), .tap = "tap0", .clock_rate = 1};
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
    if (memcmp(options->mac, mac_unset, sizeof(mac_unset)) == 0) {
        options->mac[0] = 0x02; // locally administered (IEEE 802)
        memcpy(options->mac + 2, options->ip4.octets, 4);
    }
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

/// Does what one answer of getopt_long() says.
static enum options_result option_take(struct options *options, int letter, char **argv)
{
    switch (letter) {
    case 'h':
        fputs(help, stdout);
        return OPTIONS_DONE;
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
    while ((letter = getopt_long(argc, argv, short_options, long_options, NULL)) != -1) {
        enum options_result result = option_take(options, letter, argv);
        if (result != OPTIONS_RUN) {
            return result;
        }
    }
    if (optind < argc) {
        target_error("%s is no option; see lwecho --help", argv[optind]);
        return OPTIONS_WRONG;
    }
    rest_derive(options);
    return sides_check(options) ? OPTIONS_RUN : OPTIONS_WRONG;
}
