# SPDX-License-Identifier: BSD-3-Clause
# --connect: frames over a UNIX socket, each behind its length, as passt and QEMU speak it.

import contextlib
import socket
import struct
import subprocess

import pytest
from ctl import ctl
from device import DEADLINE_S
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.l2 import ARP, Ether

pytestmark = pytest.mark.usefixtures("simulator")

MAC, DEVICE_MAC = "02:00:00:00:00:01", "02:00:c6:33:64:02"
HOST, DEVICE = "198.51.100.1", "198.51.100.2"


class Peer:
    """What listens at the other end of the socket."""

    def __init__(self, path):
        self.path = path
        self._listener = None
        self._sock = None

    def listen(self):
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.settimeout(DEADLINE_S)
        self._listener.bind(str(self.path))
        self._listener.listen()

    def accept(self):
        self._sock = self._listener.accept()[0]
        self._sock.settimeout(DEADLINE_S)

    def hang_up(self):
        for sock in (self._sock, self._listener):
            sock.close()
        self.path.unlink()

    def close(self):
        for sock in (self._sock, self._listener):
            if sock:
                sock.close()

    def send_octets(self, data):
        self._sock.sendall(data)

    @staticmethod
    def packed(frame):
        return struct.pack("!I", len(frame)) + bytes(frame)

    def send(self, *frames):
        self.send_octets(b"".join(self.packed(frame) for frame in frames))

    def _take(self, octets):
        data = b""
        while len(data) < octets:
            piece = self._sock.recv(octets - len(data))
            assert piece, "the device has hung up"
            data += piece
        return data

    def receive(self):
        (octets,) = struct.unpack("!I", self._take(4))
        return Ether(self._take(octets))

    def receive_udp(self):
        """The payload of the next datagram; who has this host's address is answered on the way."""
        while True:
            frame = self.receive()
            if ARP in frame and frame[ARP].op == 1 and frame[ARP].pdst == HOST:
                answer = ARP(op=2, hwsrc=MAC, psrc=HOST, hwdst=DEVICE_MAC, pdst=DEVICE)
                self.send(Ether(src=MAC, dst=DEVICE_MAC) / answer)
            elif UDP in frame and frame[UDP].sport == 7:
                return bytes(frame[UDP].payload)


@pytest.fixture
def peer(tmp_path):
    peer = Peer(tmp_path / "socket")
    peer.listen()
    with contextlib.closing(peer):
        yield peer


@pytest.fixture
def device(start, peer):
    device = start(connect=peer.path)
    device.tap = "lwecho"  # its name for ctl
    peer.accept()
    return device


def datagram(payload):
    ends = Ether(src=MAC, dst=DEVICE_MAC) / IP(src=HOST, dst=DEVICE)
    return bytes(ends / UDP(sport=40000, dport=7) / payload)


def test_device_announces_itself_first(device, peer):
    """passt sends to everybody's address until it has heard from the device."""
    frame = peer.receive()
    assert frame.src == DEVICE_MAC and frame.dst == "ff:ff:ff:ff:ff:ff"
    assert frame.type == 0x8035, "as virtual machines do"


def test_a_packet_in_a_frame_for_all_is_taken_for_ours(device, peer):
    """passt may not have read the announcement when it sends its first one."""
    peer.send(b"\xff" * 6 + datagram(b"hello")[6:])
    assert peer.receive_udp() == b"hello"
    for_all = Ether(src=MAC, dst="ff:ff:ff:ff:ff:ff") / IP(src=HOST, dst="255.255.255.255")
    peer.send(bytes(for_all / UDP(sport=40000, dport=7) / b"all"))
    peer.send(datagram(b"next"))
    assert peer.receive_udp() == b"next", "what is for all is answered by nobody"


def test_datagrams_of_every_size_come_back(device, peer):
    for octets in (0, 1, 18, 1471, 1472):
        peer.send(datagram(bytes(octets)))
        assert peer.receive_udp()[:octets] == bytes(octets)


def test_frames_in_pieces_and_many_at_once_are_told_apart(device, peer):
    peer.send(datagram(b"first"))
    assert peer.receive_udp() == b"first"
    stream = b"".join(peer.packed(datagram(b"%05d" % number)) for number in range(50))
    for octet in stream[:500]:
        peer.send_octets(bytes([octet]))
    peer.send_octets(stream[500:])
    assert [peer.receive_udp() for _ in range(50)] == [b"%05d" % number for number in range(50)]


def test_a_frame_that_is_too_long_is_dropped_and_counted(device, peer):
    """passt sends a datagram of 64 KB as one frame."""
    peer.send(datagram(bytes(60000)), datagram(b"next"))
    assert peer.receive_udp() == b"next"
    assert device.stats()["ethif"]["rx_drop_length"] == 1


def test_a_peer_that_does_not_read_stops_nobody(device, peer):
    """What does not fit into the socket is lost, whole frames of it."""
    peer.send(datagram(b"first"))
    assert peer.receive_udp() == b"first"
    n = 2000
    for number in range(n):
        peer.send(datagram(b"%05d" % number + bytes(1000)))
    stats = device.until(lambda stats: stats["echo_udp"]["received"] == n + 1)
    assert stats["ethif"]["tx_drop_refused"] > 0
    for _ in range(stats["echo_udp"]["answered"] - 1):
        number, rest = int((answer := peer.receive_udp())[:5]), answer[5:]
        assert rest == bytes(1000) and number < n
    peer.send(datagram(b"last"))
    assert peer.receive_udp() == b"last"


@pytest.mark.parametrize("how", ["closed", "length 0", "length 4 GB"])
def test_waits_for_a_peer_that_is_gone_or_mad(how, device, peer):
    if how != "closed":
        peer.send_octets(struct.pack("!I", 0 if "0" in how.split() else 2**32 - 1))
    peer.hang_up()
    device.log.wait("^lwecho: .*socket: .*waiting for it to listen again")
    device.log.wait("^ethif: link state=down$")
    mark = device.log.mark()
    peer.listen()
    peer.accept()
    device.log.wait("^stream: connected", mark)
    assert peer.receive().src == DEVICE_MAC
    peer.send(datagram(b"again"))
    assert peer.receive_udp() == b"again"


def test_faults_and_captures_work_there_too(start, peer, tmp_path):
    device = start(connect=peer.path, pcap=tmp_path / "file", delay="5ms")
    device.tap = "lwecho"
    peer.accept()
    peer.send(datagram(b"late"))
    assert peer.receive_udp() == b"late"
    assert "delay=5ms" in ctl(device, "link")
    device.stop()
    assert b"late" in (tmp_path / "file").read_bytes()


def test_no_rights_are_needed(program, peer):
    command = ["setpriv", "--bounding-set=-all", "--inh-caps=-all", program, "--ip6", "off",
               "--control", "off", "--connect", peer.path]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as device:
        try:
            peer.accept()
            ping = IP(src=HOST, dst=DEVICE) / ICMP() / b"ping"
            arp = ARP(op=1, hwsrc=MAC, psrc=HOST, pdst=DEVICE)
            peer.send(Ether(src=MAC, dst=DEVICE_MAC) / arp, Ether(src=MAC, dst=DEVICE_MAC) / ping)
            while ICMP not in (frame := peer.receive()):
                pass
            assert bytes(frame[ICMP].payload)[:4] == b"ping"
        finally:
            device.terminate()
    assert device.returncode == 0
