# SPDX-License-Identifier: BSD-3-Clause
"""Counts a board's instructions as its work grows: with the size of a frame, with the number of
connections, and with that of half-open ones. Writes one file of columns for each, for growth.gp.

The connection that sends has rested longest, so it stands last in lwIP's list; the one behind it
has just sent and stands first.

Usage: growth.py --qemu COMMAND --image ELF --tools PREFIX --out FOLDER
"""

import argparse
import pathlib
import time

import parts
from board import Board
from client import RST, SYN, Connection, Wire, pattern

ECHOES = 9
SYNS_AT_ONCE = 20  # what the receive FIFO takes
HALF_OPEN_S = 18  # then lwIP begins to give them up
OCTETS = 64
FIRST_PORT = 20000
CONNECTIONS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
HALF_OPEN = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500)  # the port allows 512
UDP_OCTETS = (0, 1, 16, 32, 64, 128, 256, 512, 768, 1024, 1280, 1472)
TCP_OCTETS = (1, 16, 32, 64, 128, 256, 512, 768, 1024, 1280, 1460)


class Bench:
    """A board of its own for each course of numbers."""

    def __init__(self, qemu, image):
        self.board = Board(qemu, image.path, image.wait_address())
        self.wire = Wire(self.board)
        self.open = []  # in the order of their last segment
        self._port = FIRST_PORT

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.board.close()

    def port(self):
        self._port += 1
        return self._port

    def connect(self):
        self.open.append(Connection(self.wire, self.port()))

    def half_open(self, n=1):
        """Opens `n`, some at a time. Returns their ports."""
        ports = [self.port() for _ in range(n)]
        for i in range(0, n, SYNS_AT_ONCE):
            missing = set(ports[i : i + SYNS_AT_ONCE])
            for port in sorted(missing):
                self.wire.tcp_send(port, 0, 0, SYN)
            while missing:
                missing.discard(self.wire.tcp_receive()[0])
        return ports

    def traced(self, exchange):
        """The fewest instructions of several such exchanges."""
        self.board.trace_begin()
        counts = [exchange(seed) for seed in range(ECHOES)]
        self.board.trace_end()
        return min(counts)

    def udp_echo(self, octets, seed):
        data = pattern(octets, seed)
        self.wire.udp_send(FIRST_PORT, data)
        self.wire.udp_receive(FIRST_PORT, data)
        return len(self.board.until_asleep())

    def tcp_echo(self, octets, seed):
        """Of the connection that has rested longest, without the acknowledgement of the echo."""
        connection = self.open.pop(0)
        self.open.append(connection)
        connection.send(pattern(octets, seed))
        missing = octets
        while missing > 0:
            missing -= connection.receive()
        count = len(self.board.until_asleep())
        connection.send(b"")
        self.board.until_asleep()
        return count

    def syn(self):
        (port,) = self.half_open()
        count = len(self.board.until_asleep())
        self.wire.tcp_send(port, 1, 0, RST)
        self.board.until_asleep()
        return count


def by_size(qemu, image):
    with Bench(qemu, image) as bench:
        bench.connect()
        for octets in UDP_OCTETS:
            yield octets, bench.traced(lambda seed, n=octets: bench.udp_echo(n, seed)), "nan"
        for octets in TCP_OCTETS:
            yield octets, "nan", bench.traced(lambda seed, n=octets: bench.tcp_echo(n, seed))


def by_connections(qemu, image):
    with Bench(qemu, image) as bench:
        for n in CONNECTIONS:
            while len(bench.open) < n:
                bench.connect()
            yield n, bench.traced(lambda seed: bench.tcp_echo(OCTETS, seed)), bench.traced(
                lambda seed: bench.udp_echo(OCTETS, seed))


def by_half_open(qemu, image):
    for n in HALF_OPEN:
        with Bench(qemu, image) as bench:
            bench.connect()
            begin = time.monotonic()
            bench.half_open(n)
            syn = bench.traced(lambda _, bench=bench: bench.syn())
            assert time.monotonic() - begin < HALF_OPEN_S, "the machine is too busy: they time out"
            echo = bench.traced(lambda seed, bench=bench: bench.tcp_echo(OCTETS, seed))
            yield n, echo, syn


COURSES = {"size": by_size, "connections": by_connections, "half_open": by_half_open}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--qemu", required=True, help="emulator and machine")
    parser.add_argument("--image", required=True, help="lwecho.elf of growth/")
    parser.add_argument("--tools", required=True, help="prefix of the binutils for it")
    parser.add_argument("--out", required=True, type=pathlib.Path, help="where the files go")
    arguments = parser.parse_args()
    image = parts.Image(arguments.image, arguments.tools)
    for name, course in COURSES.items():
        with open(arguments.out / f"{name}.txt", "w", encoding="utf-8") as file:
            for row in course(arguments.qemu, image):
                print(name, *row)
                print(*row, file=file)


if __name__ == "__main__":
    main()
