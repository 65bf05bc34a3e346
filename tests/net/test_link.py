# SPDX-License-Identifier: BSD-3-Clause
# A bad link on demand, between the device and a real kernel, and changed while it runs.

import re

import pytest
from ctl import ctl
from host import echo, exchange

pytestmark = pytest.mark.usefixtures("simulator")

SEED = 42
MB = 1_000_000


def faults_of(device):
    return re.match(r"seed=(\d+) (.*)\n", ctl(device, "link")).groups()


def test_10_mb_come_back_exact_through_loss_and_reordering(start, host):
    """Over several connections at once, as each one spends most of its time waiting for a timer."""
    device = start(loss="5%", reorder="2%", seed=SEED)
    one_segment = device.limits.tcp_window < 4 * device.limits.tcp_mss
    n = min(32, device.limits.tcp_peer_connections)
    octets = n * 20_000 if one_segment else 10 * MB
    exchange([host.transfer(device, octets // n, seed=i) for i in range(n)])
    stats = device.stats()
    for direction in ("link_rx", "link_tx"):
        assert stats[direction]["drop_loss"] > 0.03 * stats[direction]["frames"]
        assert stats[direction]["reordered"] > 0
    assert stats["echo_tcp"]["octets_in"] == stats["echo_tcp"]["octets_out"] == octets // n * n
    ctl(device, "link", "loss=off")  # or the last FIN may be sent again and again


def test_datagrams_come_back_or_not_at_all(start, host):
    device = start(loss="rx=20%", duplicate="20%", reorder="20%", corrupt="5%", seed=SEED)
    sock = host.udp(device)
    sock.settimeout(0.1)
    sent = {b"%06d" % number * 50 for number in range(100)}
    received = 0
    for data in sent:
        sock.send(data)
        try:
            while True:
                answer = sock.recv(1 << 16)
                received += 1
                assert answer in sent
                if answer == data:
                    break
        except TimeoutError:
            pass
    assert received > 50


def test_every_fault_is_there_from_the_start_and_can_be_changed(start, host):
    faults = {
        "loss": "0.1%", "burst-loss": "rx=0.1%:8,tx=off", "delay": "2ms", "jitter": "1ms",
        "reorder": "0.1%:3", "duplicate": "0.1%", "corrupt": "0.1%", "rate": "100mbit",
        "mtu": "1500", "link-flap": "30s:10ms",
    }  # fmt: skip
    options = {name.replace("-", "_"): value for name, value in faults.items()}
    device = start(seed=SEED, **options)
    expected = " ".join(f"{name}={value}" for name, value in faults.items())
    device.log.wait(f"^link: impaired seed={SEED} {re.escape(expected)}$")
    assert faults_of(device) == (str(SEED), expected)
    assert device.stats()["link"]["faults"] == expected
    answer = ctl(device, "link", *(f"{name}=off" for name in faults if name != "delay"))
    assert answer == f"seed={SEED} delay=2ms\n"
    device.log.wait(f"^link: changed seed={SEED} delay=2ms$")
    ctl(device, "link", "delay=0")
    echo(host.udp(device))


def test_seed_is_random_and_told_unless_given(start):
    seeds = set()
    for _ in range(2):
        device = start(loss="1%")
        seeds.add(device.log.wait(r"^link: impaired seed=(\d+) ")[1])
        assert str(device.stats()["link"]["seed"]) in seeds
        device.stop()
    assert len(seeds) == 2


def test_one_direction_alone(start, host):
    device = start()
    echo(host.udp(device))
    ctl(device, "link", "loss=tx=100%")
    sock = host.udp(device)
    sock.settimeout(0.2)
    sock.send(b"heard, but not answered")
    device.until(lambda stats: stats["link_tx"]["drop_loss"] > 0)
    with pytest.raises(TimeoutError):
        sock.recv(1)
    stats = device.stats()
    assert stats["link_rx"]["drop_loss"] == 0 and stats["echo_udp"]["answered"] == 2
    ctl(device, "link", "loss=off")
    echo(host.udp(device))


def test_delay_is_seen_by_ping_time(start, host):
    device = start()
    host.ping(device.address[4])
    frames = device.stats()["link_rx"]["frames"]
    ctl(device, "link", "delay=rx=60s")
    sock = host.udp(device)
    sock.settimeout(0.3)
    sock.send(b"late")
    device.until(lambda stats: stats["link_rx"]["frames"] > frames)
    with pytest.raises(TimeoutError):
        sock.recv(1)
    assert device.stats()["link"]["rx_queued"] > 0
    ctl(device, "link", "delay=off")
    sock.settimeout(10)
    assert sock.recv(100) == b"late"


def test_a_link_that_flaps_is_told_and_served_on(start, host):
    device = start(link_flap="200ms:100ms")
    sock = host.connect(device)
    device.until(lambda stats: stats["ethif"]["link_changes"] >= 5)
    ctl(device, "link", "link-flap=off")
    device.log.wait("^ethif: link state=up$", device.log.mark() - 2)
    echo(sock, b"still there")


def test_a_wrong_change_is_told_and_changes_nothing(start):
    device = start(loss="1%", seed=SEED)
    for wrong in (["loss=5"], ["loss"], ["delay=1ms", "nonsense=1"], ["mtu=9000"]):
        words = ctl(device, "link", *wrong, code=2)
        assert words.startswith("lwecho: " + wrong[-1].split("=")[0]) and "give" in words
    assert faults_of(device) == (str(SEED), "loss=1%")
