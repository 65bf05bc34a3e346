// SPDX-License-Identifier: BSD-3-Clause
// The DHCP server of a device that asks for its address.
#include "dhcp_server.h"

#include <string.h>

#include "clock.h"
#include "device_side.h"
#include "link.h"
#include "octets.h"
#include "rng.h"
#include "spells.h"
#include "world.h"

enum {
    MESSAGE_OCTETS = 240, // before the options, with their cookie
    MESSAGE_OCTETS_MIN = 300,
    MESSAGE_OCTETS_MAX = 548,
    HEADERS_OCTETS = ETHERNET_OCTETS + IP4_OCTETS + UDP_OCTETS,
    BOOT_REQUEST = 1,
    BOOT_REPLY = 2,
    AT_TRANSACTION = 4,
    AT_CLIENT_IP = 12,
    AT_GIVEN_IP = 16,
    AT_CLIENT_MAC = 28,
    AT_COOKIE = 236,
    COOKIE = 0x63825363,
    OPTION_PAD = 0,
    OPTION_MASK = 1,
    OPTION_ROUTER = 3,
    OPTION_REQUESTED = 50,
    OPTION_LEASE = 51,
    OPTION_TYPE = 53,
    OPTION_SERVER = 54,
    OPTION_T1 = 58,
    OPTION_T2 = 59,
    OPTION_JUNK_FIRST = 128, // those that nobody knows
    OPTION_JUNK_LAST = 250,
    OPTION_END = 255,
    ANSWERS_MAX = 256, // under way
    GIVEN_MAX = 256,
    SLOW_MS_MAX = 4000,
    LEASE_LIE_S_MAX = 120, // of a lie, so that it ends
    // The shortest leases are rounded up, and an address is tried before it is used.
    LEASE_SLACK_S = 30,
    REPEATS_MAX = 30,
};

enum type { DISCOVER = 1, OFFER, REQUESTED, DECLINE, ACK, NAK, RELEASE, INFORM };

enum mood { SILENT, SLOW, REFUSES, HOSTILE, MOODS };

enum lie {
    LIE_UNUSABLE_IP, // that no host can have
    LIE_TAKEN_IP,    // that another host has
    LIE_OTHER_IP,    // that nobody knows of
    LIE_LEASE,       // a very short one
    LIE_TIMES,       // T1 and T2 at any time
    LIE_NETWORK,     // another mask and router
    LIE_TRANSACTION, // of somebody else
    LIE_TYPE,        // any answer to any question
    LIE_CUT,         // the message ends early
    LIE_LENGTH,      // an option longer than the message
    LIE_JUNK,        // many options that nobody knows
    LIE_REPEATS,     // the answer comes many times
    LIES,
};

/// An answer before it is written.
struct answer {
    enum type type;
    uint32_t transaction;
    uint32_t ip;
    uint32_t lease_s;
    uint32_t t1_s; // 0: not told
    uint32_t t2_s;
    uint32_t mask;
    uint32_t router;
    unsigned junk;
    unsigned times;
    bool is_cut;
    bool has_bad_length;
    bool is_broadcast;
};

static struct sending {
    bool is_used;
    uint16_t octets;
    uint8_t data[HEADERS_OCTETS + MESSAGE_OCTETS_MAX];
} sendings[ANSWERS_MAX];

static struct given {
    uint32_t ip;
    uint64_t until_us;
} given[GIVEN_MAX];
static unsigned given_n;

static struct rng draws;
static struct spells moods;

void dhcp_server_start(void)
{
    draws = plan_fault_draws(FAULT_dhcp);
    spells_draw(&moods, FAULT_dhcp, 1000, 300000);
}

bool dhcp_server_allows(const uint8_t ip[4])
{
    if (ip[0] == 169 && ip[1] == 254) {
        return true;
    }
    for (unsigned i = 0; i < given_n; i++) {
        if (given[i].ip == get32(ip) && clock_us() < given[i].until_us) {
            return true;
        }
    }
    return false;
}

static const uint8_t *option_find(const uint8_t *message, size_t octets, uint8_t code)
{
    size_t at = MESSAGE_OCTETS;
    while (at + 1 < octets && message[at] != OPTION_END) {
        if (message[at] == OPTION_PAD) {
            at++;
            continue;
        }
        size_t end = at + 2 + message[at + 1];
        if (end > octets) {
            return NULL;
        }
        if (message[at] == code) {
            return &message[at + 2];
        }
        at = end;
    }
    return NULL;
}

