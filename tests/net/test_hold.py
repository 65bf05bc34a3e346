# SPDX-License-Identifier: BSD-3-Clause
# --hold: octets are held back until the peer's FIN, as a store-and-forward echo server does.

import socket

import pytest
from host import Pattern, echo, exchange, receive, reset, run

HOLD = 512


@pytest.fixture
def device(start, limits):
    """The tutorial's device."""
    if limits.tcp_hold < HOLD:
        pytest.skip("this profile's window is too small to hold anything back")
    return start(port=8888, hold=HOLD, v=True)


def finish(sock):
    """Ends our direction; returns what comes back until the end."""
    sock.shutdown(socket.SHUT_WR)
    data = b""
    while piece := sock.recv(1 << 16):
        data += piece
    return data


def test_several_clients_get_nothing_before_their_fin_and_all_after(device, host):
    clients = min(5, device.limits.tcp_peer_connections)
    lines = [f"client {number} says hello\n".encode() for number in range(clients)]
    socks = [host.connect(device) for _ in lines]
    for sock, line in zip(socks, lines):
        sock.sendall(line)
    sent = sum(map(len, lines))
    stats = device.until(lambda stats: stats["echo_tcp"]["octets_in"] == sent)
    assert stats["echo_tcp"]["octets_held"] == sent and stats["echo_tcp"]["octets_out"] == 0
    for sock in socks:
        sock.setblocking(False)
        with pytest.raises(BlockingIOError):
            sock.recv(1)
        sock.setblocking(True)
    for sock, line in zip(socks, lines):
        assert finish(sock) == line
    for sock, line in zip(socks, lines):
        peer = f"198\\.51\\.100\\.1:{sock.getsockname()[1]}"
        data = line.decode().replace("\n", r"\\n")
        device.log.wait(f'^tcp: received peer={peer} octets={len(line)} data="{data}"$')
        device.log.wait(f"^tcp: close peer={peer} reason=finished octets_in={len(line)} ")


@pytest.mark.parametrize("octets", [HOLD - 1, HOLD])
def test_up_to_hold_octets_are_held(octets, device, host):
    sock = host.connect(device)
    data = Pattern(octets).take(octets)
    sock.sendall(data)
    stats = device.until(lambda stats: stats["echo_tcp"]["octets_in"] == octets)
    assert stats["echo_tcp"]["octets_held"] == octets
    assert finish(sock) == data


def test_more_than_hold_octets_start_the_echo(device, host):
    sock = host.connect(device)
    data = Pattern(1).take(HOLD + 1)
    sock.sendall(data)
    assert receive(sock, len(data)) == data
    assert finish(sock) == b""


def test_nothing_is_lost_when_far_more_than_hold_comes(device, host):
    octets = min(1_000_000, 50 * device.limits.tcp_window)
    exchange([host.transfer(device, octets, seed=seed) for seed in range(3)])


def test_the_largest_hold_does_not_deadlock(start, host, limits):
    if not limits.tcp_hold:
        pytest.skip("this profile's window is too small to hold anything back")
    device = start(hold=limits.tcp_hold)
    exchange([host.transfer(device, 4 * limits.tcp_window, seed=seed) for seed in range(3)])
    sock = host.connect(device)
    data = Pattern(2).take(limits.tcp_hold)
    sock.sendall(data)
    device.until(lambda stats: stats["echo_tcp"]["octets_held"] == len(data))
    assert finish(sock) == data


def test_reset_while_octets_are_held_leaves_nothing(device, host):
    sock = host.connect(device)
    sock.sendall(b"never echoed")
    device.until(lambda stats: stats["echo_tcp"]["octets_held"] == 12)
    reset(sock)
    device.log.wait("^tcp: close .* reason=reset octets_in=12 octets_out=0 open=0$")
    assert device.stats()["echo_tcp"]["octets_discarded"] == 12


def test_nc_gets_its_file_back(device):
    data = Pattern(3).take(5000)
    assert run("nc.openbsd", "-N", device.address[4], str(device.port), input=data) == data


def test_udp_is_answered_at_once(device, host):
    echo(host.udp(device), b"hello over UDP\n")
    device.log.wait(r'^udp: received peer=198\.51\.100\.1:\d+ octets=15 data="hello over UDP\\n"$')
