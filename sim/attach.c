// SPDX-License-Identifier: BSD-3-Clause
// What the device is attached to.
#include "attach.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "linux/bridge.h"
#include "linux/target.h"

static bool failed(const char *what, int error)
{
    target_error("%s: %s", what, strerror(error));
    return false;
}

/// Puts a TAP that we made on the bridge of many devices.
static bool bridge_configure(const struct tap *tap, const struct options *options)
{
    int error = bridge_join(options->bridge, tap->name, &options->host_ip4, &options->host_ip6);
    if (error != 0) {
        target_error("cannot put %s on the bridge %s: %s", tap->name, options->bridge,
                     strerror(error));
        return false;
    }
    error = hostnet_link_up(tap->name);
    return error == 0 || failed("cannot set the TAP up", error);
}

/// Sets up our side of a TAP that we made.
static bool host_configure(const struct tap *tap, const struct options *options)
{
    if (options->bridge != NULL) {
        return bridge_configure(tap, options);
    }
    int error = hostnet_address_add(tap->name, &options->host_ip4);
    if (error != 0) {
        return failed("cannot give the host its IPv4 address (--host-ip4)", error);
    }
    error = hostnet_address_add(tap->name, &options->host_ip6);
    if (error != 0) { // most likely the host has IPv6 switched off; IPv4 serves all the same
        target_error("going on with IPv4 only: cannot give the host an IPv6 address: %s; give "
                     "--host-ip6 off, or run: sysctl -w net.ipv6.conf.default.disable_ipv6=0",
                     strerror(error));
    }
    error = hostnet_link_up(tap->name);
    if (error != 0) {
        return failed("cannot set the TAP up", error);
    }
    if (options->ip4.family == AF_INET &&
        !hostnet_address_reaches(&options->host_ip4, &options->ip4)) {
        target_error("the device's address is not in the host's network; give another with "
                     "--host-ip4");
    }
    return true;
}

/// Returns what the capture is written to: stdout itself, so that its reader sees its end.
static FILE *capture_file(const char *path)
{
    if (strcmp(path, "-") != 0) {
        return fopen(path, "we");
    }
    return stdout;
}

static bool capture_start(struct attach *attach, const struct options *options)
{
    FILE *file = capture_file(options->pcap);
    if (file == NULL) {
        target_error("cannot write the capture %s: %s; give another with --pcap", options->pcap,
                     strerror(errno));
        return false;
    }
    if (!capture_open(&attach->capture, attach->netdev, file,
                      attach->streams ? options->app.address.hostname : attach->tap.name)) {
        return false; // it said why
    }
    attach->impair.witness =
        (struct impair_witness){.on_drop = capture_on_drop, .context = &attach->capture};
    attach->netdev = &attach->capture.netdev;
    attach->captures = true;
    return true;
}

static bool carrier_open(struct attach *attach, const struct options *options)
{
    attach->bridge = options->bridge;
    if (options->connect != NULL) {
        attach->streams = true;
        attach->netdev = &attach->stream.netdev;
        return stream_open(&attach->stream, options->connect);
    }
    attach->netdev = &attach->tap.netdev;
    return tap_open(&attach->tap, options->tap, options->offload);
}

static void carrier_close(struct attach *attach)
{
    if (attach->streams) {
        stream_close(&attach->stream);
        return;
    }
    bool created = attach->tap.created;
    tap_close(&attach->tap);
    if (created && attach->bridge != NULL) {
        bridge_leave(attach->bridge);
    }
}

bool attach_open(struct attach *attach, const struct options *options)
{
    if (!carrier_open(attach, options)) {
        return false;
    }
    impair_init(&attach->impair, attach->netdev, options->seed);
    impair_set(&attach->impair, &options->link);
    if (!options->offload) { // its faults are for frames of a wire
        attach->netdev = &attach->impair.netdev;
    }
    bool has_own_tap = !attach->streams && attach->tap.created;
    if ((has_own_tap && !host_configure(&attach->tap, options)) ||
        (options->pcap != NULL && !capture_start(attach, options))) {
        carrier_close(attach);
        return false;
    }
    return true;
}

uint32_t attach_poll(struct attach *attach)
{
    uint32_t sleep_ms = impair_poll(&attach->impair);
    if (attach->captures) {
        capture_poll(&attach->capture);
    }
    return sleep_ms;
}

bool attach_is_gone(const struct attach *attach)
{
    return attach->tap.gone;
}

void attach_close(struct attach *attach)
{
    if (attach->captures) {
        capture_close(&attach->capture);
    }
    carrier_close(attach);
}