/// Returns whether options are whole and end as they should.
static bool options_end(const uint8_t *message, size_t octets)
{
    size_t at = MESSAGE_OCTETS;
    while (at < octets && message[at] != OPTION_END) {
        at += message[at] == OPTION_PAD ? 1 : at + 1 < octets ? 2u + message[at + 1] : octets;
    }
    return at < octets;
}

const char *dhcp_server_judge(const uint8_t *message, size_t octets)
{
    static const uint8_t head[] = {BOOT_REQUEST, 1, MAC_OCTETS, 0};
    if (octets < MESSAGE_OCTETS_MIN || octets > MESSAGE_OCTETS_MAX) {
        return "DHCP: length";
    }
    if (memcmp(message, head, sizeof head) != 0 || get32(message + AT_COOKIE) != COOKIE) {
        return "DHCP: head";
    }
    if (memcmp(message + AT_CLIENT_MAC, device_mac, MAC_OCTETS) != 0) {
        return "DHCP: another's MAC address";
    }
    if (!options_end(message, octets)) {
        return "DHCP: options without an end";
    }
    const uint8_t *type = option_find(message, octets, OPTION_TYPE);
    if (type == NULL ||
        (*type != DISCOVER && *type != REQUESTED && *type != DECLINE && *type != RELEASE)) {
        return "DHCP: a type that a client has no reason to send";
    }
    bool names_server = option_find(message, octets, OPTION_SERVER) != NULL;
    bool names_ip = option_find(message, octets, OPTION_REQUESTED) != NULL;
    bool has_ip = get32(message + AT_CLIENT_IP) != 0;
    if (*type == DECLINE && (!names_server || !names_ip || has_ip)) {
        return "DHCP: a DECLINE of what, and to whom?";
    }
    if (*type == RELEASE && (!names_server || !has_ip)) {
        return "DHCP: a RELEASE of what, and to whom?";
    }
    if (*type == REQUESTED && names_ip == has_ip) {
        return "DHCP: a REQUEST has either the address that is used or the one that is wanted";
    }
    return NULL;
}

static uint8_t *option_put(uint8_t *at, uint8_t code, uint32_t value)
{
    at[0] = code;
    at[1] = 4;
    put32(at + 2, value);
    return at + 6;
}

static uint8_t *junk_put(uint8_t *at, const uint8_t *end, unsigned n)
{
    for (unsigned i = 0; i < n; i++) {
        size_t octets = rng_scale(&draws, 0, 40);
        if (at + octets + 8 > end) {
            break;
        }
        at[0] = (uint8_t)rng_between(&draws, OPTION_JUNK_FIRST, OPTION_JUNK_LAST);
        at[1] = (uint8_t)octets;
        for (size_t j = 0; j < octets; j++) {
            at[2 + j] = (uint8_t)rng_next(&draws);
        }
        at += 2 + octets;
    }
    return at;
}

/// Writes a DHCP message. Returns its octets.
static size_t message_put(uint8_t message[MESSAGE_OCTETS_MAX], const struct answer *answer)
{
    memset(message, 0, MESSAGE_OCTETS_MAX);
    message[0] = BOOT_REPLY;
    message[1] = 1;
    message[2] = MAC_OCTETS;
    put32(message + AT_TRANSACTION, answer->transaction);
    put32(message + AT_GIVEN_IP, answer->type == NAK ? 0 : answer->ip);
    memcpy(message + AT_CLIENT_MAC, device_mac, MAC_OCTETS);
    put32(message + AT_COOKIE, COOKIE);
    uint8_t *at = message + MESSAGE_OCTETS;
    *at++ = OPTION_TYPE;
    *at++ = 1;
    *at++ = (uint8_t)answer->type;
    at = option_put(at, OPTION_SERVER, plan.hosts[plan.dhcp_host].ip4);
    if (answer->type != NAK) {
        at = option_put(at, OPTION_LEASE, answer->lease_s);
        at = option_put(at, OPTION_MASK, answer->mask);
        at = option_put(at, OPTION_ROUTER, answer->router);
    }
    if (answer->t1_s > 0) {
        at = option_put(at, OPTION_T1, answer->t1_s);
        at = option_put(at, OPTION_T2, answer->t2_s);
    }
    at = junk_put(at, message + MESSAGE_OCTETS_MAX, answer->junk);
    if (answer->has_bad_length) {
        *at++ = OPTION_JUNK_FIRST;
        *at++ = (uint8_t)rng_between(&draws, 200, 255);
    } else {
        *at++ = OPTION_END;
    }
    size_t octets = (size_t)(at - message);
    if (answer->is_cut) {
        return rng_between(&draws, 0, (uint32_t)octets - 1);
    }
    return octets < MESSAGE_OCTETS_MIN ? MESSAGE_OCTETS_MIN : octets;
}

