# SPDX-License-Identifier: BSD-3-Clause
# Connections without progress are dropped after the idle timeout, others live.

import pytest
from host import echo, fill

TIMEOUT_S = 2


def wait_reset(sock):
    with pytest.raises(ConnectionResetError):
        while sock.recv(1 << 16):
            pass


def test_a_silent_connection_is_dropped(ip, start, host):
    device = start(idle_timeout=TIMEOUT_S, ip6=None if ip == 6 else "off")
    wait_reset(host.connect(device, ip))
    device.log.wait("^tcp: close .* reason=idle octets_in=0 octets_out=0 open=0$")
    assert device.stats()["echo_tcp"]["aborted_idle"] == 1


def test_a_connection_that_fell_silent_is_dropped(start, host):
    device = start(idle_timeout=TIMEOUT_S)
    sock = host.connect(device)
    echo(sock, b"hello")
    wait_reset(sock)
    device.log.wait("^tcp: close .* reason=idle octets_in=5 octets_out=5 open=0$")


def test_a_peer_that_never_reads_is_dropped_with_what_is_held(start, host):
    device = start(idle_timeout=TIMEOUT_S)
    fill(host.connect(device, receive_buffer=4096))
    device.until(lambda stats: stats["echo_tcp"]["octets_held"] > 0)
    stats = device.until(lambda stats: stats["echo_tcp"]["open"] == 0)["echo_tcp"]
    assert stats["aborted_idle"] == 1 and stats["octets_discarded"] > 0


def test_a_connection_with_progress_outlives_silent_ones(start, host):
    device = start(idle_timeout=TIMEOUT_S)
    busy = host.connect(device)
    for dropped in (1, 2):
        silent = host.connect(device)
        echo(silent)
        while device.stats()["echo_tcp"]["aborted_idle"] < dropped:
            echo(busy)
    assert device.stats()["echo_tcp"]["open"] == 1


def test_timeout_0_never_drops(start, host):
    device = start(idle_timeout=0)
    sock = host.connect(device)
    echo(sock)
    device.until(lambda stats: stats["uptime_ms"] > 4000)
    echo(sock)


def test_timeout_holds_across_the_wrap_of_the_clock(start, host):
    # The connection is opened before the wrap, its deadline is after it.
    device = start(idle_timeout=TIMEOUT_S, clock=2**32 - 500 * TIMEOUT_S)
    sock = host.connect(device)
    assert device.stats()["uptime_ms"] < 500 * TIMEOUT_S, "too late to see the wrap"
    wait_reset(sock)
    stats = device.stats()
    assert stats["uptime_ms"] >= 1000 * TIMEOUT_S and stats["echo_tcp"]["aborted_idle"] == 1
