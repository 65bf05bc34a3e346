// SPDX-License-Identifier: BSD-3-Clause
// Fuzzes the whole device: frames, connections, time and faults, in any order. Afterwards all must
// have been given back, all that came must be counted, and an honest client must be served.
#include "device_fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "guard.h"
#include "heap.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/sys.h"
#include "lwip/udp.h"
#include "mend.h"
#include "snapshot.h"
#include "talk.h"
#include "unit.h"

enum {
    TIME_MS_MAX = 30 * 60 * 1000,   // that pass in an input
    FORGET_MS_MAX = 20 * 60 * 1000, // until the last connection is forgotten
    STEP_MS = 1000,
    BOOT_MS = 5000,                 // within which IPv6 addresses are settled
    ADDRESS_MS_MAX = 3 * 60 * 1000, // until an address is found again
    HONEST = 100,                   // its host's number
    HONEST_PORT = 45000,
    HONEST_OCTETS = 3000,
    DATAGRAM_OCTETS_MAX = 6000,
    FRAGMENT_OCTETS_MAX = 1448,
    POOLS = MEMP_MAX + 2,
};

/// Switches of WIRE.
enum {
    LINK_IS_DOWN = 1,
    REFUSES_TX = 2,
    KNOWS_LENGTH = 4,
    ARE_MUTE = 8,
    FRAME_HAS_GONE = 16,
};

static struct {
    uint32_t now_ms;
    size_t used[POOLS];
    struct rig rig;
} at_boot;

/// What is known of the input that is run.
static struct {
    uint32_t passed_ms;
    uint8_t sent[WIRE_FRAME_OCTETS_MAX]; // the last IP packet of the device
    size_t sent_octets;
} now;

static size_t used(size_t pool)
{
    if (pool < MEMP_MAX) {
        return lwip_stats.memp[pool]->used;
    }
    return pool == MEMP_MAX ? heap_stats()->used : rxbuf_stats.used;
}

static bool is_given_back(void)
{
    size_t pool = 0;
    while (pool < POOLS && used(pool) == at_boot.used[pool]) {
        pool++;
    }
    return pool == POOLS;
}

static bool is_for_link(const struct packet *packet)
{
    enum {
        NEIGHBOUR_SOLICITATION = 135,
    };
    return packet->ethertype == ETHERTYPE_ARP ||
           (packet->protocol == PROTOCOL_ICMP6 && !packet->is_fragment &&
            packet->upper[0] == NEIGHBOUR_SOLICITATION);
}

/// Keeps a packet of the device to quote from. It has no options nor, but for the fragment header,
/// extension headers.
static void sent_keep(const struct packet *packet)
{
    if (packet->ethertype == ETHERTYPE_ARP) {
        return;
    }
    bool is_ip6 = packet->ethertype == ETHERTYPE_IP6;
    size_t header = is_ip6 ? 40 + (packet->is_fragment ? 8 : 0) : 20;
    now.sent_octets = LWIP_MIN(header + packet->upper_octets, sizeof now.sent);
    memcpy(now.sent, packet->upper - header, now.sent_octets);
}

/// Sees what the device sends to strangers. They answer only for their addresses: that what is sent
/// to them is as it should be is checked by who parsed it.
static bool on_frame(const struct packet *packet)
{
    digest_add(packet->upper, packet->upper_octets);
    talk_see(packet);
    if (device.see != NULL) {
        device.see(packet);
    }
    sent_keep(packet);
    for (size_t i = 0; i < TALK_HOSTS && is_for_link(packet); i++) {
        host_take(&talk_hosts[i], packet);
    }
    return true;
}

static void hosts_reset(bool do_announce)
{
    for (unsigned i = 0; i < TALK_HOSTS; i++) {
        host_init(&talk_hosts[i], &rig.wire, i + 1, LWIP_IPV6 && i % 2 == 1);
        if (do_announce) {
            host_announce(&talk_hosts[i]);
        }
    }
}

/// Switches a defence off, for the tests which show that the fuzzer sees what it is for.
static void defence_set(void)
{
    const char *name = getenv("DEFENCE_OFF");
    for (size_t i = 0; name != NULL && i < DEVICE_COUNTERS; i++) {
        const struct counters *counters = device_counters[i];
        for (size_t k = 0; k < counters->n; k++) {
            if (strcmp(counters->names[k], name) == 0) {
                defence_off = &counters->values[k];
            }
        }
    }
}

