# SPDX-License-Identifier: BSD-3-Clause
# --pcap: what tshark reads in a capture.

import subprocess

import pytest
from ctl import ctl
from device import DEADLINE_S, command_line
from host import echo, exchange, run
from scapy.layers.inet import IP, UDP
from scapy.layers.l2 import ARP, Ether

pytestmark = pytest.mark.usefixtures("simulator")

IN, OUT = "0x00000001", "0x00000002"


def tshark(file, *arguments, fields):
    """The fields of each packet that tshark reads, as lists."""
    command = ["tshark", "-n", "-r", str(file), "-T", "fields"]
    for field in fields:
        command += ["-e", field]
    lines = run(*command, *arguments, stderr=subprocess.DEVNULL).decode().splitlines()
    return [line.split("\t") for line in lines]


def test_each_frame_is_there_with_interface_and_direction(start, host, tmp_path):
    device = start(pcap=tmp_path / "file")
    exchange([host.transfer(device, 10_000)])
    echo(host.udp(device), b"datagram")
    frames = device.stop()["ethif"]
    fields = ["frame.interface_name", "frame.packet_flags_direction", "udp.payload"]
    rows = tshark(tmp_path / "file", fields=fields)
    assert all(row[0] == "tap0" for row in rows)
    assert sum(row[1] == IN for row in rows) == frames["rx_frames"]
    assert sum(row[1] == OUT for row in rows) == frames["tx_frames"]
    payload = b"datagram".hex()
    assert [row[1] for row in rows if row[2] == payload] == [IN, OUT]
    wrong = tshark(tmp_path / "file", "-o", "tcp.check_checksum:TRUE", "-Y",
                   "tcp.analysis.lost_segment or _ws.malformed", fields=["frame.number"])
    assert wrong == []
    first = tshark(tmp_path / "file", "-Y", "frame.number == 1", fields=["frame.time_epoch"])
    now = float(run("date", "+%s"))
    assert now - 60 < float(first[0][0]) < now + 60


def comments(file):
    rows = tshark(file, "-Y", "frame.comment",
                  fields=["frame.packet_flags_direction", "frame.comment"])
    return {tuple(row) for row in rows}


def test_frames_that_the_link_loses_say_why(start, host, tmp_path):
    device = start(pcap=tmp_path / "file", mtu=100)
    sock = host.udp(device)
    echo(sock)
    sock.send(bytes(200))
    device.until(lambda stats: stats["link_rx"]["drop_mtu"] == 1)
    ctl(device, "link", "mtu=off", "loss=tx=100%")
    sock.send(b"unanswered")
    device.until(lambda stats: stats["link_tx"]["drop_loss"] >= 1)
    ctl(device, "link", "loss=off")
    device.stop()
    assert comments(tmp_path / "file") >= {
        (IN, "dropped: longer than the link's MTU"), (OUT, "dropped: loss"),
    }


def test_frames_that_the_device_drops_say_why(start, host, tmp_path):
    device = start(pcap=tmp_path / "file")
    echo(host.udp(device))
    mac = "02:00:c6:33:64:02"
    ends = {"src": "198.51.100.1", "dst": "198.51.100.2"}
    for frame in (
        Ether(dst="02:00:00:00:00:99", src="02:00:00:00:00:01") / IP(**ends) / UDP(),
        bytes(Ether(dst=mac, src="02:00:00:00:00:01") / ARP())[:30],
        Ether(dst=mac, src="02:00:00:00:00:01") / IP(**ends) / UDP(dport=7, chksum=1),
        Ether(dst=mac, src="02:00:00:00:00:01") / IP(**ends) / UDP(sport=7, dport=7),
    ):
        host.send_frame(device, frame)
    device.until(lambda stats: stats["echo_udp"]["drop_source_port"] == 1)
    device.stop()
    assert comments(tmp_path / "file") == {
        (IN, "dropped: guard.drop_destination"),
        (IN, "dropped: guard.drop_arp_length"),
        (IN, "dropped: udp.chkerr udp.drop"),
        (IN, "dropped: echo_udp.drop_source_port"),
    }


def test_stdout_can_be_piped_into_a_reader_that_sees_frames_at_once(program, host, limits):
    command = command_line(program, pcap="-", ip6="off")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          text=False) as device:
        reader = subprocess.Popen(
            ["tshark", "-n", "-l", "-i", "-", "-T", "fields", "-e", "udp.payload", "-Y", "udp"],
            stdin=device.stdout, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )
        device.stdout.close()
        try:
            for line in device.stderr:
                if line.startswith(b"ready "):
                    break
            run("nc.openbsd", "-u", "-W1", "198.51.100.2", "7", input=b"look")
            assert reader.stdout.readline().strip() == b"look".hex()
            assert reader.stdout.readline().strip() == b"look".hex()
            device.terminate()
            rest = device.stderr.read().splitlines()
            assert rest[-1].startswith(b"{"), "the counters are no part of the capture"
            assert device.wait(DEADLINE_S) == 0
        finally:
            device.kill()
            reader.kill()
            reader.wait()
            reader.stdout.close()


def test_serves_on_when_the_reader_goes(program, host):
    command = command_line(program, pcap="-", ip6="off")
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as device:
        try:
            while not device.stderr.readline().startswith(b"ready "):
                assert device.poll() is None
            device.stdout.close()
            for _ in range(2):
                assert run("nc.openbsd", "-N", "198.51.100.2", "7", input=b"on") == b"on"
            device.terminate()
            assert device.wait(DEADLINE_S) == 0
        finally:
            device.kill()
