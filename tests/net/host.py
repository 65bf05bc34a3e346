# SPDX-License-Identifier: BSD-3-Clause
# The host's side of the wire: addresses, connections, transfers of random data, pings, frames.

import ipaddress
import json
import random
import selectors
import socket
import struct
import subprocess
import time

from device import DEADLINE_S

CHUNK = 1 << 18
FAMILY = {4: socket.AF_INET, 6: socket.AF_INET6}
NETWORK = {
    4: ipaddress.ip_network("198.51.100.0/24"),
    6: ipaddress.ip_network("2001:db8:7::/64"),
}
RESET_ON_CLOSE = struct.pack("ii", 1, 0)


def run(*command, **options):
    """Runs a command to its end, which must be a good one; returns what it wrote."""
    options = {"check": True, "timeout": DEADLINE_S, "stdout": subprocess.PIPE} | options
    return subprocess.run(command, **options).stdout


def ip_json(*arguments):
    return json.loads(run("ip", "-json", *arguments) or "[]")


def sysctl(name, value):
    """Sets a value of this network namespace."""
    with open(f"/proc/sys/net/{name}", "w", encoding="ascii") as file:
        file.write(value)


class Pattern:
    """Endless random octets that sender and receiver make from the same seed."""

    BLOCK = 1 << 16

    def __init__(self, seed):
        self._random = random.Random(seed)
        self._rest = b""

    def take(self, octets):
        blocks = [self._rest]
        have = len(self._rest)
        while have < octets:
            blocks.append(self._random.randbytes(self.BLOCK))
            have += self.BLOCK
        data = b"".join(blocks)
        self._rest = data[octets:]
        return data[:octets]


class Transfer:
    """Sends `octets` of a pattern, ends its direction, and expects all of them back, then EOF."""

    def __init__(self, sock, octets, seed, quick_ack=False):
        sock.setblocking(False)
        self.sock = sock
        self.octets = octets
        self.sent = self.received = 0
        self.half_closed = self.ended = False
        self._quick_ack = quick_ack
        self._out, self._back = Pattern(seed), Pattern(seed)
        self._chunk = memoryview(b"")

    def events(self):
        return selectors.EVENT_READ | (0 if self.half_closed else selectors.EVENT_WRITE)

    def on_writable(self):
        if not self._chunk and self.sent < self.octets:
            self._chunk = memoryview(self._out.take(min(CHUNK, self.octets - self.sent)))
        if self._chunk:
            octets = self.sock.send(self._chunk)
            self._chunk = self._chunk[octets:]
            self.sent += octets
        if self.sent == self.octets:
            self.sock.shutdown(socket.SHUT_WR)
            self.half_closed = True

    def on_readable(self):
        data = self.sock.recv(CHUNK)
        if self._quick_ack:
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        expected = self._back.take(len(data))
        if data != expected:
            at = next(i for i, octet in enumerate(data) if octet != expected[i])
            raise AssertionError(f"octet {self.received + at} of {self.octets} differs")
        self.received += len(data)
        if not data:
            assert self.received == self.octets, f"EOF after {self.received} of {self.octets}"
            self.ended = True


def exchange(transfers, on_progress=lambda octets: None):
    """Drives all transfers at once until each one has everything back and EOF."""
    done = 0
    with selectors.DefaultSelector() as selector:
        for transfer in transfers:
            selector.register(transfer.sock, transfer.events(), transfer)
        while selector.get_map():
            ready = selector.select(DEADLINE_S)
            assert ready, f"no progress: {[(t.sent, t.received) for t in transfers if not t.ended]}"
            for key, events in ready:
                transfer = key.data
                before = transfer.received, transfer.events()
                if events & selectors.EVENT_WRITE:
                    transfer.on_writable()
                if events & selectors.EVENT_READ:
                    transfer.on_readable()
                done += transfer.received - before[0]
                on_progress(done)
                if transfer.ended:
                    selector.unregister(transfer.sock)
                elif transfer.events() != before[1]:
                    selector.modify(transfer.sock, transfer.events(), transfer)


def receive(sock, octets):
    """Receives exactly that many octets."""
    data = bytearray()
    while len(data) < octets:
        piece = sock.recv(octets - len(data))
        assert piece, f"ended after {len(data)} of {octets} octets"
        data += piece
    return bytes(data)


def echo(sock, data=b"x"):
    """Sends data and takes it back, over TCP or UDP."""
    sock.sendall(data)
    stream = sock.type == socket.SOCK_STREAM
    assert (receive(sock, len(data)) if stream else sock.recv(1 << 16)) == data


