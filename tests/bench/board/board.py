# SPDX-License-Identifier: BSD-3-Clause
"""A board in QEMU at the other end of a socket, whose instructions are counted one by one.

QEMU translates each instruction for itself and logs when it runs one. The next frame leaves when
the board is asleep again, and the board's clock counts instructions while it is awake: however slow
that is, no timer comes due meanwhile.
"""

import json
import os
import re
import shlex
import socket
import subprocess
import tempfile
import time

DEADLINE_S = 60
FRAME_OCTETS_MAX = 1518
GATHER_US = 1000
INSTRUCTION_NS_LOG2 = 5  # 32 ns, about a clock of the board
TRACE = re.compile(rb"^Trace \d+: \S+ \[[0-9a-f]+/([0-9a-f]+)/")
UNDONE = b"Stopped execution"  # an interrupt came before the instruction of the line before


class Monitor:
    """QEMU's control socket."""

    def __init__(self, path):
        self._socket = socket.socket(socket.AF_UNIX)
        self._socket.settimeout(DEADLINE_S)
        self._socket.connect(path)
        self._stream = self._socket.makefile("rw", encoding="utf-8")
        self._stream.readline()  # its greeting
        self._ask("qmp_capabilities")

    def _ask(self, command, **arguments):
        self._stream.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self._stream.flush()
        while True:
            answer = json.loads(self._stream.readline())
            if "event" not in answer:
                assert "return" in answer, answer
                return answer["return"]

    def command(self, line):
        """A command of the monitor for humans."""
        output = self._ask("human-monitor-command", **{"command-line": line})
        assert not output.strip(), output

    def close(self):
        self._stream.close()
        self._socket.close()


class Board:
    """An image in QEMU. Frames go through datagrams of a socket, one each."""

    def __init__(self, qemu, image, wait_address):
        self._folder = tempfile.TemporaryDirectory()
        self._wait_address = wait_address
        paths = {name: os.path.join(self._folder.name, name) for name in ("us", "it", "qmp", "log")}
        self._wire = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._wire.settimeout(DEADLINE_S)
        self._wire.bind(paths["us"])
        self._peer = paths["it"]
        command = [*shlex.split(qemu), "-kernel", image, "-display", "none", "-monitor", "none"]
        command += ["-serial", "stdio", "-qmp", f"unix:{paths['qmp']},server=on,wait=off"]
        command += ["-icount", f"shift={INSTRUCTION_NS_LOG2}"]
        command += ["-netdev", f"dgram,id=wire,local.type=unix,local.path={paths['it']},"
                    f"remote.type=unix,remote.path={paths['us']}"]
        # It holds what comes while the board is paused, so that all of it is there at once.
        command += ["-object", f"filter-buffer,id=gather,netdev=wire,queue=tx,interval={GATHER_US}"]
        command += ["-net", "nic,netdev=wire,macaddr=02:00:00:00:00:02", "-D", paths["log"]]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.address = self._ready()
        self._monitor = Monitor(paths["qmp"])
        self._log_path = paths["log"]
        self._log = None
        self._rest = b""

    def _ready(self):
        """Its IPv4 address, once it has said that it is ready."""
        for line in self._process.stdout:
            found = re.search(rb"^ready .*\bip4=(\S+)", line)
            if found:
                return found[1].decode()
        raise AssertionError("the board never was ready")

    def send(self, frame):
        self._wire.sendto(frame, self._peer)

    def receive(self):
        return self._wire.recv(FRAME_OCTETS_MAX)

    def pause(self):
        """Lets frames gather in the board until resume()."""
        self._monitor.command("stop")

    def resume(self):
        self._monitor.command("cont")

    def trace_begin(self):
        """From now on each instruction is logged."""
        self._monitor.command("singlestep on")
        self._monitor.command("log exec,nochain")
        if not self._log:
            self._log = open(self._log_path, "rb")

    def trace_end(self):
        """Lets it run at its own speed again."""
        self._monitor.command("log none")
        self._monitor.command("singlestep off")
        self._log.read()
        self._rest = b""

    def _trace_read(self, addresses):
        """Appends the addresses that were logged since the last call."""
        lines = (self._rest + self._log.read()).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            found = TRACE.match(line)
            if found:
                address = int(found[1], 16)
                # QEMU begins what reaches for a device anew, once it is alone in its block.
                if not addresses or address != addresses[-1]:
                    addresses.append(address)
            elif line.startswith(UNDONE) and addresses:
                addresses.pop()

    def until_asleep(self):
        """The addresses of all instructions until the board sleeps, with that which lets it."""
        addresses = []
        deadline = time.monotonic() + DEADLINE_S
        while not addresses or addresses[-1] != self._wait_address:
            self._trace_read(addresses)
            assert self._process.poll() is None, "QEMU has ended"
            assert time.monotonic() < deadline, "the board never sleeps"
        return addresses

    def close(self):
        self._monitor.close()
        self._process.kill()
        self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()
        self._wire.close()
        if self._log:
            self._log.close()
        self._folder.cleanup()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
