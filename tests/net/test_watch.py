# SPDX-License-Identifier: BSD-3-Clause
# `lwecho ctl stats --watch` on a terminal of the test's own.

import os
import re
import signal

import pytest
from ctl import command, ctl
from host import echo, fill
from terminal import Terminal

pytestmark = pytest.mark.usefixtures("simulator")

@pytest.fixture
def watch():
    terminals = []

    def start(device, **size):
        terminals.append(Terminal(command(device, "stats", "--watch"), **size))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.close()


def fits(frame, columns, rows):
    return len(frame) <= rows and all(len(line) <= columns for line in frame)


def test_shows_connections_rates_pools_drops_and_link(start, host, watch):
    device = start(mtu=1400)
    stalled = host.connect(device)
    fill(stalled)
    host.udp(device).send(bytes(1450))
    sock = host.connect(device)
    terminal = watch(device, columns=100, rows=40)
    names = ["%s:%d" % s.getsockname() for s in (stalled, sock)]
    frame = terminal.wait(lambda text: all(name in text for name in names))
    text = "\n".join(frame)
    for words in ("lwecho   198.51.100.2", "link up", "mtu=1400", "link_rx.drop_mtu", "TCP_PCB",
                  "2 of %d connections" % device.limits.tcp_connections):
        assert words in text, words
    assert fits(frame, 100, 40)

    def rate_shown(text):
        for _ in range(5):
            echo(sock, bytes(1000))
        row = next(line for line in text.splitlines() if names[1] in line)
        return re.search(r" echoing .* [0-9.]+k +\d+s", row)

    terminal.wait(rate_shown)
    sock.close()
    terminal.wait(lambda text: names[1] not in text)
    ctl(device, "link", "mtu=off")  # or the stalled one's end would not get through either


@pytest.mark.parametrize("key", [b"q", b"\x03"], ids=["q", "Ctrl-C"])
def test_ends_on_a_key_and_leaves_the_terminal_as_it_was(key, start, watch):
    terminal = watch(start())
    terminal.wait(lambda text: "pools" in text)
    assert not terminal.is_as_before()
    os.write(terminal.fd, key)
    assert terminal.end() == 0 and terminal.is_as_before()


def test_ends_on_a_signal_and_leaves_the_terminal_as_it_was(start, watch):
    terminal = watch(start())
    terminal.wait(lambda text: "pools" in text)
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.end() == 0 and terminal.is_as_before()


def test_follows_the_size_of_the_terminal(start, host, watch):
    device = start()
    socks = [host.connect(device) for _ in range(min(20, device.limits.tcp_peer_connections))]
    terminal = watch(device)
    assert fits(terminal.wait(lambda text: "link" in text), 80, 24)
    for columns, rows in ((120, 50), (40, 10), (20, 3), (80, 24)):
        terminal.resize(columns, rows)
        terminal.wait(lambda text, size=(columns, rows): fits(text.split("\n"), *size) and
                      max(map(len, text.split("\n"))) == size[0])
    assert len(socks) < 20 or terminal.wait(lambda text: re.search(r"and \d+ more", text))


def test_says_so_when_the_device_goes(start, watch):
    device = start()
    terminal = watch(device)
    terminal.wait(lambda text: "pools" in text)
    device.stop()
    assert terminal.end() == 1 and terminal.is_as_before()
    said = b"lwecho: the device has ended; its own output says why\n"
    assert terminal.process.stderr.read() == said


def test_says_so_when_too_many_watch(start, watch):
    device = start()
    crowd = [watch(device) for _ in range(8)]
    for terminal in crowd:
        terminal.wait(lambda text: "pools" in text)
    late = watch(device)
    assert late.end() == 1 and late.is_as_before()
    said = late.process.stderr.read()
    assert said.startswith(b"lwecho: too many programs ask this device"), said
