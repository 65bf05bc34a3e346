// SPDX-License-Identifier: BSD-3-Clause
// Traffic that is odd and valid: Ethernet, ARP, IPv4.
#include "corpus.h"

#include <string.h>

struct frame priority_tagged(struct frame plain)
{
    struct frame frame = frame_new(TYPE_VLAN);
    frame_add(&frame, (uint8_t[]){0xe0, 0}, 2);
    frame_add(&frame, plain.data + 12, plain.octets - 12);
    return frame;
}

static struct frame padded(struct frame frame)
{
    frame_add(&frame, NULL, 60 - frame.octets);
    return frame;
}

static struct frame segment(uint8_t flags, const void *options, size_t option_octets)
{
    struct frame frame = frame_ip4(TCP, NULL, 0);
    frame_add_tcp(&frame, flags, options, option_octets, (flags & SYN) != 0 ? 0 : 3);
    frame_finish(&frame);
    return frame;
}

static struct frame longest_headers(void)
{
    static const uint8_t options[40] = {[0] = 1, 1, 1, 1};
    struct frame frame = frame_ip4(TCP, options, sizeof options);
    frame_add_tcp(&frame, ACK, options, sizeof options, 3);
    frame_finish(&frame);
    return frame;
}

static struct frame with_options(const void *options, size_t octets)
{
    struct frame frame = frame_ip4(UDP, options, octets);
    frame_add_udp(&frame, 5);
    frame_finish(&frame);
    return frame;
}

static struct frame fragment(uint8_t protocol, size_t offset, bool more, size_t octets)
{
    struct frame frame = frame_ip4(protocol, NULL, 0);
    if (offset == 0 && protocol == UDP) {
        frame_add_udp(&frame, octets - 8);
        frame_put16(&frame, frame.upper + 4, 3000); // of the whole datagram
    } else {
        frame_add(&frame, NULL, octets);
    }
    frame_set_fragment(&frame, offset, more);
    frame_finish(&frame);
    return frame;
}

static struct frame from(const uint8_t ip[4], uint8_t protocol)
{
    struct frame frame = frame_ip4(protocol, NULL, 0);
    memcpy(frame.data + frame.ip + 12, ip, 4);
    frame_add_udp(&frame, 0);
    frame_finish(&frame);
    return frame;
}

static struct frame to(const uint8_t mac[6], const uint8_t ip[4])
{
    struct frame frame = frame_udp4(5);
    memcpy(frame.data, mac, 6);
    memcpy(frame.data + frame.ip + 16, ip, 4);
    frame_finish(&frame);
    return frame;
}

static struct frame udp_without_checksum(void)
{
    struct frame frame = frame_udp4(5);
    frame_put16(&frame, frame.upper + 6, 0);
    return frame;
}

static struct frame ping(size_t octets)
{
    struct frame frame = frame_ip4(ICMP, NULL, 0);
    frame_add_icmp(&frame, 8, NULL, octets);
    frame_finish(&frame);
    return frame;
}

static struct frame arp_gratuitous(void)
{
    struct frame frame = frame_arp(1);
    memcpy(frame.data, mac_all, 6);
    memcpy(frame.data + 14 + 24, ip4_peer, 4);
    return frame;
}

static struct frame arp_probe(void)
{
    struct frame frame = frame_arp(1);
    memset(frame.data + 14 + 14, 0, 4);
    return frame;
}