/// Writes a frame with `octets` of a message, which are there already.
static void headers_put(uint8_t *frame, const struct answer *answer, size_t octets)
{
    const struct host_plan *host = &plan.hosts[plan.dhcp_host];
    memcpy(frame, device_mac, MAC_OCTETS);
    if (answer->is_broadcast) {
        memset(frame, 0xff, MAC_OCTETS);
    }
    memcpy(frame + MAC_OCTETS, host->mac, MAC_OCTETS);
    put16(frame + 12, TYPE_IP4);
    uint8_t *ip = frame + ETHERNET_OCTETS;
    memset(ip, 0, IP4_OCTETS + UDP_OCTETS);
    ip[0] = 0x45;
    put16(ip + 2, (uint32_t)(IP4_OCTETS + UDP_OCTETS + octets));
    ip[8] = 64;
    ip[9] = PROTOCOL_UDP;
    put32(ip + 12, host->ip4);
    put32(ip + 16, answer->is_broadcast ? UINT32_MAX : answer->ip);
    put16(ip + 10, sum_end(sum_add(0, ip, IP4_OCTETS)));
    uint8_t *udp = ip + IP4_OCTETS;
    put16(udp, DHCP_SERVER_PORT);
    put16(udp + 2, DHCP_CLIENT_PORT);
    put16(udp + 4, (uint32_t)(UDP_OCTETS + octets));
    uint64_t sum = sum_add(0, ip + 12, 8) + UDP_OCTETS + octets + PROTOCOL_UDP;
    uint16_t checksum = sum_end(sum_add(sum, udp, UDP_OCTETS + octets));
    put16(udp + 6, checksum == 0 ? 0xffff : checksum);
}

static void given_note(const struct answer *answer, uint64_t sent_us)
{
    if (answer->type == ACK && given_n < GIVEN_MAX) {
        given[given_n++] = (struct given){
            .ip = answer->ip,
            .until_us = sent_us + (uint64_t)(answer->lease_s + LEASE_SLACK_S) * US_PER_S,
        };
    }
}

static void on_send_time(void *arg)
{
    struct sending *sending = arg;
    link_from_host(plan.dhcp_host, sending->data, sending->octets);
    sending->is_used = false;
}

static void answer_send(const struct answer *answer, uint64_t due_us)
{
    for (unsigned i = 0; i < ANSWERS_MAX; i++) {
        struct sending *sending = &sendings[i];
        if (sending->is_used) {
            continue;
        }
        size_t octets = message_put(sending->data + HEADERS_OCTETS, answer);
        headers_put(sending->data, answer, octets);
        sending->octets = (uint16_t)(HEADERS_OCTETS + octets);
        sending->is_used = true;
        given_note(answer, due_us);
        clock_at(due_us, on_send_time, sending);
        return;
    }
}

