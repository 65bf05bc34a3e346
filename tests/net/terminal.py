# SPDX-License-Identifier: BSD-3-Clause
# A terminal of a test's own, and what a program draws on it.

import fcntl
import os
import re
import select
import struct
import subprocess
import termios
import time

from device import DEADLINE_S

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A terminal that runs the view, and what stands on it."""

    def __init__(self, command, columns=80, rows=24):
        self.fd, self.side = os.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(self.side)
        self.process = subprocess.Popen(
            command, stdin=self.side, stdout=self.side, stderr=subprocess.PIPE,
            preexec_fn=lambda: (os.setsid(), fcntl.ioctl(0, termios.TIOCSCTTY, 0)),
        )
        self.output = b""

    def resize(self, columns, rows):
        self.size = columns, rows
        fcntl.ioctl(self.side, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def drawings(self):
        """Each whole drawing so far."""
        text = self.output.decode(errors="ignore")
        return re.findall(r"\x1b\[H(.*?)\x1b\[J", text, re.DOTALL)

    def frames(self):
        """The same as lines without colours."""
        return [ESCAPE.sub("", drawing).split("\r\n") for drawing in self.drawings()]

    def wait(self, condition):
        """Reads until `condition` holds of a new drawing; returns that."""
        deadline = time.monotonic() + DEADLINE_S
        seen = len(self.frames())
        while time.monotonic() < deadline:
            if select.select([self.fd], [], [], 0.1)[0]:
                self.output += os.read(self.fd, 1 << 16)
            frames = self.frames()
            for frame in frames[seen:]:
                if condition("\n".join(frame)):
                    return frame
            seen = len(frames)
        raise AssertionError(f"never shown; last: {self.frames()[-1:]}")

    def end(self):
        """Waits for the end of the view; returns its exit code."""
        while select.select([self.fd], [], [], 0.1)[0] or self.process.poll() is None:
            if select.select([self.fd], [], [], 0)[0]:
                self.output += os.read(self.fd, 1 << 16)
        return self.process.returncode

    def close(self):
        self.process.kill()
        self.process.wait()
        self.process.stderr.close()
        os.close(self.fd)
        os.close(self.side)

    def is_as_before(self):
        return termios.tcgetattr(self.side) == self.before and re.search(
            rb"\x1b\[\?25h\x1b\[\?1049l$", self.output)
