# SPDX-License-Identifier: BSD-3-Clause
"""The board's peer on the wire: as much of ARP, UDP and TCP as counting instructions takes.

Each frame follows from those before, so the same frames pass in each run.
"""

import socket
import struct

OUR_MAC = bytes.fromhex("020000000001")
ITS_MAC = bytes.fromhex("020000000002")
BROADCAST = bytes([255] * 6)
ETHERTYPE_IP = 0x0800
ETHERTYPE_ARP = 0x0806
UDP = 17
TCP = 6
ECHO_PORT = 7
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


def checksum(octets):
    """RFC 1071."""
    octets += bytes(len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def ethernet(to, ethertype, payload):
    return (to + OUR_MAC + struct.pack("!H", ethertype) + payload).ljust(60, b"\0")


def our_ip(its_ip):
    """The address of a neighbour, as most of its peers or their router are."""
    its_ip = socket.inet_aton(its_ip)
    return its_ip[:3] + bytes([1 if its_ip[3] != 1 else 2])


def arp_request(its_ip):
    addresses = OUR_MAC + our_ip(its_ip) + bytes(6) + socket.inet_aton(its_ip)
    return ethernet(BROADCAST, ETHERTYPE_ARP, struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + addresses)


def ip4(protocol, its_ip, transport, checksum_at):
    """A frame with `transport`, whose checksum is written at that place."""
    addresses = our_ip(its_ip) + socket.inet_aton(its_ip)
    pseudo = addresses + struct.pack("!HH", protocol, len(transport))
    sums = struct.pack("!H", checksum(pseudo + transport))
    transport = transport[:checksum_at] + sums + transport[checksum_at + 2 :]
    header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(transport), 0, 0, 64, protocol, 0)
    header += addresses
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    return ethernet(ITS_MAC, ETHERTYPE_IP, header + transport)


def transport_of(frame, protocol):
    """The transport's header and data of an IPv4 packet of that protocol to us, else None."""
    if frame[:6] != OUR_MAC or frame[12:14] != b"\x08\x00" or frame[23] != protocol:
        return None
    packet = frame[14 : 14 + struct.unpack_from("!H", frame, 16)[0]]
    pseudo = packet[12:20] + struct.pack("!HH", protocol, len(packet) - 20)
    assert checksum(packet[:20]) == 0 and checksum(pseudo + packet[20:]) == 0, frame.hex()
    return packet[20:]


def pattern(octets, seed):
    """Data in which no octet stands at another's place unnoticed."""
    return bytes((seed * 31 + i * 7 + (i >> 8)) & 0xFF for i in range(octets))


class Wire:
    """The wire to `board`, whose other frames are of no interest."""

    def __init__(self, board):
        self.board = board
        self._send(arp_request(board.address))  # and so it learns our address

    def _send(self, frame):
        self.board.send(frame)

    def _next(self, protocol):
        while True:
            transport = transport_of(self.board.receive(), protocol)
            if transport is not None:
                return transport

    def udp_send(self, port, data):
        datagram = struct.pack("!HHHH", port, ECHO_PORT, 8 + len(data), 0) + data
        self._send(ip4(UDP, self.board.address, datagram, 6))

    def udp_receive(self, port, data):
        """Takes the echo of `data`."""
        datagram = self._next(UDP)
        assert datagram[:4] == struct.pack("!HH", ECHO_PORT, port) and datagram[8:] == data

    def tcp_send(self, port, seq, ack, flags, data=b"", options=b""):
        words = 5 + len(options) // 4
        segment = struct.pack("!HHIIBBHHH", port, ECHO_PORT, seq, ack, words << 4, flags,
                              0xFFFF, 0, 0)
        self._send(ip4(TCP, self.board.address, segment + options + data, 16))

    def tcp_receive(self):
        """The next segment: port, seq, ack, flags, window, data."""
        segment = self._next(TCP)
        _, port, seq, ack, words, flags, window = struct.unpack_from("!HHIIBBH", segment)
        return port, seq, ack, flags, window, segment[(words >> 4) * 4 :]


class Connection:
    """A TCP connection in whose echo nothing may be missing."""

    def __init__(self, wire, port, mss=1460):
        self._wire = wire
        self._port = port
        self.mss = mss
        self._seq = 1000 * port
        self._ack = 0
        self._sent = b""  # and not yet come back
        self._acked = 0  # of what we sent
        self._window = 0
        wire.tcp_send(port, self._seq, 0, SYN, options=struct.pack("!BBH", 2, 4, mss))
        self._seq += 1
        _, seq, ack, flags, self._window, _ = self._next()
        assert flags == SYN | ACK and ack == self._seq
        self._acked = ack
        self._ack = seq + 1
        wire.tcp_send(port, self._seq, self._ack, ACK)

    def _next(self):
        """The next segment of this connection; those of others are not awaited."""
        while True:
            segment = self._wire.tcp_receive()
            if segment[0] == self._port:
                return segment

    def can_send(self, octets):
        return self._acked + self._window - self._seq >= octets

    def send(self, data):
        """Sends a segment, which acknowledges all that came; without data that is all."""
        self._wire.tcp_send(self._port, self._seq, self._ack, ACK | PSH if data else ACK, data)
        self._seq += len(data)
        self._sent += data

    def receive(self):
        """Takes a segment. Returns the octets of echo in it that are new: on a busy machine the
        board may send again what we have not yet acknowledged."""
        _, seq, ack, flags, window, data = self._next()
        assert flags & ~PSH == ACK, flags
        old = (self._ack - seq - len(data)) % 2**32
        if data and old < 2**31:
            return 0
        assert seq == self._ack, "a segment is missing"
        assert self._sent.startswith(data)
        self._acked, self._window = ack, window
        self._sent = self._sent[len(data) :]
        self._ack += len(data)
        return len(data)

    def abort(self):
        self._wire.tcp_send(self._port, self._seq, self._ack, RST | ACK)
