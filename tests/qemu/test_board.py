# SPDX-License-Identifier: BSD-3-Clause
# What every board does, in QEMU. Where it is what a simulator does, too, the test is of tests/net.

import contextlib
import itertools
import math
import os
import re
import signal
import socket
import struct

import pytest
from device import DEADLINE_S
from host import NETWORK, echo, exchange, fill, ip_json, reset
from scapy.layers.inet import IP
from scapy.layers.inet6 import IPv6, IPv6ExtHdrFragment
from scapy.layers.l2 import Ether
from test_address import test_answers_ping, test_answers_ping_to_its_link_local_address
from test_connections import is_refused, open_connections
from test_control import test_signals_in_mid_stream_disturb_nothing
from test_nc import test_tcp_returns_the_file, tool
from test_stream import (
    test_all_sent_before_the_half_close_comes_back_after_it,
    test_comes_back_while_the_sender_goes_on,
    test_single_octets_come_back_singly,
)
from test_udp import test_every_size_up_to_a_frame_comes_back

__all__ = [  # the tests of tests/net that are run here, and a fixture of theirs
    "test_all_sent_before_the_half_close_comes_back_after_it",
    "test_answers_ping",
    "test_answers_ping_to_its_link_local_address",
    "test_comes_back_while_the_sender_goes_on",
    "test_every_size_up_to_a_frame_comes_back",
    "test_signals_in_mid_stream_disturb_nothing",
    "test_single_octets_come_back_singly",
    "test_tcp_returns_the_file",
    "tool",
]

MB = 1 << 20
BURST_FRAMES = 100
BURSTS = 5
FRAGMENT_OCTETS = 1440  # of a datagram that takes three


def test_says_what_it_is_and_where_it_serves(device):
    log = "\n".join(device.log.since())
    assert re.search(r"^lwecho \d+\.\d+\.\d+ board=\S+ profile=\w+ lwip=2\.\S+ reset=\w", log, re.M)
    assert re.search(r"^board: mac=[0-9a-f][02468ace](:[0-9a-f]{2}){5}$", log, re.M)
    assert device.address[4] == str(NETWORK[4][2]) and device.port == 7
    if device.limits.ipv6:
        assert device.address[6] == str(NETWORK[6][2]) and device.link_local


def test_echoes_1_mb(ip, device, host):
    exchange([host.transfer(device, MB, ip, seed=ip)])


def number_of_another(device):
    """The number of an address that none of open_connections() comes from."""
    return math.ceil(device.limits.tcp_connections / device.limits.tcp_peer_connections)


def test_serves_its_full_number_at_once_and_refuses_the_next(ip, device, host):
    socks = open_connections(device, host, device.limits.tcp_connections, ip)
    assert device.stats()["echo_tcp"]["open"] == len(socks)
    assert is_refused(device, host, ip=ip, number=number_of_another(device))
    for sock in socks:
        echo(sock, b"still served")
    socks.pop().close()
    device.until(lambda stats: stats["echo_tcp"]["open"] == len(socks))
    assert not is_refused(device, host, ip=ip, number=number_of_another(device))


def test_resets_of_all_connections_leave_nothing(ip, device, host):
    socks = open_connections(device, host, device.limits.tcp_connections, ip)
    for left, sock in reversed(list(enumerate(socks))):
        sock.sendall(bytes(device.limits.tcp_mss))
        reset(sock)
        # A burst of them might be lost, and a reset that is lost is not sent again.
        device.until(lambda stats: stats["echo_tcp"]["open"] == left)


def fragment(device, host, ip, number, index):
    """A frame with one of three fragments of a datagram with this number and a wrong checksum."""
    link = ip_json("link", "show", device.tap)[0]["address"]
    mac = host.mac_of(device, ip)
    ends = {"src": str(NETWORK[ip][1]), "dst": device.address[ip]}
    octets, more = 3 * FRAGMENT_OCTETS, index < 2
    datagram = struct.pack("!HHHH", 40000, device.port, octets, 1).ljust(octets)
    begin = index * FRAGMENT_OCTETS
    place = begin // 8
    if ip == 4:
        flags = "MF" if more else 0
        header = IP(**ends, id=number, flags=flags, frag=place, proto=socket.IPPROTO_UDP)
    else:
        part = IPv6ExtHdrFragment(id=number, m=more, offset=place, nh=socket.IPPROTO_UDP)
        header = IPv6(**ends) / part
    return Ether(src=link, dst=mac) / header / datagram[begin : begin + FRAGMENT_OCTETS]


def fragments_max(device):
    """How many the device keeps of an IP version: those of the largest datagram over IPv6."""
    return (device.limits.udp_octets + 8) // 1448


def ask_until_served(sock, data):
    """A datagram may be lost where frames of all who stall come at once: then it is sent again."""
    sock.settimeout(1)
    for _ in range(DEADLINE_S):
        with contextlib.suppress(TimeoutError):
            echo(sock, data)
            return
    raise AssertionError("nobody else is served")


def test_received_data_in_every_buffer_it_may_take_stops_nobody_else(device, host):
    """All connections but one stall, and reassembly waits for what never comes."""
    share = device.limits.tcp_peer_connections
    stalled = [
        host.connect(device, number=1 + index // share, receive_buffer=4096)
        for index in range(device.limits.tcp_connections - 1)
    ]
    fill(*stalled)
    taken = len(stalled)
    versions = [4, 6] if device.limits.ipv6 else [4]
    if device.limits.udp_octets > 1472:
        for ip in versions:
            asker = host.udp(device, ip)
            ask_until_served(asker, b"served")
            wanting = itertools.product(range(2), range(2))  # what lacks its last fragment
            for number, index in itertools.islice(wanting, fragments_max(device)):
                host.send_frame(device, fragment(device, host, ip, number, index))
                ask_until_served(asker, b"still served")
                taken += 1
    device.until(lambda stats: stats["pools"]["RX"]["used"] >= taken)
    for ip in versions:
        exchange([host.transfer(device, 20 * device.limits.tcp_window, ip)])
        ask_until_served(host.udp(device, ip), bytes(1400))
        host.ping(device.address[ip], ip)
    for ip in versions:  # or IPv6 would wait for 60 s; one makes room for the other
        host.send_frame(device, fragment(device, host, ip, 0, 2))


def test_comes_back_from_a_burst_that_it_cannot_take(device, host):
    sock, burst = host.connect(device), host.udp(device)
    echo(sock)
    before = device.stats()
    for _ in range(BURSTS):
        os.kill(device.process.pid, signal.SIGSTOP)  # so that all of it is there at once
        try:
            for _ in range(BURST_FRAMES):
                burst.send(bytes(1472))
        finally:
            os.kill(device.process.pid, signal.SIGCONT)
        echo(sock, b"came back")
    host.close()
    after = device.settle()
    if "lan9118" in after:  # QEMU's loses frames without counting them
        received = after["echo_udp"]["received"] - before["echo_udp"]["received"]
        assert received < BURSTS * BURST_FRAMES, "it was no burst"
    if "cadence_gem" in after:
        assert after["cadence_gem"]["rx_stalls"] > before["cadence_gem"]["rx_stalls"]


def test_stack_is_large_enough(device):
    """After all of the above."""
    stack = device.stats()["stack"]
    print(f"stack: {stack['unused']} of {stack['size']} octets were never used")
    assert stack["size"] / 8 <= stack["unused"] < stack["size"]
