# SPDX-License-Identifier: BSD-3-Clause
# Addresses that find themselves, with a real DHCP server: leases, refusals, conflicts, nobody.
# The device's clock runs fast, so that a lease of two minutes ends in seconds.

import socket

import pytest
from device import DEADLINE_S
from dhcp_server import DhcpServer
from host import echo, run
from scapy.layers.l2 import ARP, Ether

CLOCK_RATE = 20
ETH_P_ARP = 0x0806
MAC = "02:00:00:00:00:07"
OTHER_MAC = "02:00:00:00:00:99"
LEASED = r"^address: add ip=(198\.51\.100\.\d+) by=dhcp$"
LINK_LOCAL = r"^address: add ip=(169\.254\.\d+\.\d+) by=link-local$"


@pytest.fixture
def servers(own_tap):
    """Starts DHCP servers; ends those that a test left running."""
    running = []

    def start_server(*options):
        running.append(DhcpServer(own_tap, *options))
        return running[-1]

    yield start_server
    for server in running:
        server.stop()


@pytest.fixture
def find(own_tap, start):
    """Starts a device that finds its address, with a fast clock. Its log has come as far."""
    run("ip", "addr", "add", "169.254.0.1/16", "dev", own_tap)

    def start_device(**options):
        device = start(**{"tap": own_tap, "ip4": "auto", "clock_rate": CLOCK_RATE} | options)
        device.log.wait(f"^address: add ip={device.address[4]} ")
        return device

    return start_device


def claim(device, host, address):
    """Says that another host has the address."""
    announcement = ARP(op=1, hwsrc=OTHER_MAC, psrc=address, pdst=address)
    host.send_frame(device, Ether(src=OTHER_MAC, dst="ff:ff:ff:ff:ff:ff") / announcement)


def moved(device, pattern, mark=0):
    """Waits for the device's next address; tests go on with that."""
    device.address[4] = device.log.wait(pattern, mark).group(1)
    return device.address[4]


def announcements(sniffer, device, n):
    """Waits until the device has said so often that its address is its own."""
    while n > 0:
        arp = Ether(sniffer.recv(1 << 16))[ARP]
        n -= arp.hwsrc != OTHER_MAC and arp.psrc == arp.pdst == device.address[4]


def test_serves_on_a_leased_address(servers, find, host):
    servers()
    device = find()
    assert 50 <= int(device.address[4].split(".")[3]) <= 59
    echo(host.connect(device), b"over TCP")
    echo(host.udp(device), b"over UDP")
    device.stop()
    assert f"address: remove ip={device.address[4]} reason=stop" in device.log.since()


def test_keeps_a_connection_while_it_renews_its_lease(servers, find, host):
    server = servers()
    device = find()
    sock = host.connect(device)
    for _ in range(2):
        mark = server.log.mark()
        server.log.wait("DHCPACK", mark)
        echo(sock, b"still there")
    assert not [line for line in device.log.since() if "address: remove" in line]


def test_takes_a_link_local_address_while_no_server_answers(servers, find, host):
    device = find()
    assert device.address[4].startswith("169.254.")
    sock = host.connect(device)
    link_local = device.address[4]
    servers()
    moved(device, LEASED)
    assert f"address: remove ip={link_local} reason=replaced" in device.log.since()
    echo(sock, b"what is open stays open")
    echo(host.connect(device), b"leased")


def test_gives_an_address_up_when_its_lease_ends(servers, find, host):
    server = servers()
    device = find()
    leased = device.address[4]
    server.stop()
    device.log.wait(f"^address: remove ip={leased} reason=expired$")
    moved(device, LINK_LOCAL)
    echo(host.connect(device), b"on its own")


def test_moves_when_the_server_refuses_its_address(servers, find, host):
    server = servers()
    device = find()
    first = device.address[4]
    mark = device.log.mark()
    server.stop()
    other = servers(100, 109, "--dhcp-authoritative")
    other.log.wait("DHCPNAK")
    device.log.wait(f"^address: remove ip={first} reason=refused$")
    assert int(moved(device, LEASED, mark).split(".")[3]) >= 100
    echo(host.connect(device), b"moved")


def test_declines_an_address_that_another_host_has(servers, find, host):
    run("ip", "addr", "add", "198.51.100.60/32", "dev", "lo")
    server = servers(50, 59, f"--dhcp-host={MAC},198.51.100.60")
    device = find(mac=MAC)
    server.log.wait("DHCPDECLINE.*198.51.100.60")
    assert 50 <= int(device.address[4].split(".")[3]) <= 59
    echo(host.connect(device), b"another one")


def test_declines_an_address_that_another_host_takes(servers, find, host):
    server = servers()
    device = find()
    first = device.address[4]
    mark = device.log.mark()
    claim(device, host, first)  # which is defended
    claim(device, host, first)
    device.log.wait(f"^address: remove ip={first} reason=conflict$")
    server.log.wait(f"DHCPDECLINE.*{first}")
    assert moved(device, LEASED, mark) != first
    echo(host.connect(device), b"moved")


def test_asks_again_after_the_cable_was_out(servers, find, own_tap, host):
    server = servers()
    device = find()
    mark = server.log.mark()
    run("ip", "link", "set", own_tap, "down")
    device.log.wait("link state=down")
    run("ip", "link", "set", own_tap, "up")
    server.log.wait(f"DHCPACK.*{device.address[4]}", mark)
    echo(host.connect(device), b"plugged in again")


def test_gives_a_link_local_address_up_with_the_link(find, own_tap, host):
    device = find()
    link_local = device.address[4]
    run("ip", "link", "set", own_tap, "down")
    device.log.wait(f"^address: remove ip={link_local} reason=link$")
    mark = device.log.mark()
    run("ip", "link", "set", own_tap, "up")
    moved(device, LINK_LOCAL, mark)
    echo(host.connect(device), b"again")


def test_takes_another_link_local_address_after_a_conflict(find, host):
    device = find()
    first = device.address[4]
    mark = device.log.mark()
    claim(device, host, first)
    claim(device, host, first)
    device.log.wait(f"^address: remove ip={first} reason=conflict$")
    assert moved(device, LINK_LOCAL, mark) != first
    echo(host.connect(device), b"another")


def test_gives_a_static_address_up_while_another_host_has_it(own_tap, start, host):
    run("ip", "addr", "add", "198.51.100.2/24", "dev", own_tap)
    device = start(tap=own_tap, clock_rate=CLOCK_RATE)
    device.log.wait(r"^address: remove ip=198\.51\.100\.2 reason=conflict$")
    mark = device.log.mark()
    run("ip", "addr", "del", "198.51.100.2/24", "dev", own_tap)
    device.log.wait(r"^address: add ip=198\.51\.100\.2 by=static$", mark)
    echo(host.connect(device), b"back")


def test_defends_a_static_address_once(own_tap, start, host):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ARP)) as sniffer:
        sniffer.bind((own_tap, 0))
        sniffer.settimeout(DEADLINE_S)
        device = start(tap=own_tap, clock_rate=CLOCK_RATE)
        announcements(sniffer, device, 2)  # from now on it defends
        claim(device, host, device.address[4])
        announcements(sniffer, device, 1)
    echo(host.connect(device), b"defended")
    assert not [line for line in device.log.since() if "conflict" in line]
