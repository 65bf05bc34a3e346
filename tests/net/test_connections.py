# SPDX-License-Identifier: BSD-3-Clause
# Many TCP connections at once, their limits, and who is refused.

import math

import pytest
from host import echo, exchange


def open_connections(device, host, count, ip=4, first_number=0):
    """Opens that many connections, which are served, as many from an address as it may have."""
    share = device.limits.tcp_peer_connections
    socks = []
    for index in range(count):
        socks.append(host.connect(device, ip, number=first_number + index // share))
        echo(socks[-1])
    return socks


def is_refused(device, host, **options):
    """True when a connection is reset at once, False when it is served."""
    sock = None
    try:
        sock = host.connect(device, **options)
        echo(sock)
        return False
    except ConnectionError:
        return True
    finally:
        if sock is not None:
            sock.close()


def test_200_connections_each_get_their_own_data(ip, device, host):
    count = min(200, device.limits.tcp_connections)
    octets = min(100_000, 20 * device.limits.tcp_window)
    share = device.limits.tcp_peer_connections
    transfers = [
        host.transfer(device, octets + index, ip, seed=index, number=index // share)
        for index in range(count)
    ]
    exchange(transfers)
    assert device.stats()["echo_tcp"]["refused_full"] == 0


def test_every_connection_of_the_limit_is_served_and_the_next_one_refused(start, host):
    device = start()
    full = device.limits.tcp_connections
    others = math.ceil(full / device.limits.tcp_peer_connections)
    socks = open_connections(device, host, full)
    assert device.stats()["echo_tcp"]["open"] == full
    for refusals in (1, 2):
        assert is_refused(device, host, number=others)
        assert device.stats()["echo_tcp"]["refused_full"] == refusals
    for sock in socks:
        echo(sock, b"still served")
    socks.pop().close()
    device.until(lambda stats: stats["echo_tcp"]["open"] == full - 1)
    assert not is_refused(device, host, number=others)
    stats = device.stats()["echo_tcp"]
    assert stats["refused_full"] == 2 and stats["refused_peer"] == stats["refused_memory"] == 0


def test_one_peer_gets_its_share_and_others_are_served(ip, start, host):
    device = start(ip6=None if ip == 6 else "off")
    share = device.limits.tcp_peer_connections
    assert share < device.limits.tcp_connections
    socks = open_connections(device, host, share, ip)
    assert is_refused(device, host, ip=ip)
    assert device.stats()["echo_tcp"]["refused_peer"] == 1
    assert not is_refused(device, host, ip=ip, number=1)
    socks.pop().close()
    device.until(lambda stats: stats["echo_tcp"]["open"] == share - 1)
    assert not is_refused(device, host, ip=ip)
    stats = device.stats()["echo_tcp"]
    assert stats["refused_peer"] == 1 and stats["refused_full"] == 0


@pytest.mark.parametrize("share", [1, 2])
def test_peer_connections_sets_the_share(share, start, host):
    device = start(peer_connections=share)
    assert device.limits.tcp_peer_connections == share
    open_connections(device, host, share)
    assert is_refused(device, host)
    assert not is_refused(device, host, number=1)


def test_one_peer_may_have_all_connections_if_told_so(start, host, limits):
    device = start(peer_connections=limits.tcp_connections)
    open_connections(device, host, limits.tcp_connections)
    assert is_refused(device, host, number=1)
    assert device.stats()["echo_tcp"]["refused_full"] == 1