/// Changes an answer into one that no good server gives.
static void lie(struct answer *answer)
{
    static const uint32_t unusable[] = {0, 0x7f000001, 0xe0000001, 0xf0000001, 0xffffffff};
    static const uint32_t masks[] = {0, 0xffffffff, 0xffff0000, 0xfffffffc, 0x00ffffff};
    answer->lease_s = rng_between(&draws, 0, LEASE_LIE_S_MAX);
    switch ((enum lie)rng_between(&draws, 0, LIES - 1)) {
    case LIE_UNUSABLE_IP:
        answer->ip = unusable[rng_between(&draws, 0, 4)];
        break;
    case LIE_TAKEN_IP:
        answer->ip = plan.hosts[rng_between(&draws, 0, plan.hosts_n - 2)].ip4; // not its own
        break;
    case LIE_OTHER_IP:
        answer->ip = 0xc63364c8; // 198.51.100.200
        break;
    case LIE_TIMES:
        answer->t1_s = rng_scale(&draws, 1, UINT32_MAX - 1);
        answer->t2_s = rng_scale(&draws, 1, UINT32_MAX - 1);
        break;
    case LIE_NETWORK:
        answer->mask = masks[rng_between(&draws, 0, 4)];
        answer->router = (uint32_t)rng_next(&draws);
        break;
    case LIE_TRANSACTION:
        answer->transaction ^= 1u << rng_between(&draws, 0, 31);
        break;
    case LIE_TYPE:
        answer->type = (enum type)rng_between(&draws, DISCOVER, INFORM);
        break;
    case LIE_CUT:
        answer->is_cut = true;
        break;
    case LIE_LENGTH:
        answer->has_bad_length = true;
        break;
    case LIE_JUNK:
        answer->junk = rng_between(&draws, 1, 40);
        break;
    case LIE_REPEATS:
        answer->times = rng_between(&draws, 2, REPEATS_MAX);
        break;
    default:
        break; // the lease
    }
}

/// Answers as its mood is now.
static void answer_moodily(struct answer *answer)
{
    const struct spell *spell = spells_now(&moods);
    uint64_t due_us = clock_us();
    if (spell != NULL) {
        world_fault_struck(FAULT_dhcp);
        switch ((enum mood)(spell->which % MOODS)) {
        case SILENT:
            return;
        case SLOW:
            due_us += (uint64_t)rng_scale(&draws, 100, SLOW_MS_MAX) * US_PER_MS;
            break;
        case REFUSES:
            answer->type = answer->type == ACK ? NAK : answer->type;
            break;
        case HOSTILE:
        default:
            lie(answer);
            break;
        }
    }
    for (unsigned i = 0; i < answer->times; i++) {
        answer_send(answer, due_us);
    }
}

/// Returns whether a request is for what this server gives: any other one gets a NAK.
static bool is_wanted_mine(const uint8_t *message, size_t octets)
{
    const uint8_t *wanted = option_find(message, octets, OPTION_REQUESTED);
    return get32(wanted != NULL ? wanted : message + AT_CLIENT_IP) == (uint32_t)DEVICE_IP4;
}

static void message_take(const uint8_t *message, size_t octets)
{
    const uint8_t *type = option_find(message, octets, OPTION_TYPE);
    if (type == NULL || (*type != DISCOVER && *type != REQUESTED)) {
        return;
    }
    bool is_refused = *type == REQUESTED && !is_wanted_mine(message, octets);
    struct answer answer = {
        .type = *type == DISCOVER ? OFFER
                : is_refused      ? NAK
                                  : ACK,
        .transaction = get32(message + AT_TRANSACTION),
        .ip = (uint32_t)DEVICE_IP4,
        .lease_s = plan.lease_s,
        .mask = 0xffffff00,
        .router = plan.hosts[plan.dhcp_host].ip4,
        .times = 1,
        .is_broadcast = is_refused || rng_chance(&draws, RNG_MILLION / 2),
    };
    answer_moodily(&answer);
}

void dhcp_server_frame(const uint8_t *frame, size_t octets)
{
    const uint8_t *ip = frame + ETHERNET_OCTETS;
    if (octets < HEADERS_OCTETS + MESSAGE_OCTETS || get16(frame + 12) != TYPE_IP4 ||
        ip[0] != 0x45 || ip[9] != PROTOCOL_UDP || sum_end(sum_add(0, ip, IP4_OCTETS)) != 0) {
        return;
    }
    const uint8_t *udp = ip + IP4_OCTETS;
    size_t length = get16(udp + 4);
    if (length < UDP_OCTETS + MESSAGE_OCTETS || length > octets - ETHERNET_OCTETS - IP4_OCTETS ||
        get16(udp + 2) != DHCP_SERVER_PORT ||
        sum_end(sum_add(sum_add(0, ip + 12, 8) + length + PROTOCOL_UDP, udp, length)) != 0) {
        return; // the link has damaged it, or it is for somebody else
    }
    message_take(udp + UDP_OCTETS, length - UDP_OCTETS);
}