static void boot(void)
{
    struct app_config config = device.config();
    rig_setup(NULL);
    rig_start_device();
    assert_int_equal(app_start(&rig.netif, &config), ERR_OK);
    rig.has_app = true;
    hosts_reset(true);
    rig.on_frame = on_frame;
    rig_settle();
    rig_advance(BOOT_MS);
    assert_true(snapshot_has(&tcp_active_pcbs) && snapshot_has(&udp_pcbs) &&
                snapshot_has(&lwip_stats) && snapshot_has(&ethif_counters) &&
                snapshot_has(&echo_tcp_counters));
    assert_false(snapshot_has(&rig) || snapshot_has(&talk_hosts) || snapshot_has(&now));
    memset(&guard_counters, 0, sizeof guard_counters);
    memset(&ethif_counters, 0, sizeof ethif_counters);
    for (size_t i = 0; i < POOLS; i++) {
        at_boot.used[i] = used(i);
    }
    at_boot.now_ms = sys_now();
    at_boot.rig = rig;
    digest_take(); // what came out until now is of no input
    snapshot_take();
}

static void reset(void)
{
    wire_clear(&rig.wire);
    clock_reset();
    clock_set(at_boot.now_ms);
    fault_clear();
    fault_forbid_behind(NULL, 0);
    snapshot_restore();
    rig = at_boot.rig;
    memset(&now, 0, sizeof now);
    hosts_reset(false);
    talk_reset();
    if (device.reset != NULL) {
        device.reset();
    }
    defence_set();
}

static void run_frame(struct record *record)
{
    uint8_t frame[WIRE_FRAME_OCTETS_MAX];
    size_t octets = LWIP_MIN(record->octets, (size_t)NETDEV_FRAME_OCTETS_MAX + 2);
    memcpy(frame, record->body, octets);
    if ((record->kind & QUOTE) != 0) {
        size_t room = NETDEV_FRAME_OCTETS_MAX - LWIP_MIN(octets, NETDEV_FRAME_OCTETS_MAX);
        size_t quoted = LWIP_MIN(now.sent_octets, room);
        memcpy(frame + octets, now.sent, quoted);
        octets += quoted;
    }
    mend(frame, octets, (unsigned)record->kind >> MEND_SHIFT & 7u, rig.wire.mac);
    wire_push(&rig.wire, frame, octets);
    rig_settle();
}

static void run_time(struct record *record)
{
    uint32_t ms = record_take16(record);
    ms <<= record_take8(record) % 8;
    ms = LWIP_MIN(ms, TIME_MS_MAX - now.passed_ms);
    now.passed_ms += ms;
    rig_advance(ms);
}

/// Datagrams in fragments of any length, so many at once.
static void run_datagram(struct record *record)
{
    static uint8_t data[DATAGRAM_OCTETS_MAX];
    struct host *host = &talk_hosts[record_take8(record) % TALK_HOSTS];
    uint16_t from = record_take16(record);
    uint16_t to = record_take16(record);
    size_t octets = record_take16(record) % (DATAGRAM_OCTETS_MAX + 1);
    size_t fragment_octets = record_take8(record) % (FRAGMENT_OCTETS_MAX / 8 + 1) * 8;
    size_t before = host->fragment_octets;
    host->fragment_octets = fragment_octets > 0 ? fragment_octets : before;
    for (size_t times = record_take8(record) + 1u; times > 0; times--) {
        host_send_udp(host, from, to, data, octets);
    }
    host->fragment_octets = before;
    rig_settle();
}

static void wire_switch(uint8_t switches)
{
    rig.wire.link_is_down = (switches & LINK_IS_DOWN) != 0;
    rig.wire.refuses_tx = (switches & REFUSES_TX) != 0;
    rig.wire.knows_length = (switches & KNOWS_LENGTH) != 0;
    rig.wire.has_frame_gone = (switches & FRAME_HAS_GONE) != 0;
    for (size_t i = 0; i < TALK_HOSTS; i++) {
        talk_hosts[i].is_mute = (switches & ARE_MUTE) != 0;
    }
    rig_settle();
}

