// SPDX-License-Identifier: BSD-3-Clause
// Fuzzes the device with addresses that a DHCP server gives: one that says whatever an input wants,
// and at the end an honest one, from which it must get an address.
#include <string.h>

#include "device_fuzz.h"
#include "talk.h"
#include "unit.h"

enum {
    SERVER_PORT = 67,
    CLIENT_PORT = 68,
    NAMES_AT = 44, // server's name and file, which may hold options
    NAMES_OCTETS = 64 + 128,
    OPTIONS_AT = 240,
    OPTIONS_OCTETS_MAX = 1232,
    TYPE_AT = OPTIONS_AT + 2, // of what lwIP sends
    DISCOVER = 1,
    OFFER = 2,
    REQUEST = 3,
    ACK_TYPE = 5,

    // Of a record's first octet.
    OTHER_TRANSACTION = 1,
    TO_ALL = 2,
    IN_NAMES = 4, // the options stand in the fields for names, and an option says so
    OTHER_CLIENT = 8,
    NO_END = 16,
};

static uint8_t asked[OPTIONS_AT]; // the device's last message
static bool is_honest;            // the server

static struct app_config config(void)
{
    struct app_config wanted = app_config_default();
    wanted.address.ip4_mode = ADDRESS_IP4_AUTO;
    return wanted;
}

static void reset(void)
{
    memset(asked, 0, sizeof asked);
    is_honest = false;
}

/// Sends the reply to the device's last message, with `options` behind those that each has.
static void reply(uint8_t how, uint8_t type, uint8_t last, const uint8_t *options, size_t octets)
{
    uint8_t message[OPTIONS_AT + OPTIONS_OCTETS_MAX] = {2, 1, 6};
    memcpy(message + 4, asked + 4, 4);
    memcpy(message + 28, asked + 28, 16);
    message[4] ^= (how & OTHER_TRANSACTION) != 0;
    message[28] ^= (how & OTHER_CLIENT) != 0;
    memcpy(message + 16, (uint8_t[]){198, 51, 100, last}, 4);
    memcpy(message + OPTIONS_AT - 4, (uint8_t[]){99, 130, 83, 99}, 4);
    uint8_t *at = message + OPTIONS_AT;
    memcpy(at, (uint8_t[]){53, 1, type, 54, 4, 198, 51, 100, 11}, 9);
    at += 9;
    if ((how & IN_NAMES) != 0) {
        memcpy(message + NAMES_AT, options, LWIP_MIN(octets, NAMES_OCTETS));
        memcpy(at, (uint8_t[]){52, 1, 3}, 3);
        at += 3;
    } else {
        octets = LWIP_MIN(octets, (size_t)OPTIONS_OCTETS_MAX - 16);
        memcpy(at, options, octets);
        at += octets;
    }
    if ((how & NO_END) == 0) {
        *at++ = 255;
    }
    struct host *host = &talk_hosts[0];
    struct address before = host->device;
    host->device =
        (how & TO_ALL) != 0 ? address_ip4(255, 255, 255, 255) : address_ip4(198, 51, 100, last);
    host_send_udp(host, SERVER_PORT, CLIENT_PORT, message, (size_t)(at - message));
    host->device = before;
}

/// Body: how, type, last octet of the address, options.
static void run(struct record *record)
{
    uint8_t how = record_take8(record);
    uint8_t type = record_take8(record);
    uint8_t last = record_take8(record);
    reply(how, type, last, record->body, record->octets);
    rig_settle();
}

static void see(const struct packet *packet)
{
    static const uint8_t lease[] = {51, 4, 0, 0, 14, 16, 1, 4, 255, 255, 255, 0};
    if (packet->ethertype != ETHERTYPE_IP4 || packet->protocol != PROTOCOL_UDP ||
        packet->dst_port != SERVER_PORT) {
        return;
    }
    assert_true(packet->data_octets > TYPE_AT);
    memcpy(asked, packet->data, sizeof asked);
    uint8_t type = packet->data[TYPE_AT];
    if (is_honest && (type == DISCOVER || type == REQUEST)) {
        reply(0, type == DISCOVER ? OFFER : ACK_TYPE, 2, lease, sizeof lease);
    }
}

/// Gives up whatever a server has given, and asks an honest one. It also starts a client again that
/// has ended because no UDP PCB could be had: none but a fault takes it, for the pool has one for
/// each user.
static void settle(void)
{
    struct app_config wanted = config();
    is_honest = true;
    address_stop(&rig.netif);
    assert_int_equal(address_start(&rig.netif, &wanted.address), ERR_OK);
}

const struct device device = {config, reset, see, run, settle};
