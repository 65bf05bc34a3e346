# SPDX-License-Identifier: BSD-3-Clause
"""Counts the instructions of a board for each echo, by the part of the image that takes them.

Counted is everything from the instruction after the one that lets the CPU sleep to the next such:
interrupt, main loop and the timers' check included. Of many echoes the shortest counts: the others
had a timer of lwIP's due as well.

Usage: instructions.py --qemu COMMAND --image ELF --tools PREFIX --figures FILE [--update]
"""

import argparse
import json
import pathlib
import sys

import parts
from board import Board
from client import Connection, Wire, pattern

ECHOES = 33
AT_ONCE = 5  # what the receive FIFO takes
PORT = 40000
WARM_UP = 8  # echoes until windows and tables are as they stay
TOLERANCE = 1.02


def udp_echo(wire, octets, seed, n=1):
    """The instructions for `n` datagrams that come at once."""
    datagrams = [pattern(octets, seed + i) for i in range(n)]
    wire.board.pause()
    for data in datagrams:
        wire.udp_send(PORT, data)
    wire.board.resume()
    for data in datagrams:
        wire.udp_receive(PORT, data)
    return wire.board.until_asleep()


def tcp_echo(connection, board, octets, seed):
    """The instructions for a segment of data and all else until the next one can be sent."""
    addresses = []
    connection.send(pattern(octets, seed))
    missing = octets
    while missing > 0:
        missing -= connection.receive()
    addresses += board.until_asleep()
    if not connection.can_send(octets):
        connection.send(b"")
        connection.receive()
        addresses += board.until_asleep()
    return addresses


def udp_case(octets, n=1):
    def run(wire):
        return [udp_echo(wire, octets, n * i, n) for i in range(ECHOES + WARM_UP)], n

    return run


def tcp_case(octets):
    def run(wire):
        connection = Connection(wire, PORT)
        wire.board.until_asleep()
        echoes = [tcp_echo(connection, wire.board, octets, i) for i in range(ECHOES + WARM_UP)]
        connection.abort()
        wire.board.until_asleep()
        return echoes, 1

    return run


CASES = {
    "UDP 64": udp_case(64),
    "UDP 1472": udp_case(1472),
    "TCP 1460": tcp_case(1460),
    "TCP 64": tcp_case(64),
    f"UDP 64, {AT_ONCE} at once": udp_case(64, AT_ONCE),
    f"UDP 1472, {AT_ONCE} at once": udp_case(1472, AT_ONCE),
}
# What is aimed at; once a figure is below, it must stay there.
LIMITS = {"mps2-an385": {"UDP 64": 1200, "UDP 1472": 2400, "TCP 1460": 3800}}


def measure(image, qemu):
    """For each case, each part's instructions an echo."""
    shares = {}
    with Board(qemu, image.path, image.wait_address()) as board:
        wire = Wire(board)
        board.trace_begin()
        for name, run in CASES.items():
            echoes, n = run(wire)
            least = image.shares(min(echoes[WARM_UP:], key=len))
            shares[name] = {part: round(count / n) for part, count in least.items()}
    return shares


def table(shares, figures, limits):
    columns = [*parts.NAMES, "sum", "before", "limit"]
    lines = [f"{'instructions an echo':22}" + "".join(f"{name:>9}" for name in columns)]
    for name, share in shares.items():
        total = sum(share.values())
        cells = [*share.values(), total, figures.get(name, "-"), limits.get(name, "-")]
        lines.append(f"{name:22}" + "".join(f"{cell:>9}" for cell in cells))
    return "\n".join(lines)


def judge(sums, figures, limits):
    """What got worse, and what passes its limit."""
    for name, count in sums.items():
        if name not in figures:
            yield f"{name}: no figure of before: run this with --update"
        elif count > figures[name] * TOLERANCE:
            yield f"{name}: {count} instructions, {figures[name]} before"
        if count > limits.get(name, count) >= figures.get(name, 0):
            yield f"{name}: {count} instructions, {limits[name]} at most, which it had reached"


def arguments_parse():
    parser = argparse.ArgumentParser()
    parser.add_argument("--qemu", required=True, help="emulator and machine")
    parser.add_argument("--image", required=True, help="lwecho.elf")
    parser.add_argument("--tools", required=True, help="prefix of the binutils for it")
    parser.add_argument("--figures", required=True, type=pathlib.Path, help="those of before")
    parser.add_argument("--board", required=True, help="the board's name among them")
    parser.add_argument("--update", action="store_true", help="write the new ones there")
    return parser.parse_args()


def main():
    arguments = arguments_parse()
    figures = json.loads(arguments.figures.read_text(encoding="utf-8"))
    before = figures.get(arguments.board, {})
    limits = LIMITS.get(arguments.board, {})
    shares = measure(parts.Image(arguments.image, arguments.tools), arguments.qemu)
    sums = {name: sum(share.values()) for name, share in shares.items()}
    print(table(shares, before, limits))
    if arguments.update:
        figures[arguments.board] = sums
        arguments.figures.write_text(json.dumps(figures, indent=4) + "\n", encoding="utf-8")
        before = sums
    complaints = list(judge(sums, before, limits))
    sys.exit("\n".join(complaints) or 0)


if __name__ == "__main__":
    main()