static void run_fault(struct record *record)
{
    uint8_t kind = record_take8(record);
    uint8_t first = record_take8(record);
    if (kind < FAULT_KINDS) {
        fault_refuse(kind, (first & 1) != 0);
    } else {
        fault_fail(first + 1u, record_take8(record));
    }
}

static void serve(u32_t hold_octets)
{
    struct app_config config = device.config();
    config.tcp.hold_octets = LWIP_MIN(hold_octets, ECHO_TCP_HOLD_MAX);
    echo_tcp_stop();
    rig_settle();
    if (echo_tcp_start(&config.tcp) != ERR_OK) { // with faults there may be no PCB
        fault_clear();
        assert_int_equal(echo_tcp_start(&config.tcp), ERR_OK);
    }
}

static void run(struct record *record)
{
    switch (record->kind & KIND_MASK) {
    case SEGMENT:
        talk_segment(record);
        break;
    case CONNECT:
        talk_connect(record);
        break;
    case TIME:
        run_time(record);
        break;
    case DATAGRAM:
        run_datagram(record);
        break;
    case WIRE:
        wire_switch(record_take8(record));
        break;
    case FAULT:
        run_fault(record);
        break;
    case SERVE:
        serve(record_take16(record));
        break;
    case OTHER:
        if (device.run != NULL) {
            device.run(record);
        }
        break;
    default:
        run_frame(record);
        break;
    }
}

static COUNTER_T drops(const struct counters *counters)
{
    COUNTER_T sum = 0;
    for (size_t i = 0; i < counters->n; i++) {
        sum += strncmp(counters->names[i], "drop_", 5) == 0 ? counters->values[i] : 0;
    }
    return sum;
}

static void check_counters(void)
{
    rig_check_counters();
    COUNTER_T sum = drops(&guard_counters_info) + drops(&guard_ip_counters_info);
#if LWIP_IPV6
    sum += drops(&guard_ip6_counters_info);
#endif
    assert_int_equal(sum, ethif_counters.rx_drop_guard);
}

/// Ends all faults. An address that was lost to another host, or to a server, is found again.
static void check_has_address(void)
{
    fault_clear();
    wire_switch(0);
    if (device.settle != NULL) {
        device.settle();
    }
    for (uint32_t ms = 0; !address_settled(&rig.netif); ms += STEP_MS) {
        assert_in_range(ms, 0, ADDRESS_MS_MAX);
        rig_advance(STEP_MS);
    }
}

/// Lets the device forget who was there.
static void check_given_back(void)
{
    for (uint32_t ms = 0; !is_given_back() && ms < FORGET_MS_MAX; ms += STEP_MS) {
        rig_advance(STEP_MS);
    }
    for (size_t i = 0; i < POOLS; i++) {
        if (used(i) != at_boot.used[i]) {
            fail_msg("pool %zu: %zu in use, but %zu before", i, used(i), at_boot.used[i]);
        }
    }
    assert_int_equal(echo_tcp_open(), 0);
    assert_int_equal(echo_tcp_octets_held(), 0);
}

static void check_serves(void)
{
    static const uint8_t data[] = "honest";
    rig.on_frame = NULL;
    struct host *host = rig_host(HONEST);
    host_send_udp(host, HONEST_PORT, 7, data, sizeof data);
    rig_settle();
    assert_int_equal(host->datagrams, 1);
    struct peer *peer = peer_new(host);
    peer->port = HONEST_PORT;
    if (!peer_connect(peer)) {
        fail_msg("an honest client is not served");
    }
    peer_exchange(peer, HONEST_OCTETS);
    peer_finish(peer);
    peer_free(peer);
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t octets)
{
    static bool has_booted;
    struct record record;
    if (!has_booted) {
        has_booted = true;
        boot();
    }
    reset();
    for (int i = 0; i < FUZZ_RECORDS_MAX && record_next(&record, &input, &octets); i++) {
        run(&record);
    }
    check_counters();
    check_has_address();
    check_given_back();
    serve(0);
    check_serves();
    check_counters();
    return 0;
}
