# SPDX-License-Identifier: BSD-3-Clause
# The little of gdb's remote protocol that a test needs to break a program that runs well.

import socket
import struct

from device import DEADLINE_S


class Debugger:
    """Attached to QEMU's gdb server, which stops the program."""

    def __init__(self, port):
        self._sock = socket.create_connection(("127.0.0.1", port), DEADLINE_S)
        self._stream = self._sock.makefile("rb")
        self._send(b"qXfer:features:read:target.xml:0,100")  # before, registers can't be set
        assert self._answer()

    def close(self):
        self._stream.close()
        self._sock.close()

    def _send(self, text):
        self._sock.sendall(b"$%s#%02x" % (text, sum(text) % 256))

    def _answer(self):
        """The next packet, but for those that only say that the program has stopped."""
        while True:
            packet = b""
            while not packet.endswith(b"#"):
                octet = self._stream.read(1)
                assert octet, "the gdb server is gone"
                packet = octet if octet == b"$" else packet + octet
            self._stream.read(2)  # its checksum
            self._sock.sendall(b"+")
            if not packet.startswith(b"$T"):
                return packet[1:-1]

    def set_register(self, number, value):
        """Sets the register with that number, as gdb counts."""
        self._send(b"P%x=%s" % (number, struct.pack("<I", value).hex().encode()))
        assert self._answer() == b"OK"

    def go_on(self):
        """Lets the program run; there is no answer before it stops."""
        self._send(b"c")
