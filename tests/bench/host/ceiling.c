// SPDX-License-Identifier: BSD-3-Clause
// The ceiling: reflects UDP datagrams on a TAP as they are, with one read and one write a frame.
//
// No program that takes one frame with one call can be faster. Usage: ceiling TAP ADDRESS
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    MAC_OCTETS = 6,
    IP_OCTETS = 4,
    PORT_OCTETS = 2,
    TYPE_AT = 12, // of an Ethernet frame
    ARP_AT = 14,
    ARP_OPERATION_AT = ARP_AT + 6,
    ARP_SENDER_MAC_AT = ARP_AT + 8,
    ARP_SENDER_IP_AT = ARP_AT + 14,
    ARP_TARGET_MAC_AT = ARP_AT + 18,
    ARP_TARGET_IP_AT = ARP_AT + 24,
    ARP_END = ARP_AT + 28,
    IP_PROTOCOL_AT = 14 + 9,
    IP_SOURCE_AT = 14 + 12,
    IP_DESTINATION_AT = 14 + 16,
    UDP_AT = 14 + 20,
    UDP_END = UDP_AT + 8,
    FRAME_OCTETS_MAX = 1518,
    EXIT_USAGE = 2,
};

static const uint8_t own_mac[MAC_OCTETS] = {2, 0, 0xc6, 0x33, 0x64, 3};
static uint8_t own_ip[IP_OCTETS];

static void swap(uint8_t *a, uint8_t *b, size_t octets)
{
    for (size_t i = 0; i < octets; i++) {
        uint8_t octet = a[i];
        a[i] = b[i];
        b[i] = octet;
    }
}

static bool is_for_us(const uint8_t *frame, size_t octets, uint8_t type, size_t ip_at)
{
    return octets >= ip_at + IP_OCTETS && frame[TYPE_AT] == 8 && frame[TYPE_AT + 1] == type &&
           memcmp(frame + ip_at, own_ip, IP_OCTETS) == 0;
}

static bool arp_answer(uint8_t *frame, size_t octets)
{
    if (octets < ARP_END || frame[ARP_OPERATION_AT + 1] != 1) {
        return false;
    }
    swap(frame + ARP_SENDER_MAC_AT, frame + ARP_TARGET_MAC_AT, MAC_OCTETS + IP_OCTETS);
    memcpy(frame + ARP_SENDER_MAC_AT, own_mac, MAC_OCTETS);
    memcpy(frame, frame + ARP_TARGET_MAC_AT, MAC_OCTETS);
    memcpy(frame + MAC_OCTETS, own_mac, MAC_OCTETS);
    frame[ARP_OPERATION_AT + 1] = 2;
    return true;
}

/// Both ends change places, which no checksum notices.
static bool udp_answer(uint8_t *frame, size_t octets)
{
    if (octets < UDP_END || frame[IP_PROTOCOL_AT] != IPPROTO_UDP) {
        return false;
    }
    swap(frame, frame + MAC_OCTETS, MAC_OCTETS);
    swap(frame + IP_SOURCE_AT, frame + IP_DESTINATION_AT, IP_OCTETS);
    swap(frame + UDP_AT, frame + UDP_AT + PORT_OCTETS, PORT_OCTETS);
    return true;
}

static bool answer(uint8_t *frame, size_t octets)
{
    if (is_for_us(frame, octets, 0, IP_DESTINATION_AT)) {
        return udp_answer(frame, octets);
    }
    return is_for_us(frame, octets, 6, ARP_TARGET_IP_AT) && arp_answer(frame, octets);
}

static int tap_open(const char *name)
{
    struct ifreq request = {.ifr_flags = IFF_TAP | IFF_NO_PI};
    int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    if (fd < 0 || ioctl(fd, TUNSETIFF, &request) != 0) {
        fprintf(stderr, "ceiling: cannot attach to %s: %s\n", name, strerror(errno));
        exit(EXIT_FAILURE);
    }
    return fd;
}

int main(int argc, char **argv)
{
    uint8_t frame[FRAME_OCTETS_MAX];
    if (argc != 3 || inet_pton(AF_INET, argv[2], own_ip) != 1) {
        fputs("Usage: ceiling TAP ADDRESS\n", stderr);
        return EXIT_USAGE;
    }
    int fd = tap_open(argv[1]);
    for (;;) {
        ssize_t octets = read(fd, frame, sizeof(frame));
        if (octets < 0) {
            fprintf(stderr, "ceiling: %s\n", strerror(errno));
            return EXIT_FAILURE;
        }
        if (answer(frame, (size_t)octets) && write(fd, frame, (size_t)octets) != octets) {
            fprintf(stderr, "ceiling: %s\n", strerror(errno));
        }
    }
}
