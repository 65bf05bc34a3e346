// SPDX-License-Identifier: BSD-3-Clause
// The simulator's command line.
#ifndef LWECHO_SIM_OPTIONS_H
#define LWECHO_SIM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "impair.h"
#include "linux/hostnet.h"
#include "linux/tap.h"
#include "netdev.h"

enum {
    OPTIONS_HOSTNAME_OCTETS = 64,
    OPTIONS_COUNT_MAX = 1000, ///< as many interfaces as a bridge takes, nearly
};

struct options {
    struct app_config app;
    uint16_t page_port; ///< 0: no page
    bool page_is_set;
    uint8_t mac[NETDEV_MAC_OCTETS];
    char tap[TAP_NAME_OCTETS]; ///< empty: none
    bool tap_is_set;
    const char *connect;                    ///< socket in the TAP's place; NULL: none
    const char *bridge;                     ///< that a TAP which is made joins; NULL: none
    char hostname[OPTIONS_HOSTNAME_OCTETS]; ///< of one of many, for app.address; empty: as there
    uint32_t instance;                      ///< which of many devices, when instance_is_set
    bool instance_is_set;
    uint32_t count;                  ///< of devices to start; 0: this one, here
    const char *netns;               ///< NULL: where the program was started
    struct hostnet_address ip4;      ///< the device's, as in app.address
    struct hostnet_address ip6;      ///< AF_UNSPEC: no static one
    struct hostnet_address host_ip4; ///< the other side's, on a TAP that is made
    struct hostnet_address host_ip6;
    bool host_ip6_is_set;
    struct impair_settings link; ///< what is wrong with it
    uint32_t seed;               ///< of what is random about that
    bool seed_is_set;
    const char *pcap;    ///< file of the capture, - for stdout; NULL: none
    const char *control; ///< path of the control socket; NULL: the default
    bool control_is_off;
    uint32_t clock_ms; ///< what the device's clock starts at, when clock_is_set
    bool clock_is_set;
    uint32_t clock_rate; ///< how many times as fast as the host's it goes
    const char *hold;    ///< as given; NULL: not
    bool offload;        ///< large segments, and checksums left to the kernel
    bool quiet;
};

enum options_result {
    OPTIONS_RUN,   ///< `options` says how
    OPTIONS_DONE,  ///< what was asked for stands on stdout
    OPTIONS_WRONG, ///< an error line stands on stderr
};

/// Reads the command line, with a default for whatever it does not say.
/// Ownership: strings in `options` are those of `argv`.
enum options_result options_parse(int argc, char **argv, struct options *options);

/// Makes out of the options of a fleet, which options_parse() has filled in, those of its device
/// number `instance`.
struct options options_of_instance(const struct options *fleet, uint32_t instance);

#endif
