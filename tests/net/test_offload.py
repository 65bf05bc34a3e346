# SPDX-License-Identifier: BSD-3-Clause
# --offload: large segments both ways, and checksums that are left to the kernel.

import json
import subprocess

import pytest
from ctl import ctl
from host import echo, exchange, ip_json, run
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
from test_capture import IN, OUT, tshark
from test_fleet import fleet, nc

pytestmark = pytest.mark.usefixtures("simulator")

MTU = 1500
MAC = "02:00:c6:33:64:02"
ENDS = {"src": "198.51.100.1", "dst": "198.51.100.2"}


@pytest.fixture
def offload(request, start):
    return start(offload=True, ip6=None if "ip" in request.fixturenames else "off")


def features(interface):
    """What the kernel may leave to an interface, on or off each."""
    lines = run("ethtool", "-k", interface).decode().splitlines()
    return {words[0]: words[1] for line in lines if len(words := line.split()) > 1}


def test_large_segments_pass_both_ways(ip, offload, host):
    exchange([host.transfer(offload, 5_000_000, ip)])
    stats = offload.stats()
    assert stats["large"]["rx_frames"] > 50
    assert stats["large"]["tx_frames"] > 50
    assert stats["ethif"]["rx_octets"] > 5_000_000 and stats["ethif"]["tx_octets"] > 5_000_000
    assert stats["ethif"]["rx_frames"] < 5_000_000 / MTU / 2, "most of it came in small frames"
    assert stats["ethif"]["tx_frames"] < 5_000_000 / MTU / 2, "most of it left in small frames"
    assert stats["lwip_stats"]["tcp"]["chkerr"] == 0


def test_many_connections_at_once(ip, offload, host):
    exchange([host.transfer(offload, 500_000, ip, seed=n) for n in range(40)])


def test_without_the_option_frames_are_those_of_a_wire(device, host):
    exchange([host.transfer(device, 1_000_000)])
    stats = device.stats()
    assert stats["large"] == {"rx_frames": 0, "tx_frames": 0}
    assert stats["ethif"]["rx_frames"] > 1_000_000 / MTU


@pytest.fixture
def far():
    """A host of its own behind a wire that carries nothing but frames of a wire."""
    run("ip", "netns", "add", "far")
    run("ip", "link", "add", "near0", "type", "veth", "peer", "name", "far0", "netns", "far")
    run("ethtool", "-K", "near0", "tso", "off", "gso", "off", "gro", "off", "tx", "off")
    run("ip", "netns", "exec", "far", "ethtool", "-K", "far0", "tso", "off", "gso", "off",
        "tx", "off")
    run("ip", "-n", "far", "addr", "add", "198.51.100.99/24", "dev", "far0")
    run("ip", "-n", "far", "link", "set", "far0", "up")
    run("ip", "link", "set", "near0", "up")
    yield "far"
    run("ip", "netns", "del", "far")


def test_a_peer_beyond_a_bridge_gets_frames_of_its_wire(far, start):
    device = start(offload=True, instance=1, tap=None, hold=20000)  # which then leave at once
    run("ip", "link", "set", "near0", "master", "lwecho-br")
    data = bytes(range(256)) * 4096
    before = ip_json("-s", "link", "show", "near0")[0]["stats64"]["tx"]["packets"]
    back = run("ip", "netns", "exec", far, "nc.openbsd", "-N", device.address[4],
               str(device.port), input=data)
    after = ip_json("-s", "link", "show", "near0")[0]["stats64"]["tx"]["packets"]
    run("ip", "link", "set", "near0", "nomaster")  # the device takes an empty bridge away
    assert back == data
    assert device.stats()["large"]["tx_frames"] > 0
    assert after - before >= len(data) / MTU, "the kernel has not cut what the device sent"


def test_what_is_not_marked_is_still_verified(offload, host):
    echo(host.udp(offload))
    before = offload.stats()["lwip_stats"]
    head = Ether(dst=MAC, src="02:00:00:00:00:01") / IP(**ENDS)
    for frame in (
        head / UDP(sport=9000, dport=7, chksum=0x1234) / b"wrong",
        head / TCP(sport=9000, dport=7, flags="S", chksum=0x1234),
        Ether(dst=MAC, src="02:00:00:00:00:01") / IP(**ENDS, chksum=1) / UDP(sport=9000, dport=7),
    ):
        host.send_frame(offload, frame)
    after = offload.until(lambda stats: stats["lwip_stats"]["ip"]["chkerr"]
                          > before["ip"]["chkerr"])["lwip_stats"]
    assert after["udp"]["chkerr"] == before["udp"]["chkerr"] + 1
    assert after["tcp"]["chkerr"] == before["tcp"]["chkerr"] + 1


def test_a_capture_shows_the_large_segments(start, host, tmp_path):
    device = start(offload=True, pcap=tmp_path / "file")
    exchange([host.transfer(device, 1_000_000)])
    echo(host.udp(device), b"datagram")
    frames = device.stop()["ethif"]
    fields = ["frame.packet_flags_direction", "frame.len", "frame.cap_len", "tcp.len"]
    rows = tshark(tmp_path / "file", fields=fields)
    for direction, count in ((IN, frames["rx_frames"]), (OUT, frames["tx_frames"])):
        there = [row for row in rows if row[0] == direction]
        assert len(there) == count
        assert max(int(row[1]) for row in there) > 10 * MTU
        assert all(row[1] == row[2] for row in there)
    wrong = tshark(tmp_path / "file", "-Y", "tcp.analysis.lost_segment or _ws.malformed",
                   fields=["frame.number"])
    assert wrong == []


def test_the_users_tap_is_left_without_offloads(own_tap, start, host):
    before = features(own_tap)
    device = start(tap=own_tap, offload=True)
    during = features(own_tap)
    assert during["tcp-segmentation-offload:"] == "on"
    exchange([host.transfer(device, 1_000_000)])
    device.stop()
    assert features(own_tap) == before
    device = start(tap=own_tap)  # and a device without them is served as ever
    exchange([host.transfer(device, 100_000)])


def test_faults_of_a_link_are_refused_while_it_runs(offload):
    assert "without --offload" in ctl(offload, "link", "loss=5%", code=2)
    assert ctl(offload, "link").startswith("seed=")


@pytest.mark.parametrize("words", [["--loss", "5%"], ["--connect", "/none"]], ids=" ".join)
def test_what_does_not_go_with_it_is_a_usage_error(words, program):
    done = subprocess.run([program, "--offload", *words], capture_output=True, text=True,
                          timeout=30, check=False)
    assert done.returncode == 2
    assert "--offload" in done.stderr and len(done.stderr.splitlines()) == 1


def test_each_device_of_a_fleet_has_large_segments(program, fleet):
    fleet(count=2, offload=True, q=True).ready()
    data = bytes(range(256)) * 4096
    for number in range(2):
        assert nc(f"198.51.100.{2 + number}", data) == data
        done = run(program, "ctl", "--control", f"tap{number}", "stats", "--json")
        assert json.loads(done)["large"]["rx_frames"] > 0
