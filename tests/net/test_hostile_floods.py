# SPDX-License-Identifier: BSD-3-Clause
# Floods of frames with forged sources: honest clients connect and echo while they last.

import socket
import time

import pytest
from flood import Flood
from host import echo, receive

CLIENTS = 100
SERVED = 95  # of them
PATIENCE_S = 3  # of a client during a flood
RECOVERY_S = 2  # for clients after its end, from that on
CLIENTS_AFTER = 10

PAUSE_S = 0.02  # between clients, so that they are spread over the flood


def client(device, ip, deadline):
    """One client, from SYN to the last octet of its echo. Returns whether it was served by then."""
    family = {4: socket.AF_INET, 6: socket.AF_INET6}[ip]
    data = b"honest " * 20
    try:
        with socket.socket(family) as sock:
            sock.settimeout(max(0.001, deadline - time.monotonic()))
            sock.connect((device.address[ip], device.port))
            sock.sendall(data)
            return receive(sock, len(data)) == data and time.monotonic() < deadline
    except OSError:
        return False


@pytest.fixture
def flood(host):
    """Makes a flood of ten times as many frames a second as the device has PCBs."""

    def make(device, kind, ip, neighbours):
        echo(host.connect(device, ip))
        host.close()
        mac = host.mac_of(device, ip)
        pcbs = device.before["pools"]["TCP_PCB"]["size"]
        return Flood(device, mac, kind, ip, neighbours, 10 * pcbs)

    return make


@pytest.mark.parametrize("neighbours", [False, True], ids=["anywhere", "neighbours"])
@pytest.mark.parametrize("kind", ["syn", "udp", "announce"])
def test_honest_clients_are_served_during_a_flood(kind, neighbours, ip, device, flood):
    ended = device.stats()["hooks"]["half_open_ended"]
    served = 0
    with flood(device, kind, ip, neighbours) as frames:
        for _ in range(CLIENTS):
            served += client(device, ip, time.monotonic() + PATIENCE_S)
            time.sleep(PAUSE_S)
    assert frames.sent >= 0.9 * frames.per_s * frames.seconds, "the flood was thinner than that"
    assert served >= SERVED, f"{served} of {CLIENTS} were served"
    deadline = time.monotonic() + RECOVERY_S
    assert all(client(device, ip, deadline) for _ in range(CLIENTS_AFTER))
    if kind == "syn":
        assert device.stats()["hooks"]["half_open_ended"] > ended


def test_without_the_defence_a_flood_of_syns_shuts_them_out(simulator, start, flood):
    device = start(defence_off="hooks.half_open_ended")
    with flood(device, "syn", 4, False) as syns:
        device.until(lambda stats: stats["echo_tcp"]["refused_memory"] > 0)
        assert not client(device, 4, time.monotonic() + PATIENCE_S)
    assert syns.sent > 0
