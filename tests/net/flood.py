# SPDX-License-Identifier: BSD-3-Clause
# A flood: a process that puts frames with forged sources on the device's wire, so many a second.
"""As a program: flood.py KIND IP FROM TAP DEVICE_MAC DEVICE_ADDRESS PORT PER_S; prints how many it
sent in how many seconds when its standard input ends, at the latest after a minute."""

import ipaddress
import itertools
import random
import select
import socket
import struct
import subprocess
import sys
import time

FRAMES = 4096  # different ones, sent over and over
LONGEST_S = 60
SOURCE_MAC = bytes.fromhex("020000000099")
TCP, UDP, ICMP6 = 6, 17, 58


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def ip_packet(source, target, protocol, upper, checksum_at):
    """Puts an IP header in front of `upper`, and the checksum into it."""
    if len(source) == 4:
        pseudo = source + target + struct.pack("!BBH", 0, protocol, len(upper))
        header = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(upper), 0, 0, 64, protocol, 0)
        header = header[:10] + struct.pack("!H", checksum(header + source + target))
    else:
        pseudo = source + target + struct.pack("!IHBB", len(upper), 0, 0, protocol)
        hops = 255 if protocol == ICMP6 else 64
        header = struct.pack("!IHBB", 6 << 28, len(upper), protocol, hops)
    total = struct.pack("!H", checksum(pseudo + upper))
    upper = upper[:checksum_at] + total + upper[checksum_at + 2 :]
    return header + source + target + upper


def source_of(rng, ip, neighbours):
    """An address that nobody has: of the device's network, or from anywhere."""
    if ip == 4 and neighbours:
        return ipaddress.ip_address(f"198.51.100.{rng.randrange(100, 250)}").packed
    if ip == 4:
        return bytes([rng.randrange(1, 127)]) + rng.randbytes(3)
    prefix = "2001:db8:7::bad:0:0" if neighbours else "2001:db8:bad::"
    return ipaddress.ip_address(prefix).packed[:12] + rng.randbytes(4)


def frame(rng, kind, ip, neighbours, mac, target, port):
    """One frame of the flood."""
    source = source_of(rng, ip, neighbours)
    sport = rng.randrange(1024, 65536)
    type_ = {4: 0x0800, 6: 0x86DD}[ip]
    if kind == "syn":
        number = rng.getrandbits(32)
        header = struct.pack("!HHIIBBHHH", sport, port, number, 0, 0x60, 2, 65535, 0, 0)
        packet = ip_packet(source, target, TCP, header + bytes([2, 4, 5, 0xB4]), 16)
    elif kind == "udp":
        upper = struct.pack("!HHHH", sport, port, 8 + 500, 0) + bytes(500)
        packet = ip_packet(source, target, UDP, upper, 6)
    elif ip == 4:
        type_ = 0x0806
        packet = struct.pack("!HHBBH", 1, 0x0800, 6, 4, 1) + SOURCE_MAC + source + bytes(6) + target
    else:
        upper = bytes([135, 0, 0, 0, 0, 0, 0, 0]) + target + bytes([1, 1]) + SOURCE_MAC
        packet = ip_packet(source, target, ICMP6, upper, 2)
    return mac + SOURCE_MAC + struct.pack("!H", type_) + packet


def send(frames, tap, per_s):
    """Sends until the standard input ends, never falling behind for good. Returns how many."""
    sent = 0
    start = time.monotonic()
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as sock:
        sock.bind((tap, 0))
        while not select.select([sys.stdin], [], [], 0.001)[0]:
            elapsed = time.monotonic() - start
            for data in itertools.islice(frames, max(0, int(elapsed * per_s) - sent)):
                sock.send(data)
                sent += 1
            if elapsed > LONGEST_S:
                break
    return sent, time.monotonic() - start


class Flood:
    """A flood while the block lasts. Afterwards `sent` frames in `seconds`."""

    def __init__(self, device, mac, kind, ip, neighbours, per_s):
        words = [kind, ip, neighbours, device.tap, mac, device.address[ip], device.port, per_s]
        self._command = [sys.executable, __file__, *map(str, words)]
        self._process = None
        self.per_s = per_s
        self.sent = self.seconds = 0

    def __enter__(self):
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout.readline() == "begins\n"
        return self

    def __exit__(self, *_):
        report = self._process.communicate()[0].split()
        self.sent, self.seconds = int(report[0]), float(report[1])


def main(kind, ip, neighbours, tap, mac, target, port, per_s):
    rng = random.Random(kind + ip + neighbours)
    mac = bytes.fromhex(mac.replace(":", ""))
    target = ipaddress.ip_address(target).packed
    frames = [
        frame(rng, kind, int(ip), neighbours == "True", mac, target, int(port))
        for _ in range(FRAMES)
    ]
    print("begins", flush=True)
    print(*send(itertools.cycle(frames), tap, int(per_s)))


if __name__ == "__main__":
    main(*sys.argv[1:])
