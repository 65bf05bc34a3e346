# SPDX-License-Identifier: BSD-3-Clause
# Signals, the line of JSON, and rest at idle.

import re
import signal
import subprocess

import pytest
from device import DEADLINE_S
from host import echo, exchange, ip_json, run

KEYS = (
    "version profile lwip hostname ip4 port uptime_ms wakeups link limits ethif guard guard_ip"
    " hooks guard_ip6 large acks link_rx link_tx echo_tcp echo_udp mdns page lwip_stats"
    " pools".split()
)
LIMITS = (
    "tcp_connections tcp_peer_connections tcp_window tcp_hold tcp_mss udp_octets ipv6".split()
)
PROTOCOLS = {"link", "etharp", "ip", "icmp", "udp", "tcp"}
PROTOCOLS_IP6 = {"ip_frag", "ip6", "ip6_frag", "icmp6", "nd6", "mld6"}
PROBED_MS = 10000  # after it was ready: no other host turned out to have its address or name
IDLE_S = 5


def test_json_has_every_part(simulator, device):
    stats = device.stats()
    has_not = set() if device.limits.ipv6 else {"guard_ip6", "mdns", "page"}
    has_not |= set() if device.limits.profile == "host" else {"large", "acks"}
    assert list(stats) == [key for key in KEYS if key not in has_not]
    assert list(stats["limits"]) == LIMITS
    assert set(stats["lwip_stats"]) >= PROTOCOLS | (PROTOCOLS_IP6 if device.limits.ipv6 else set())
    for protocol, events in stats["lwip_stats"].items():
        assert {"xmit", "recv", "drop"} <= set(events), protocol
    assert re.fullmatch(r"\d+\.\d+\.\d+", stats["version"])
    assert re.match(r"2\.\d+\.\d+", stats["lwip"])
    assert stats["profile"] in ("host", "small", "tiny")
    for module in ("ethif", "echo_tcp", "echo_udp"):
        assert all(type(value) is int and value >= 0 for value in stats[module].values())


def test_json_shows_each_pool(device, host):
    exchange([host.transfer(device, 10_000)])
    pools = device.stats()["pools"]
    assert {"RX", "HEAP", "TCP_PCB", "TCP_SEG", "UDP_PCB"} <= set(pools)
    for name, pool in pools.items():
        assert set(pool) == {"used", "peak", "size", "failed"}, name
        assert 0 <= pool["used"] <= pool["peak"] <= pool["size"], (name, pool)
        assert pool["failed"] >= 0, (name, pool)
    assert pools["TCP_PCB"]["peak"] >= 1 and pools["RX"]["peak"] >= 1


def test_json_counts_octets_and_connections(start, host):
    device = start()
    exchange([host.transfer(device, 12345), host.transfer(device, 54321)])
    tcp = device.settle()["echo_tcp"]
    assert tcp["accepted"] == tcp["closed"] == 2
    assert tcp["octets_in"] == tcp["octets_out"] == 66666
    link = device.stats()["ethif"]
    assert link["rx_octets"] > 66666 and link["tx_octets"] > 66666


def test_signals_in_mid_stream_disturb_nothing(device, host):
    answers = []

    def ask(octets):
        if octets >= 10_000 * (len(answers) + 1):
            answers.append(device.stats())

    exchange([host.transfer(device, 200_000)], ask)
    octets = [stats["echo_tcp"]["octets_in"] for stats in answers]
    assert len(octets) > 1 and octets == sorted(octets)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_ends_cleanly_on_a_signal(number, simulator, start, host):
    device = start()
    exchange([host.transfer(device, 1000)])
    device.settle()
    last = device.stop(lambda: device.signal(number))
    assert last["echo_tcp"]["closed"] == 1 and last["echo_tcp"]["octets_out"] == 1000


def test_open_connections_are_reset_when_it_ends(simulator, start, host):
    device = start()
    socks = [host.connect(device) for _ in range(3)]
    for sock in socks:
        echo(sock)
    assert device.stop()["echo_tcp"]["aborted_stop"] == len(socks)
    for sock in socks:
        with pytest.raises(ConnectionResetError):
            sock.recv(1)
    stopped = [line for line in device.log.since() if "reason=stopped" in line]
    assert len(stopped) == len(socks)


def test_a_signal_while_it_is_starting_ends_it_cleanly(simulator, program, limits):
    """Duplicate address detection takes a second or more: nobody has to wait for it."""
    if not limits.ipv6:
        pytest.skip("this profile is ready at once")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([program], **pipes) as process:
        try:
            while "serving" not in process.stderr.readline():
                assert process.poll() is None
            process.terminate()
            output = process.communicate(timeout=DEADLINE_S)[0].splitlines()
        finally:
            process.kill()
    assert process.returncode == 0 and output[-1].startswith("{")


def frames_sent(device):
    """To the device by the host, which now and then asks for routers and the like."""
    return ip_json("-s", "link", "show", device.tap)[0]["stats64"]["tx"]["packets"]


def assert_sleeps(device, wakeups_per_s):
    """That it wakes by itself no more often. A frame that comes may wake it twice."""
    ready_ms = device.stats()["uptime_ms"]
    first = device.until(lambda stats: stats["uptime_ms"] > ready_ms + PROBED_MS)
    frames = frames_sent(device)
    with pytest.raises(subprocess.TimeoutExpired):
        device.process.wait(IDLE_S)
    last = device.stats()
    frames = frames_sent(device) - frames
    wakeups = last["wakeups"] - first["wakeups"]
    assert wakeups > 0, "the question itself wakes it"
    seconds = (last["uptime_ms"] - first["uptime_ms"]) / 1000
    print(f"idle: {wakeups - 1} wake-ups in {seconds:.1f} s with {frames} frames")
    assert wakeups - 1 <= wakeups_per_s * seconds + 2 + 2 * frames


def test_only_lwips_timers_wake_it(simulator, start, host, limits):
    """At idle those of its neighbours, with connections TCP's. Boards' clocks want more."""
    device = start(ip6=None if limits.ipv6 else "off")
    assert_sleeps(device, 1)
    for _ in range(3):
        echo(host.connect(device))
    assert_sleeps(device, 4)


def test_help_fits_a_screen_and_version_a_line(simulator, program):
    for options, lines in ((["--help"], 24), (["--help-link"], 24), (["ctl", "--help"], 24),
                           (["--version"], 1)):
        output = run(program, *options, stderr=subprocess.STDOUT).decode().splitlines()
        assert 1 <= len(output) <= lines and all(len(line) <= 80 for line in output), output
