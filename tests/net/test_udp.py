# SPDX-License-Identifier: BSD-3-Clause
# UDP: every datagram comes back, from the address that was asked.

import socket

import pytest
from device import DEADLINE_S
from host import FAMILY, Pattern, echo, ip_json

# The largest that lwIP can send: 65,535 octets of IP packet, its header included.
OCTETS_MAX = {4: 65535 - 20 - 8, 6: 65535 - 40 - 8}


def largest(device, ip):
    return min(device.limits.udp_octets, OCTETS_MAX[ip])


def test_every_size_up_to_a_frame_comes_back(ip, device, host):
    sock = host.udp(device, ip)
    data = Pattern(1)
    for octets in range(1473):
        echo(sock, data.take(octets))


@pytest.mark.parametrize("octets", [1473, 2952, 2953, 5784, 8000, 65487, 65507])
def test_fragmented_sizes_come_back(octets, ip, device, host):
    if octets > largest(device, ip):
        pytest.skip(f"the most is {largest(device, ip)} octets")
    sock = host.udp(device, ip)
    for seed in range(10):
        echo(sock, Pattern(seed).take(octets))


def test_the_largest_comes_back(ip, device, host):
    sock = host.udp(device, ip)
    for seed in range(10):
        echo(sock, Pattern(seed).take(largest(device, ip)))


def test_what_is_too_large_is_dropped_and_others_are_answered(ip, device, host):
    if device.limits.udp_octets >= 60_000:
        pytest.skip("this profile takes the largest")
    sock = host.udp(device, ip)
    before = device.stats()["echo_udp"]["answered"]
    for octets in (20_000, 8000):
        sock.send(bytes(octets))
        echo(sock, b"next")
    # What waits for the rest of the ones too large makes room for one that is not.
    echo(sock, Pattern(1).take(largest(device, ip)))
    assert device.stats()["echo_udp"]["answered"] == before + 3


def test_counts_what_it_answers(device, host):
    before = device.stats()["echo_udp"]
    sock = host.udp(device)
    for octets in range(100):
        echo(sock, bytes(octets))
    after = device.stats()["echo_udp"]
    assert {name: after[name] - before[name] for name in after} == {
        name: {"received": 100, "answered": 100, "octets_in": 4950, "octets_out": 4950}.get(name, 0)
        for name in after
    }


def test_many_sockets_each_get_their_own(ip, device, host):
    socks = [host.udp(device, ip) for _ in range(50)]
    for number, sock in enumerate(socks):
        sock.send(b"socket %d" % number)
        assert sock.recv(100) == b"socket %d" % number
    for number, sock in enumerate(socks):
        echo(sock, b"socket %d again" % number)


@pytest.mark.parametrize("source", ["global", "link"])
def test_answers_from_the_address_that_was_asked(source, needs_ip6, device):
    """Also when another address of the device is a better match for the one that asks."""
    scope = socket.if_nametoindex(device.tap)
    addresses = ip_json("addr", "show", device.tap)[0]["addr_info"]
    ours = next(a["local"] for a in addresses if a["family"] == "inet6" and a["scope"] == source)
    for asked in (device.address[6], device.link_local):
        with socket.socket(FAMILY[6], socket.SOCK_DGRAM) as sock:
            sock.settimeout(DEADLINE_S)
            sock.bind((ours, 0, 0, scope))
            sock.sendto(b"who?", (asked, device.port, 0, scope))
            data, peer = sock.recvfrom(100)
            assert data == b"who?" and peer[0].split("%")[0] == asked
