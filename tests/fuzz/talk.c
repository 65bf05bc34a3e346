// SPDX-License-Identifier: BSD-3-Clause
// Connections of strangers.
#include "talk.h"

#include <string.h>

#include "rig.h"

enum {
    PORT = 50000,
    DEVICE_PORT = 7,
    HEADER_OCTETS = 20,
    OPTION_OCTETS_MAX = 40,
    DATA_OCTETS_MAX = 1480, // more than the MSS
    CHECKSUM_AT = 16,

    // Of a segment's first octet, besides the connection.
    TALK_SEQ_FAR = 1 << 4, // the sequence number is off by that many 64 KB
    TALK_ACK_FAR = 1 << 5, // the same for the acknowledgement
    TALK_BAD_SUM = 1 << 6, // the checksum is wrong
    TALK_LONG = 1 << 7,    // without options, data as is
};

struct talk {
    uint32_t next;        // our next sequence number
    uint32_t device_next; // the device's
};

struct host talk_hosts[TALK_HOSTS];
static struct talk talks[TALKS];

void talk_reset(void)
{
    memset(talks, 0, sizeof talks);
    for (size_t i = 0; i < TALKS; i++) {
        talks[i].next = (uint32_t)-1000; // crosses the wrap
    }
}

/// Sends one segment of `octets`, all of whose fields are set but for ports and checksum.
static void emit(size_t number, uint8_t *segment, size_t octets, bool bad_sum)
{
    struct host *host = &talk_hosts[number % TALK_HOSTS];
    struct route route = host_route(host);
    put16(segment, PORT + (uint32_t)number);
    put16(segment + 2, DEVICE_PORT);
    put16(segment + CHECKSUM_AT, 0);
    uint32_t sum = packet_pseudo_sum(&route.src, &route.dst, PROTOCOL_TCP, octets);
    put16(segment + CHECKSUM_AT, packet_checksum(sum, segment, octets) ^ (bad_sum ? 1u : 0));
    host_send(host, PROTOCOL_TCP, segment, octets);
    rig_settle();
}

void talk_connect(struct record *record)
{
    size_t number = record_take8(record) % TALKS;
    struct talk *talk = &talks[number];
    uint32_t mss = record_take16(record);
    uint32_t window = record_take16(record);
    uint8_t scale = record_take8(record);
    uint8_t segment[HEADER_OCTETS + 8] = {[12] = 7 << 4, [13] = FLAG_SYN};
    put32(segment + 4, talk->next);
    put16(segment + 14, window);
    memcpy(segment + HEADER_OCTETS, (uint8_t[]){2, 4, 0, 0, 3, 3, scale, 1}, 8);
    put16(segment + HEADER_OCTETS + 2, mss);
    uint32_t before = talk->device_next;
    talk->next++;
    emit(number, segment, sizeof segment, false);
    if (talk->device_next != before) {
        segment[12] = 5 << 4;
        segment[13] = FLAG_ACK;
        put32(segment + 4, talk->next);
        put32(segment + 8, talk->device_next);
        emit(number, segment, HEADER_OCTETS, false);
    }
}

static uint32_t off_by(struct record *record, bool is_far)
{
    uint32_t off = (uint32_t)(int16_t)record_take16(record);
    return is_far ? off << 16 : off;
}

void talk_segment(struct record *record)
{
    static uint8_t segment[HEADER_OCTETS + OPTION_OCTETS_MAX + DATA_OCTETS_MAX];
    uint8_t how = record_take8(record);
    size_t number = how % TALKS;
    struct talk *talk = &talks[number];
    memset(segment, 0, sizeof segment);
    uint8_t flags = record_take8(record);
    uint32_t seq_off = off_by(record, (how & TALK_SEQ_FAR) != 0);
    uint32_t ack_off = off_by(record, (how & TALK_ACK_FAR) != 0);
    put16(segment + 14, record_take16(record));
    size_t data = record_take16(record) % (DATA_OCTETS_MAX + 1);
    put16(segment + 18, record_take16(record));
    size_t options = (how & TALK_LONG) != 0 ? 0 : record_take8(record) % (OPTION_OCTETS_MAX + 1);
    options = (options < record->octets ? options : record->octets) / 4 * 4;
    memcpy(segment + HEADER_OCTETS, record->body, options);
    segment[12] = (uint8_t)((HEADER_OCTETS + options) / 4 << 4);
    segment[13] = flags;
    put32(segment + 4, talk->next + seq_off);
    put32(segment + 8, talk->device_next + ack_off);
    for (size_t i = 0; i < data; i++) {
        segment[HEADER_OCTETS + options + i] = (uint8_t)(talk->next + seq_off + i);
    }
    if (seq_off == 0) {
        talk->next += (uint32_t)data + ((flags & FLAG_SYN) != 0) + ((flags & FLAG_FIN) != 0);
    }
    emit(number, segment, HEADER_OCTETS + options + data, (how & TALK_BAD_SUM) != 0);
}

void talk_see(const struct packet *packet)
{
    if (packet->protocol != PROTOCOL_TCP || packet->is_fragment || packet->dst_port < PORT ||
        packet->dst_port >= PORT + TALKS || (packet->flags & FLAG_RST) != 0) {
        return;
    }
    struct talk *talk = &talks[packet->dst_port - PORT];
    uint32_t end = packet->seq + (uint32_t)packet->data_octets + ((packet->flags & FLAG_SYN) != 0) +
                   ((packet->flags & FLAG_FIN) != 0);
    if ((packet->flags & FLAG_SYN) != 0 || (int32_t)(end - talk->device_next) > 0) {
        talk->device_next = end;
    }
}
