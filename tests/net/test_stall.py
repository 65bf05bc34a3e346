# SPDX-License-Identifier: BSD-3-Clause
# Peers that stop reading stall themselves and nobody else.

import time

from host import echo, exchange, fill, receive

PAUSE_S = 10


def serve_others(device, host):
    """Two other connections get all of their data back."""
    octets = min(500_000, 20 * device.limits.tcp_window)
    exchange([host.transfer(device, octets, seed=seed) for seed in (1, 2)])


def test_a_reader_that_stops_for_10_s_gets_everything(device, host):
    stop = time.monotonic()
    sock = host.connect(device, receive_buffer=4096)
    octets = fill(sock)
    while time.monotonic() < stop + PAUSE_S:
        serve_others(device, host)
        time.sleep(0.5)
    assert receive(sock, octets) == bytes(octets)
    echo(sock, b"goes on")


def test_peers_that_never_read_stall_only_themselves(ip, device, host):
    # All connections but the two that serve_others() needs.
    free = min(device.limits.tcp_peer_connections, device.limits.tcp_connections - 2)
    stalled = [
        host.connect(device, ip, number=1, receive_buffer=4096) for _ in range(min(free, 100))
    ]
    fill(*stalled)
    held = device.stats()["echo_tcp"]["octets_held"]
    assert 0 < held <= len(stalled) * device.limits.tcp_window
    serve_others(device, host)
    assert device.stats()["echo_tcp"]["octets_held"] > 0


def test_crumbs_never_read_cannot_take_the_last_buffer(device, host):
    """Each segment of one octet takes a whole receive buffer."""
    sock = host.connect(device, number=1, receive_buffer=4096)
    fill(sock)
    crumbs = host.connect(device, number=1, receive_buffer=4096)
    crumbs.setblocking(False)
    for _ in range(5000):
        try:
            crumbs.send(b".")
        except (BlockingIOError, ConnectionError):
            break
    serve_others(device, host)
