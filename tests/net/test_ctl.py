# SPDX-License-Identifier: BSD-3-Clause
# `lwecho ctl`: the control socket, and the statistics in each of their forms.

import json
import os
import socket
import stat
import subprocess

import pytest
from ctl import command, ctl
from device import DEADLINE_S
from host import echo, exchange, fill
from prometheus_client.parser import text_string_to_metric_families

pytestmark = pytest.mark.usefixtures("simulator")

SOCKET = "/run/lwecho/tap0.sock"


def stats_of(device):
    return device.parse_stats(ctl(device, "stats", "--json"))


def test_socket_is_the_users_alone_and_goes_with_the_device(start):
    device = start()
    mode = os.stat(SOCKET).st_mode
    assert stat.S_ISSOCK(mode) and stat.S_IMODE(mode) == 0o600
    assert stat.S_IMODE(os.stat(os.path.dirname(SOCKET)).st_mode) == 0o700
    device.stop()
    assert not os.path.exists(SOCKET)


def test_the_only_device_needs_no_name(start, program):
    start()
    done = subprocess.run([program, "ctl", "link"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("seed=")


def test_several_devices_are_told_apart_by_their_names(start, program):
    for number in (1, 2):
        start(tap=f"tap{number}", ip4=f"203.0.{number}.2/24", host_ip4=f"203.0.{number}.1/24")
    for number in (1, 2):
        where = ["--control", f"tap{number}"]
        done = subprocess.run([program, "ctl", *where, "stats", "--json"], capture_output=True,
                              check=True)
        assert json.loads(done.stdout)["ip4"] == f"203.0.{number}.2"
    done = subprocess.run([program, "ctl", "stats"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "tap1" in done.stderr and "tap2" in done.stderr


def test_path_can_be_chosen_and_the_socket_left_away(start, program, tmp_path):
    start(control=str(tmp_path / "here"))
    done = subprocess.run([program, "ctl", "--control", tmp_path / "here", "link"],
                          capture_output=True, text=True, check=True)
    assert done.stdout.startswith("seed=") and not os.path.exists(SOCKET)
    start(tap="tap1", control="off")
    assert os.listdir("/run/lwecho") == []


def test_socket_of_a_killed_device_is_replaced(start, devices):
    start().kill()
    assert os.path.exists(SOCKET)
    devices.clear()
    assert ctl(start(), "link").startswith("seed=")


def test_json_lists_each_connection_with_its_state(start, host):
    device = start(hold=100)
    holding, echoing, stalled = (host.connect(device) for _ in range(3))
    holding.sendall(bytes(50))
    echo(echoing, bytes(101))
    fill(stalled)
    device.until(lambda stats: stats["echo_tcp"]["octets_held"] > 150)
    stats = stats_of(device)
    listed = {connection["peer"]: connection for connection in stats["connections"]}
    assert len(listed) == stats["echo_tcp"]["open"] == 3

    def of(sock):
        address, port = sock.getsockname()
        return listed[f"{address}:{port}"]

    assert of(holding) | {"idle_ms": 0} == {
        "peer": of(holding)["peer"], "state": "holding", "octets_in": 50, "octets_out": 0,
        "held": 50, "idle_ms": 0,
    }
    assert of(echoing)["state"] == of(stalled)["state"] == "echoing"
    assert of(echoing)["octets_in"] == of(echoing)["octets_out"] == 101
    assert of(stalled)["held"] > 0
    assert sum(c["held"] for c in listed.values()) == stats["echo_tcp"]["octets_held"]


def test_prometheus_has_every_number(start, host):
    device = start()
    exchange([host.transfer(device, 10_000)])
    stats = stats_of(device)
    text = ctl(device, "stats", "--prometheus")
    families = list(text_string_to_metric_families(text))
    assert len({family.name for family in families}) == len(families), "each stands together"
    values = {
        (sample.name, *sample.labels.values()): sample.value
        for family in families for sample in family.samples
    }
    types = {family.name: family.type for family in families}
    for module in ("ethif", "guard", "echo_tcp", "echo_udp", "link_rx"):
        for name in stats[module]:
            gauge = ("lwecho_%s_%s" % (module, name),)
            total = (gauge[0] + "_total",)
            assert (gauge in values) != (total in values), (module, name)
    assert values["lwecho_echo_tcp_octets_out_total",] == 10_000
    assert values["lwecho_pool_size", "RX"] == stats["pools"]["RX"]["size"]
    assert values["lwecho_pool_peak", "TCP_PCB"] >= 1
    assert values["lwecho_lwip_recv_total", "tcp"] >= stats["lwip_stats"]["tcp"]["recv"]
    assert values["lwecho_link_up",] == 1
    assert types["lwecho_echo_tcp_accepted"] == "counter"
    assert types["lwecho_echo_tcp_open"] == types["lwecho_pool_used"] == "gauge"
    assert ("lwecho_connections", "echoing") in values
    info = next(family for family in families if family.name == "lwecho_info")
    assert info.samples[0].labels["profile"] == stats["profile"]


def test_text_has_each_part(start, host):
    device = start()
    exchange([host.transfer(device, 10_000)])
    sock = host.connect(device)
    echo(sock)
    address, port = sock.getsockname()
    ctl(device, "link", "mtu=68")
    host.udp(device).send(bytes(100))
    device.until(lambda stats: stats["link_rx"]["drop_mtu"] >= 1)
    text = ctl(device, "stats")
    for words in ("198.51.100.2", f"{address}:{port}", "echoing", "link up", "mtu=68", "RX",
                  "TCP_PCB", "link_rx.drop_mtu"):
        assert words in text, words
    ctl(device, "link", "mtu=off")


@pytest.mark.parametrize("form", [[], ["--json"], ["--prometheus"]], ids=" ".join)
def test_a_line_from_elsewhere_is_shown_the_same_way(form, start, program, tmp_path):
    """Such as a board prints when the key s is pressed, between other lines."""
    line = json.dumps(start().stats())
    (tmp_path / "console").write_text(f"tcp: open\n{line}\ntcp: close\n", encoding="ascii")
    shown = [program, "ctl", "stats", *form, "--from"]
    one = subprocess.run([*shown, tmp_path / "console"], capture_output=True, text=True, check=True)
    other = subprocess.run([*shown, "-"], input=line + "\n", capture_output=True, text=True,
                           check=True)
    assert one.stdout == other.stdout and len(one.stdout) > 500


def connect():
    sock = socket.socket(socket.AF_UNIX)
    sock.settimeout(DEADLINE_S)
    sock.connect(SOCKET)
    return sock


def test_unknown_and_endless_commands_are_answered_and_ended(start):
    start()
    with connect() as sock:
        sock.sendall(b"nonsense\nstats\n")
        lines = sock.makefile()
        assert lines.readline().startswith("error ")
        assert lines.readline().startswith("{")
    with connect() as sock:
        sock.sendall(bytes(1000))
        try:
            assert sock.recv(1) == b""
        except ConnectionResetError:
            pass


def test_a_client_that_does_not_read_holds_nobody_up(start, host):
    device = start()
    silent = connect()
    silent.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)
    silent.setblocking(False)
    sent = 0
    try:
        while sent < 100_000:
            sent += silent.send(b"stats\n" * 100)
    except BlockingIOError:
        pass
    echo(host.connect(device))
    assert stats_of(device)["echo_tcp"]["open"] == 1
    silent.settimeout(DEADLINE_S)
    lines = silent.makefile()
    for _ in range(sent // len("stats\n")):
        assert lines.readline().startswith("{")
    silent.close()


def test_more_clients_than_there_is_room_for_are_turned_away(start):
    device = start()
    socks = [connect() for _ in range(8)]
    for sock in socks:
        sock.sendall(b"link\n")
        assert sock.recv(100).startswith(b"ok ")
    for what in ("link", "stats"):
        done = subprocess.run(command(device, what), capture_output=True, check=False)
        assert done.returncode == 1
        assert done.stderr == (b"lwecho: too many programs ask this device: "
                               b"end one that watches it\n")
    socks.pop().close()
    while True:  # the device learns of it in its own time
        done = subprocess.run(command(device, "link"), capture_output=True, check=False)
        if done.returncode == 0:
            break
        assert b"too many" in done.stderr
    for sock in socks:
        sock.close()
