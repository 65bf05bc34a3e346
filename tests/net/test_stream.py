# SPDX-License-Identifier: BSD-3-Clause
# One TCP connection: every octet comes back in order, while the peer sends and after it ended.

import random
import socket

import pytest
from device import CLOCK_MS_BEFORE_WRAP
from host import Pattern, echo, exchange, fill, receive, reset

MB = 1_000_000


def test_a_large_volume_comes_back_exact(ip, device, host):
    octets = {4: 100 * MB, 6: 20 * MB}[ip]
    if device.limits.tcp_window < 4 * device.limits.tcp_mss:
        octets = 1 * MB
    exchange([host.transfer(device, octets, ip, seed=ip)])
    assert device.stats()["echo_tcp"]["octets_discarded"] == 0


def test_comes_back_while_the_sender_goes_on(ip, device, host):
    sock = host.connect(device, ip)
    mss, window = device.limits.tcp_mss, device.limits.tcp_window
    data = Pattern(1)
    for octets in [1, 2, 3, 99, mss - 1, mss, mss + 1, window - 1, window, window + 1] * 3:
        echo(sock, data.take(octets))


def test_single_octets_come_back_singly(ip, device, host):
    sock = host.connect(device, ip)
    for octet in range(256):
        echo(sock, bytes([octet]))


def test_all_sent_before_the_half_close_comes_back_after_it(ip, device, host):
    for octets in (0, 1, device.limits.tcp_mss, min(4 * device.limits.tcp_window, 100_000)):
        sock = host.connect(device, ip)
        data = Pattern(octets).take(octets)
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        assert receive(sock, octets) == data
        assert sock.recv(1) == b"", "more than was sent"


def test_no_end_before_the_sender_ends(device, host):
    sock = host.connect(device)
    echo(sock, b"first")
    sock.setblocking(False)
    for _ in range(3):
        device.stats()
        with pytest.raises(BlockingIOError):
            sock.recv(1)


def test_end_comes_only_after_the_last_octet_to_a_slow_reader(device, host):
    sock = host.connect(device, receive_buffer=4096)
    octets = fill(sock)
    sock.shutdown(socket.SHUT_WR)
    assert receive(sock, octets) == bytes(octets)
    assert sock.recv(1) == b""


def test_reset_in_mid_stream_leaves_nothing_held(ip, device, host):
    before = device.stats()["echo_tcp"]
    draw = random.Random(7)
    count = 40
    for _ in range(count):
        sock = host.connect(device, ip)
        echo(sock)
        sock.setblocking(False)
        try:
            for _ in range(draw.randrange(1, 9)):
                sock.send(bytes(draw.randrange(1, 2 * device.limits.tcp_window)))
        except BlockingIOError:
            pass
        reset(sock)
    stats = device.settle()["echo_tcp"]
    assert stats["reset"] - before["reset"] == count
    assert stats["closed"] == before["closed"]


def test_reset_of_a_stalled_connection_gives_its_octets_up(device, host):
    before = device.stats()["echo_tcp"]
    sock = host.connect(device, receive_buffer=4096)
    fill(sock)
    held = device.until(lambda stats: stats["echo_tcp"]["octets_held"])["echo_tcp"]["octets_held"]
    assert held <= device.limits.tcp_window
    reset(sock)
    stats = device.settle()["echo_tcp"]
    assert stats["octets_discarded"] - before["octets_discarded"] > 0


def test_connection_lives_across_the_wrap_of_the_clock(start, host):
    device = start(clock=2**32 - CLOCK_MS_BEFORE_WRAP)
    sock = host.connect(device)
    assert device.stats()["uptime_ms"] < CLOCK_MS_BEFORE_WRAP, "too late to see the wrap"
    data = Pattern(3)
    while device.stats()["uptime_ms"] < 3 * CLOCK_MS_BEFORE_WRAP:
        echo(sock, data.take(100))
    sock.shutdown(socket.SHUT_WR)
    assert sock.recv(1) == b""
    stats = device.settle()["echo_tcp"]
    assert stats["accepted"] == stats["closed"] == 1
