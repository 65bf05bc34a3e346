# SPDX-License-Identifier: BSD-3-Clause
# Connections that come and go quickly, from the same port, and devices that come and go.

import socket

import pytest
from host import echo, reset, sysctl

SOURCE_PORT = 40000
CONNECTIONS = 1000


def close_by_fin(sock):
    sock.shutdown(socket.SHUT_WR)
    assert sock.recv(1) == b""
    sock.close()


def close_by_reset(sock):
    reset(sock)


@pytest.mark.parametrize("close", [close_by_fin, close_by_reset])
def test_1000_connections_one_after_the_other_from_one_port(close, ip, device, host):
    sysctl("ipv4/tcp_max_tw_buckets", "0")  # the host forgets a connection as soon as it is closed
    before = device.stats()["echo_tcp"]
    for number in range(CONNECTIONS):
        sock = host.connect(device, ip, source_port=SOURCE_PORT)
        echo(sock, b"connection %d" % number)
        close(sock)
    after = device.settle()["echo_tcp"]
    counter = "closed" if close is close_by_fin else "reset"
    assert after["accepted"] - before["accepted"] == CONNECTIONS
    assert after[counter] - before[counter] == CONNECTIONS


def test_a_connection_that_says_nothing_leaves_nothing(ip, device, host):
    before = device.stats()["echo_tcp"]["closed"]
    for _ in range(100):
        close_by_fin(host.connect(device, ip))
    assert device.settle()["echo_tcp"]["closed"] - before == 100


def test_serves_again_after_each_restart(start, host):
    for _ in range(5):
        device = start()
        echo(host.connect(device))
        echo(host.udp(device))
        host.close()
        device.settle()
        device.stop()


def test_serves_again_on_a_tap_that_outlives_it(own_tap, start, host):
    for _ in range(3):
        device = start(tap=own_tap)
        echo(host.connect(device, source_port=SOURCE_PORT))
        device.kill()  # without a goodbye: the host still believes in its connection
        device = start(tap=own_tap)
        echo(host.connect(device))
        host.close()
        device.settle()
        device.stop()
