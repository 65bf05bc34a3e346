# SPDX-License-Identifier: BSD-3-Clause
# The device's addresses: answer ping, come from a router's announcement, are no duplicates.

import pytest
from host import echo, ip_json, run
from scapy.layers.inet6 import ICMPv6ND_RA, ICMPv6NDOptPrefixInfo, ICMPv6NDOptSrcLLAddr, IPv6
from scapy.layers.l2 import Ether

PREFIX = "2001:db8:99::"


def announce(device, host, lifetime_s):
    """Sends what a router says: autonomous addresses in PREFIX, for that long."""
    link = ip_json("addr", "show", device.tap)[0]
    router = next(a["local"] for a in link["addr_info"] if a["local"].startswith("fe80:"))
    lifetimes = {"validlifetime": lifetime_s, "preferredlifetime": lifetime_s}
    prefix = ICMPv6NDOptPrefixInfo(prefix=PREFIX, prefixlen=64, L=1, A=1, **lifetimes)
    frame = (
        Ether(src=link["address"], dst="33:33:00:00:00:01")
        / IPv6(src=router, dst="ff02::1", hlim=255)
        / ICMPv6ND_RA(routerlifetime=1800)
        / ICMPv6NDOptSrcLLAddr(lladdr=link["address"])
        / prefix
    )
    host.send_frame(device, frame)


@pytest.mark.parametrize("octets", [0, 1, 56, 1000, 1452])
def test_answers_ping(octets, ip, device, host):
    if octets > device.limits.tcp_mss:
        pytest.skip("larger than this profile's memory for an answer")
    host.ping(device.address[ip], ip, octets)


def test_answers_ping_to_its_link_local_address(needs_ip6, device, host):
    host.ping(f"{device.link_local}%{device.tap}", 6)


def test_serves_on_its_link_local_address(needs_ip6, device):
    target = f"{device.link_local}%{device.tap}"
    assert run("nc.openbsd", "-N", target, str(device.port), input=b"hello\n") == b"hello\n"


def test_finds_its_address_in_a_routers_announcement(needs_ip6, start, host):
    device = start(ip6="auto")
    assert device.address[6] == device.link_local, "no router has spoken yet"
    announce(device, host, 1800)
    device.address[6] = device.log.wait(f"^address: add ip=({PREFIX}\\S+) by=router$").group(1)
    run("ip", "addr", "add", f"{PREFIX}1/64", "dev", device.tap, "nodad")
    echo(host.connect(device, 6), b"hello")
    echo(host.udp(device, 6), b"hello")


def test_gives_an_announced_address_up_when_its_lifetime_ends(needs_ip6, start, host):
    device = start(ip6="auto")
    announce(device, host, 4)
    address = device.log.wait(f"^address: add ip=({PREFIX}\\S+) by=router$").group(1)
    device.log.wait(f"^address: remove ip={address} reason=expired$")


def test_static_device_takes_no_announced_address(needs_ip6, start, host):
    device = start(ip6=None)
    announce(device, host, 1800)
    echo(host.udp(device, 6), b"answered after the announcement was seen")
    device.stop()
    assert not [line for line in device.log.since() if PREFIX in line]


def test_without_ipv6_there_is_no_ipv6_address(simulator, needs_ip6, start):
    device = start()
    assert set(device.address) == {4} and device.link_local is None


def test_does_not_use_an_address_that_another_host_has(needs_ip6, own_tap, start):
    run("ip", "addr", "add", "2001:db8:7::2/64", "dev", own_tap, "nodad")
    device = start(tap=own_tap, ip6=None)
    assert device.address[6] == device.link_local
    device.log.wait("^address: duplicate ip=2001:db8:7::2 ")
