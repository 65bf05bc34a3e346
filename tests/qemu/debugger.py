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

    def _packet(self):
        packet = b""
        while not packet.endswith(b"#"):
            octet = self._stream.read(1)
            assert octet, "the gdb server is gone"
            packet = octet if octet == b"$" else packet + octet
        self._stream.read(2)  # its checksum
        self._sock.sendall(b"+")
        return packet[1:-1]

    def _answer(self):
        """The next packet, but for those that only say that the program has stopped."""
        while (packet := self._packet()).startswith(b"T"):
            pass
        return packet

    def _order(self, text):
        self._send(text)
        assert self._answer() == b"OK"

    def set_register(self, number, value):
        """Sets the register with that number, as gdb counts."""
        self._order(b"P%x=%s" % (number, struct.pack("<I", value).hex().encode()))

    def register(self, number):
        """The content of the register with that number."""
        self._send(b"p%x" % number)
        return struct.unpack("<I", bytes.fromhex(self._answer().decode()))[0]

    def set_word(self, address, value):
        """Writes 32 bits to memory."""
        self._order(b"M%x,4:%s" % (address, struct.pack("<I", value).hex().encode()))

    def go_on(self):
        """Lets the program run; there is no answer before it stops."""
        self._send(b"c")

    def stop(self):
        """Stops the program that runs."""
        self._sock.sendall(b"\x03")
        self._wait_stopped()

    def _wait_stopped(self):
        while not self._packet().startswith(b"T"):
            pass

    def run_to(self, address):
        """Lets the program run until it is about to execute the instruction at that address."""
        self._order(b"Z1,%x,2" % address)
        self.go_on()
        self._wait_stopped()
        self._order(b"z1,%x,2" % address)