def fill(*socks):
    """Sends on all, without reading, until the device takes no more; returns the octets sent."""
    octets = 0
    with selectors.DefaultSelector() as selector:
        for sock in socks:
            sock.setblocking(False)
            selector.register(sock, selectors.EVENT_WRITE)
        while writable := selector.select(0.5):
            octets += sum(key.fileobj.send(bytes(1 << 14)) for key, _ in writable)
    for sock in socks:
        sock.settimeout(DEADLINE_S)
    return octets


def reset(sock):
    """Closes with RST instead of FIN."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
    sock.close()


class Host:
    """The machine at the other end of the device's wire; closes whatever a test left open."""

    def __init__(self):
        self._open = []

    def close(self):
        for sock in self._open:
            sock.close()
        self._open.clear()

    def address(self, device, ip=4, number=0):
        """The host's address on the device's network: number 0 is there, others are added."""
        address = str(NETWORK[ip][1 if number == 0 else number + 2])
        if number and address not in json.dumps(ip_json("addr", "show", device.tap)):
            options = ["nodad"] if ip == 6 else []
            prefix = f"{address}/{NETWORK[ip].prefixlen}"
            run("ip", "addr", "add", prefix, "dev", device.tap, *options)
        return address

    def mac_of(self, device, ip=4):
        """The device's MAC address, as the kernel knows it. A slow one it may have forgotten."""
        deadline = time.monotonic() + DEADLINE_S
        while time.monotonic() < deadline:
            for neighbour in ip_json("neigh", "show", "dev", device.tap):
                if neighbour["dst"] == device.address[ip] and "lladdr" in neighbour:
                    return neighbour["lladdr"]
            echo(self.udp(device, ip))
        raise AssertionError("the kernel does not know the device's MAC address")

    def _socket(self, kind, device, ip, number, source_port):
        sock = socket.socket(FAMILY[ip], kind)
        self._open.append(sock)
        sock.settimeout(DEADLINE_S)
        if source_port:  # for others, the kernel chooses a port that is free
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if ip == 4 and number:
            sock.bind((self.address(device, ip, number), source_port))
        elif source_port:
            sock.bind((self.address(device, ip), source_port))
        return sock

    def connect(self, device, ip=4, number=0, source_port=0, receive_buffer=None):
        """A TCP connection to the device's service, from the host's address of that number. With
        IPv6, where a peer is a whole /64, those are the host's global and link-local address."""
        sock = self._socket(socket.SOCK_STREAM, device, ip, number, source_port)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if receive_buffer:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        if ip == 6 and number:
            scope = socket.if_nametoindex(device.tap)
            sock.connect((device.link_local, device.port, 0, scope))
        else:
            sock.connect((device.address[ip], device.port))
        return sock

    def udp(self, device, ip=4, source_port=0):
        """A UDP socket connected to the device's service: it takes answers from there only."""
        sock = self._socket(socket.SOCK_DGRAM, device, ip, 0, source_port)
        sock.connect((device.address[ip], device.port))
        return sock

    def transfer(self, device, octets, ip=4, seed=0, **options):
        """A transfer on a new connection. Where the window is small, the kernel's delayed ACK would
        pace it, so it is told to acknowledge at once."""
        quick_ack = device.limits.tcp_window < 4 * device.limits.tcp_mss
        return Transfer(self.connect(device, ip, **options), octets, seed, quick_ack)

    def ping(self, address, ip=4, octets=56):
        """Sends one ICMP echo request and expects its reply."""
        sysctl("ipv4/ping_group_range", "0 0")
        protocol, request = {4: (socket.IPPROTO_ICMP, 8), 6: (socket.IPPROTO_ICMPV6, 128)}[ip]
        payload = random.Random(octets).randbytes(octets)
        with socket.socket(FAMILY[ip], socket.SOCK_DGRAM, protocol) as sock:
            sock.settimeout(DEADLINE_S)
            sock.connect(socket.getaddrinfo(address, 0, FAMILY[ip])[0][4])
            sock.send(struct.pack("!BBHHH", request, 0, 0, 0, 1) + payload)
            assert sock.recv(1 << 16)[8:] == payload

    def send_frame(self, device, frame):
        """Puts one whole Ethernet frame on the device's wire."""
        with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
            sock.bind((device.tap, 0))
            sock.send(bytes(frame))
