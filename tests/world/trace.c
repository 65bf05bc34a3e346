// SPDX-License-Identifier: BSD-3-Clause
// The hash of a run, its text log and its capture; and what the device and the peers log.
#include "trace.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "clock.h"
#include "octets.h"
#include "peers/peers.h"
#include "target.h"
#include "world.h"

enum {
    PCAP_MAGIC = (int)0xa1b2c3d4,
    PCAP_ETHERNET = 1,
    WORD_OCTETS = 8,
};

static FILE *text_file;
static FILE *pcap_file;

static void hash_word(uint64_t word)
{
    uint64_t h = (result->hash ^ word) * 0x9fb21c651e98df25;
    result->hash = h ^ (h >> 35);
}

static void hash_octets(const uint8_t *data, size_t octets)
{
    while (octets > 0) {
        uint64_t word = 0;
        size_t n = octets < WORD_OCTETS ? octets : WORD_OCTETS;
        for (size_t i = 0; i < n; i++) {
            word |= (uint64_t)data[i] << (8 * i);
        }
        hash_word(word);
        data += n;
        octets -= n;
    }
}

static void pcap_word(uint32_t word)
{
    fwrite(&word, sizeof word, 1, pcap_file);
}

bool trace_open(const char *text, const char *pcap)
{
    if (text != NULL && (text_file = fopen(text, "w")) == NULL) {
        return false;
    }
    if (pcap != NULL && (pcap_file = fopen(pcap, "wb")) == NULL) {
        return false;
    }
    if (pcap_file != NULL) {
        pcap_word((uint32_t)PCAP_MAGIC);
        pcap_word(2 | 4 << 16); // version 2.4
        pcap_word(0);
        pcap_word(0);
        pcap_word(FRAME_OCTETS_MAX);
        pcap_word(PCAP_ETHERNET);
    }
    return true;
}

void trace_flush(void)
{
    if (text_file != NULL) {
        fflush(text_file);
    }
    if (pcap_file != NULL) {
        fflush(pcap_file);
    }
}

static void time_print(void)
{
    uint64_t now_us = clock_us();
    fprintf(text_file, "%4" PRIu64 ".%06" PRIu64 " ", now_us / US_PER_S, now_us % US_PER_S);
}

static void tcp_print(const uint8_t *tcp, size_t octets)
{
    static const char letters[] = "FSRPAU";
    fprintf(text_file, "TCP %u > %u ", get16(tcp), get16(tcp + 2));
    for (unsigned i = 0; i < sizeof letters - 1; i++) {
        if ((tcp[13] & 1u << i) != 0) {
            fputc(letters[i], text_file);
        }
    }
    fprintf(text_file, " seq=%" PRIu32 " ack=%" PRIu32 " win=%u data=%d", get32(tcp + 4),
            get32(tcp + 8), get16(tcp + 14), (int)octets - 4 * (tcp[12] >> 4));
}

static void transport_print(uint8_t protocol, const uint8_t *at, size_t octets)
{
    if (protocol == PROTOCOL_TCP && octets >= TCP_OCTETS) {
        tcp_print(at, octets);
    } else if (protocol == PROTOCOL_UDP && octets >= UDP_OCTETS) {
        fprintf(text_file, "UDP %u > %u data=%d", get16(at), get16(at + 2),
                get16(at + 4) - UDP_OCTETS);
    } else if (octets >= 2) {
        fprintf(text_file, "protocol=%u type=%u code=%u", protocol, at[0], at[1]);
    }
}

static void frame_print(const char *where, const uint8_t *data, size_t octets)
{
    const uint8_t *ip = data + ETHERNET_OCTETS;
    time_print();
    fprintf(text_file, "%s ", where);
    if (octets >= ETHERNET_OCTETS + IP4_OCTETS && get16(data + 12) == TYPE_IP4) {
        fprintf(text_file, ".%u > .%u ", ip[15], ip[19]);
        if ((get16(ip + 6) & 0x3fff) != 0) {
            fprintf(text_file, "fragment at=%u more=%d", (get16(ip + 6) & 0x1fff) * 8,
                    (ip[6] & 0x20) != 0);
        } else {
            transport_print(ip[9], ip + IP4_OCTETS, get16(ip + 2) - (size_t)IP4_OCTETS);
        }
    } else if (octets >= ETHERNET_OCTETS + IP6_HEADER_OCTETS && get16(data + 12) == TYPE_IP6) {
        fprintf(text_file, "%x::%x > %x::%x ", get16(ip + 8), get16(ip + 22), get16(ip + 24),
                get16(ip + 38));
        transport_print(ip[6], ip + IP6_HEADER_OCTETS, get16(ip + 4));
    } else if (octets >= ETHERNET_OCTETS + ARP_OCTETS && get16(data + 12) == TYPE_ARP) {
        fprintf(text_file, "ARP operation=%u sender=.%u target=.%u", ip[7], ip[17], ip[27]);
    } else {
        fprintf(text_file, "type=%04x", octets >= ETHERNET_OCTETS ? get16(data + 12) : 0);
    }
    fprintf(text_file, " octets=%zu\n", octets);
}

static void frame_capture(const uint8_t *data, size_t octets)
{
    pcap_word((uint32_t)(clock_us() / US_PER_S));
    pcap_word((uint32_t)(clock_us() % US_PER_S));
    pcap_word((uint32_t)octets);
    pcap_word((uint32_t)octets);
    fwrite(data, 1, octets, pcap_file);
}

void trace_frame(const uint8_t *data, size_t octets, bool to_device)
{
    result->frames++;
    hash_word(clock_us() << 1 | to_device);
    hash_octets(data, octets);
    if (text_file != NULL) {
        frame_print(to_device ? "-> device" : "<- device", data, octets);
    }
    if (pcap_file != NULL) {
        frame_capture(data, octets);
    }
}

void trace_host_frame(const uint8_t *data, size_t octets)
{
    if (text_file != NULL) {
        frame_print("          at host", data, octets);
    }
}

static void line_print(const char *who, const char *format, va_list args)
{
    time_print();
    fputs(who, text_file);
    vfprintf(text_file, format, args);
    fputc('\n', text_file);
}

void trace_note(const char *format, ...)
{
    if (text_file != NULL) {
        va_list args;
        va_start(args, format);
        line_print("", format, args);
        va_end(args);
    }
}

void target_log(const char *format, ...)
{
    if (text_file != NULL) {
        va_list args;
        va_start(args, format);
        line_print("device: ", format, args);
        va_end(args);
    }
}

void peers_log(const char *format, ...)
{
    if (text_file != NULL) {
        va_list args;
        va_start(args, format);
        line_print("peers: ", format, args);
        va_end(args);
    }
}