size_t corpus_ip4(struct odd *odd)
{
    static const uint8_t no_operations[40] = {[0] = 1, 1, 1, 1, 1, 1, 1, 1};
    static const uint8_t record_route[12] = {7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    static const uint8_t router_alert[4] = {148, 4, 0, 0};
    static const uint8_t timestamp[12] = {68, 12, 5, 0};
    static const uint8_t group[6] = {1, 0, 0x5e, 0, 0, 1};
    static const uint8_t everyone[4] = {255, 255, 255, 255};
    static const uint8_t subnet[4] = {198, 51, 100, 255};
    static const uint8_t all_hosts[4] = {224, 0, 0, 1};
    static const uint8_t nobody[4] = {0, 0, 0, 0};
    static const uint8_t class_e[4] = {240, 0, 0, 1};
    const struct odd frames[] = {
        {"ARP request", frame_arp(1)},
        {"ARP reply", frame_arp(2)},
        {"ARP padded to 60 octets", padded(frame_arp(1))},
        {"ARP announcement to all", arp_gratuitous()},
        {"ARP probe from 0.0.0.0", arp_probe()},
        {"a frame with a priority tag", priority_tagged(frame_udp4(5))},
        {"ARP with a priority tag, padded", padded(priority_tagged(frame_arp(1)))},
        {"a short frame with padding", padded(frame_udp4(1))},
        {"UDP without data", frame_udp4(0)},
        {"UDP without checksum", udp_without_checksum()},
        {"the largest UDP in one frame", frame_udp4(1472)},
        {"UDP to all", to(mac_all, everyone)},
        {"UDP to all of the network", to(mac_all, subnet)},
        {"UDP to a group", to(group, all_hosts)},
        {"UDP to a group in a frame for us alone", to(mac_device, all_hosts)},
        {"DHCP from 0.0.0.0", from(nobody, UDP)},
        {"IGMP query from 0.0.0.0", from(nobody, IGMP)},
        {"from 240.0.0.1", from(class_e, UDP)},
        {"the longest IPv4 header", with_options(no_operations, sizeof no_operations)},
        {"record route", with_options(record_route, sizeof record_route)},
        {"router alert", with_options(router_alert, sizeof router_alert)},
        {"timestamps of IPv4", with_options(timestamp, sizeof timestamp)},
        {"first fragment", fragment(UDP, 0, true, 1480)},
        {"middle fragment", fragment(UDP, 1480, true, 1480)},
        {"last fragment of odd length", fragment(UDP, 2960, false, 1)},
        {"the last fragment of 65535 octets", fragment(UDP, 65528 - 1480, false, 1467)},
        {"first fragment of TCP, its header and no more", fragment(TCP, 0, true, 24)},
        {"fragment of ICMP", fragment(ICMP, 8, false, 100)},
        {"fragment of an unknown protocol", fragment(253, 0, true, 8)},
        {"an unknown protocol", from(ip4_peer, 253)},
        {"ping", ping(56)},
        {"ping without data", ping(4)},
    };
    memcpy(odd, frames, sizeof frames);
    return sizeof frames / sizeof frames[0];
}

size_t corpus_tcp(struct odd *odd)
{
    static const uint8_t syn[20] = {2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0,
                                    0, 1, 0, 0,    0, 0, 1, 3,  3, 14};
    static const uint8_t sack[12] = {1, 1, 5, 10, 0, 0, 0, 5, 0, 0, 0, 9};
    static const uint8_t timestamps[12] = {1, 1, 8, 10, 0, 0, 0, 9, 0, 0, 0, 8};
    static const uint8_t unknown[40] = {253, 40};
    const struct odd frames[] = {
        {"SYN with all options of today", segment(SYN, syn, sizeof syn)},
        {"SYN and FIN", segment(SYN | FIN, syn, sizeof syn)},
        {"SYN and ACK, as of a simultaneous open", segment(SYN | ACK, syn, sizeof syn)},
        {"SACK", segment(ACK, sack, sizeof sack)},
        {"the longest TCP header, an unknown option", segment(ACK, unknown, sizeof unknown)},
        {"the longest headers of IPv4 and TCP", longest_headers()},
        {"timestamps of TCP", segment(ACK, timestamps, sizeof timestamps)},
        {"SYN with a window scale alone", segment(SYN, syn + 16, 4)},
        {"urgent data", segment(ACK | PSH | URG, NULL, 0)},
        {"reserved flags", segment(ACK | 0xc0, NULL, 0)},
        {"all flags", segment(0x3f, NULL, 0)},
        {"no flags", segment(0, NULL, 0)},
    };
    memcpy(odd, frames, sizeof frames);
    return sizeof frames / sizeof frames[0];
}

size_t corpus(struct odd odd[CORPUS_FRAMES_MAX])
{
    size_t n = corpus_ip4(odd);
    n += corpus_tcp(odd + n);
    return n + corpus_ip6(odd + n);
}
