// SPDX-License-Identifier: BSD-3-Clause
// Fuzzes the guard alone: frames in memory of exactly their length, and what is counted.
#include <string.h>

#include "bench.h"
#include "fuzz.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip/udp.h"
#include "mend.h"

// Kinds of records: bits of these.
enum {
    SENT = 1,          // the device sends the frame, else it is received
    MENDS_SHIFT = 1,   // MEND_*
    SPLIT = 1 << 4,    // the first octet of the body says how many lie in the first pbuf
    REPEATED = 1 << 5, // often enough to pass every limit
    LATER = 1 << 6,    // after a time that the first octet of the body says
    REPEATS = GUARD_ANSWERS_PER_S + 20,
    LATER_UNIT_MS = 8,
    FRAME_OCTETS_MIN = 14, // ethif drops shorter ones
};

/// A connection and a service that Packet Too Big may be about.
static void peers_set(void)
{
    static struct tcp_pcb connection;
    static bool has_service;
    connection = (struct tcp_pcb){.state = ESTABLISHED, .local_port = 7, .remote_port = 40000};
    connection.lastack = 1000;
    connection.snd_nxt = 5000;
#if LWIP_IPV6
    IP_SET_TYPE_VAL(connection.remote_ip, IPADDR_TYPE_V6);
    memcpy(ip_2_ip6(&connection.remote_ip)->addr, ip6_peer, sizeof ip6_peer);
#endif
    tcp_active_pcbs = &connection;
    if (!has_service) {
        has_service = true;
        struct udp_pcb *service = udp_new_ip_type(IPADDR_TYPE_ANY);
        assert_non_null(service);
        assert_int_equal(udp_bind(service, IP_ANY_TYPE, 7), ERR_OK);
    }
}

/// Returns whether the frame that was judged is as before, but for what the guard writes: bits of
/// an identification, an IP length and its checksum, or options in another order.
static bool is_as_before(const struct frame *before, const struct frame *after)
{
    enum {
        WRITTEN_OCTETS_MAX = 4,
        VALUES = 256,
    };
    int more[VALUES] = {0}; // octets of each value, before less after
    size_t changed = 0;
    for (size_t i = 0; i < before->octets; i++) {
        changed += before->data[i] != after->data[i] ? 1 : 0;
        more[before->data[i]]++;
        more[after->data[i]]--;
    }
    bool is_reordered = true;
    for (size_t i = 0; i < VALUES; i++) {
        is_reordered = is_reordered && more[i] == 0;
    }
    return before->octets == after->octets && (changed <= WRITTEN_OCTETS_MAX || is_reordered);
}

static void receive(const struct frame *frame, size_t first)
{
    struct frame judged = *frame;
    COUNTER_T drops = bench_drops();
    bool accepted = bench_judge_split(&judged, first);
    assert_int_equal(bench_drops() - drops, accepted ? 0 : 1);
    assert_true(is_as_before(frame, &judged));
    struct frame again = judged; // bits already set stay
    assert_int_equal(bench_judge_split(&again, first), accepted);
    assert_memory_equal(again.data, judged.data, judged.octets);
    digest_add(&accepted, sizeof accepted);
    digest_add(judged.data, judged.octets);
}

static COUNTER_T limits(void)
{
    return guard_counters.limit_icmp + guard_counters.limit_icmp_group +
           guard_counters.limit_reset + guard_counters.limit_dhcp;
}

static void send(const struct frame *frame, bool often)
{
    COUNTER_T before = limits();
    size_t permitted = 0;
    for (size_t i = 0; i < (often ? REPEATS : 1); i++) {
        permitted += bench_permits(frame) ? 1 : 0;
    }
    assert_int_equal(permitted + limits() - before, often ? REPEATS : 1);
    digest_add(&permitted, sizeof permitted);
}

static void run(struct record *record)
{
    size_t split = (record->kind & SPLIT) != 0 ? record_take8(record) : FRAME_OCTETS_MAX;
    if ((record->kind & LATER) != 0) {
        clock_advance((uint32_t)record_take8(record) * LATER_UNIT_MS);
    }
    bool is_sent = (record->kind & SENT) != 0;
    if (record->octets < (is_sent ? 1 : FRAME_OCTETS_MIN) || record->octets > FRAME_OCTETS_MAX) {
        return;
    }
    struct frame frame = {.octets = record->octets};
    memcpy(frame.data, record->body, record->octets);
    mend(frame.data, frame.octets, record->kind >> MENDS_SHIFT & 7u, mac_device);
    if (is_sent) {
        send(&frame, (record->kind & REPEATED) != 0);
        return;
    }
    receive(&frame, LWIP_MIN(LWIP_MAX(split, FRAME_OCTETS_MIN), frame.octets));
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t octets)
{
    struct record record;
    bench_setup(NULL);
    peers_set();
    for (int i = 0; i < FUZZ_RECORDS_MAX && record_next(&record, &input, &octets); i++) {
        run(&record);
    }
    tcp_active_pcbs = NULL;
    return 0;
}
