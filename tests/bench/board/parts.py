# SPDX-License-Identifier: BSD-3-Clause
"""Which part of an image each of its instructions belongs to.

Link-time optimisation mixes functions; the line table says from which source file an instruction
comes, also one that was inlined elsewhere.
"""

import collections
import re
import subprocess

NAMES = ("driver", "port", "checksum", "lwIP", "app", "loop", "libc")
# The first that matches the path.
PATTERNS = (
    (r"checksum|inet_chksum", "checksum"),
    (r"/port/(drivers|mmio)/|mmio_window", "driver"),
    (r"/port/(ethif|rxbuf|neighbor|guard\w*|hooks|bucket|siphash)\.[ch]$", "port"),
    (r"/port/", "loop"),
    (r"/app/", "app"),
    (r"/src/(core|include|netif)/", "lwIP"),
    (r"", "libc"),
)
ADDRESSES_AT_ONCE = 4000


class Image:
    """An image with its debug information."""

    def __init__(self, path, tools):
        self.path = path
        self._tools = tools
        self._parts = {}

    def _run(self, tool, *arguments):
        command = [self._tools + tool, *arguments]
        return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout

    def wait_address(self):
        """Where it lets the CPU sleep."""
        lines = self._run("objdump", "-d", "--no-show-raw-insn", self.path).splitlines()
        waits = [line for line in lines if re.search(r"\twfi\b", line)]
        assert len(waits) == 1, waits
        return int(waits[0].split(":")[0], 16)

    def _parts_find(self, addresses):
        for i in range(0, len(addresses), ADDRESSES_AT_ONCE):
            some = addresses[i : i + ADDRESSES_AT_ONCE]
            places = self._run("addr2line", "-e", self.path, *map(hex, some)).splitlines()
            for address, place in zip(some, places, strict=True):
                path = place.rsplit(":", 1)[0]
                part = next(part for pattern, part in PATTERNS if re.search(pattern, path))
                self._parts[address] = part

    def shares(self, addresses):
        """How many of the instructions at `addresses` belong to each part."""
        times = collections.Counter(addresses)
        self._parts_find([address for address in times if address not in self._parts])
        shares = dict.fromkeys(NAMES, 0)
        for address, n in times.items():
            shares[self._parts[address]] += n
        return shares
