# SPDX-License-Identifier: BSD-3-Clause
# UDP that is not answered, since an answer would start a loop of echoes or be multiplied.

import pytest
from host import ip_json, echo
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether

HOST = {4: "198.51.100.1", 6: "2001:db8:7::1"}


@pytest.fixture
def unanswered(device, host):
    """Sends a datagram as a frame of its own making, or through a socket, and sees that only the
    one after it is answered. Returns how the counters of UDP changed by both."""

    def send(ip=4, sock=None, source=None, target=None, target_mac=None, port=40000):
        good = host.udp(device, ip)
        echo(good, b"resolves the addresses")
        mac = host.mac_of(device, ip)
        before = device.stats()["echo_udp"]
        if sock is not None:
            sock.send(b"bad")
        else:
            link = ip_json("link", "show", device.tap)[0]["address"]
            network = {4: IP, 6: IPv6}[ip](src=source or HOST[ip], dst=target or device.address[ip])
            frame = Ether(src=link, dst=target_mac or mac) / network
            host.send_frame(device, frame / UDP(sport=port, dport=device.port) / b"bad")
        echo(good, b"next")
        after = device.stats()["echo_udp"]
        assert after["answered"] - before["answered"] == 1, "the bad one was answered"
        return {name: after[name] - before[name] for name in after}

    return send


@pytest.mark.parametrize("port", [1, 7, 19, 1023])
def test_well_known_source_port_is_not_answered(port, ip, device, host, unanswered):
    assert unanswered(ip, sock=host.udp(device, ip, source_port=port))["drop_source_port"] == 1


def test_first_registered_source_port_is_answered(ip, device, host):
    echo(host.udp(device, ip, source_port=1024))


def test_source_port_0_is_not_answered(ip, unanswered):
    assert unanswered(ip, port=0)["drop_source_port"] == 1


def test_own_port_is_not_answered(ip, start, host):
    device = start(port=8888, ip6=None if ip == 6 else "off")
    bad, good = host.udp(device, ip, source_port=8888), host.udp(device, ip, source_port=8889)
    bad.send(b"bad")
    echo(good)
    stats = device.stats()["echo_udp"]
    assert stats["drop_source_port"] == 1 and stats["answered"] == 1


@pytest.mark.parametrize(
    "target, target_mac",
    [
        ("255.255.255.255", "ff:ff:ff:ff:ff:ff"),
        ("198.51.100.255", "ff:ff:ff:ff:ff:ff"),
        ("198.51.100.255", None),
        ("224.0.0.1", "01:00:5e:00:00:01"),
    ],
)
def test_ipv4_group_or_broadcast_is_not_answered(target, target_mac, unanswered):
    assert unanswered(target=target, target_mac=target_mac)["octets_out"] == len(b"next")


@pytest.mark.parametrize("source", ["255.255.255.255", "198.51.100.255", "224.0.0.1", "0.0.0.0"])
def test_ipv4_source_that_is_no_host_is_not_answered(source, unanswered):
    assert unanswered(source=source)["octets_out"] == len(b"next")


def test_ipv6_group_is_not_answered(needs_ip6, unanswered):
    change = unanswered(6, target="ff02::1", target_mac="33:33:00:00:00:01")
    assert change["drop_not_unicast"] == 1


@pytest.mark.parametrize("source", ["ff02::1", "::"])
def test_ipv6_source_that_is_no_host_is_not_answered(source, needs_ip6, unanswered):
    assert unanswered(6, source=source)["octets_out"] == len(b"next")
