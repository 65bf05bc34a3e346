# SPDX-License-Identifier: BSD-3-Clause
# The device under test: starts it, asks for its counters, reads its log and judges how it ended.
"""Everything a test needs of a device. `Simulator` is the one that runs as a process on a TAP;
another kind of device is another subclass of `Device`: how it starts, answers and stops."""

import fnmatch
import json
import os
import re
import signal
import subprocess
import threading
import time
import types

DEADLINE_S = 30  # bounds a hang; nothing else depends on it
CLOCK_MS_BEFORE_WRAP = 1000  # so that every run of a device crosses the wrap of its clock

ALARM = re.compile(r"Sanitizer|runtime error|assert|panic|core dumped", re.IGNORECASE)
LOG_LINE = re.compile(r"[a-z0-9_]+: .")

# module, the whole, its parts
IDENTITIES = (
    ("ethif", "rx_frames", ("rx_delivered", "rx_drop_*")),
    ("echo_tcp", "accepted", ("closed", "reset", "aborted_*", "open")),
    ("echo_tcp", "octets_in", ("octets_out", "octets_discarded", "octets_held")),
    ("echo_udp", "received", ("answered", "drop_*")),
)


def check_identities(stats):
    """What came in is what went out, was dropped for a named reason, or is still held."""
    for module, whole, parts in IDENTITIES:
        counters = stats[module]
        sum_of_parts = sum(
            value
            for name, value in counters.items()
            if any(fnmatch.fnmatchcase(name, part) for part in parts)
        )
        assert counters[whole] == sum_of_parts, f"{module}: {whole} is not {parts}: {counters}"


def pools_above(stats, level):
    """The pools that hold more than `level`, an earlier answer of stats(), says."""
    return {
        name: f"{pool['used']} of {pool['size']}, was {level['pools'][name]['used']}"
        for name, pool in stats["pools"].items()
        if pool["used"] > level["pools"][name]["used"]
    }


class Lines:
    """The lines of a stream, collected by a thread: waiting for one is waiting for an event."""

    def __init__(self, stream):
        self._lines = []
        self._ended = False
        self._changed = threading.Condition()
        threading.Thread(target=self._collect, args=(stream,), daemon=True).start()

    def _collect(self, stream):
        for line in stream:
            with self._changed:
                self._lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def mark(self):
        """The number of lines so far, as a starting point for wait() and since()."""
        with self._changed:
            return len(self._lines)

    def since(self, mark=0):
        with self._changed:
            return self._lines[mark:]

    def wait(self, pattern, mark=0):
        """Waits for a line, not before `mark`, in which `pattern` is found; returns the match."""
        match = None

        def found():
            nonlocal match, mark
            while match is None and mark < len(self._lines):
                match = re.search(pattern, self._lines[mark])
                mark += 1
            return match is not None or self._ended

        with self._changed:
            assert self._changed.wait_for(found, DEADLINE_S), f"no line matches {pattern!r}"
        assert match is not None, f"ended without a line that matches {pattern!r}"
        return match

    def wait_end(self):
        with self._changed:
            assert self._changed.wait_for(lambda: self._ended, DEADLINE_S), "it does not end"


class Device:
    """A device that runs. Its ready line named `address[4]`, `address[6]` and `port`."""

    tap = "tap0"
    stats_line = r"^\{"

    def __init__(self, command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE):
        self.process = subprocess.Popen(
            command,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=stderr,
            text=True,
            errors="backslashreplace",
        )
        self.out = Lines(self.process.stdout)
        self.log = Lines(self.process.stderr) if self.process.stderr else self.out
        try:
            self._read_ready(self.out.wait("^ready ").string)
            self.before = self.stats()
        except BaseException as error:
            self.kill()
            raise AssertionError("did not start: " + "; ".join(self.log.since())) from error
        self.limits = types.SimpleNamespace(profile=self.before["profile"], **self.before["limits"])

    def _read_ready(self, line):
        words = [word.split("=", 1) for word in line.split()[1:]]
        self.address = {int(name[2]): value for name, value in reversed(words) if name[:2] == "ip"}
        self.link_local = next((value for _, value in words if value.startswith("fe80:")), None)
        self.port = int(dict(words)["port"])

    def ask_stats(self):
        raise NotImplementedError

    def ask_stop(self):
        raise NotImplementedError

    def parse_stats(self, line):
        stats = json.loads(line)
        check_identities(stats)
        return stats

    def stats(self):
        """All counters, as parsed JSON."""
        mark = self.out.mark()
        self.ask_stats()
        return self.parse_stats(self.out.wait(self.stats_line, mark).string)

    def until(self, condition):
        """Asks for the counters until `condition` holds of them; returns those."""
        deadline = time.monotonic() + DEADLINE_S
        while not condition(stats := self.stats()):
            assert time.monotonic() < deadline, f"never came: {stats}"
            time.sleep(0.02)
        return stats

    def settle(self):
        """Waits until nothing is held: no connection, and each pool at its level of before."""

        def held(stats):
            connections = stats["echo_tcp"]["open"]
            pools = pools_above(stats, self.before)
            return pools | {"connections": connections} if connections else pools

        try:
            return self.until(lambda stats: not held(stats))
        except AssertionError:
            raise AssertionError(f"still held: {held(self.stats())}") from None

    def stop(self, ask=None):
        """Ends the device and judges how it ended; returns its last counters."""
        (ask or self.ask_stop)()
        try:
            code = self.process.wait(DEADLINE_S)
            self.out.wait_end()
            self.log.wait_end()
        finally:
            self.kill()
        return self.judge(code)

    def judge(self, code):
        """Judges by the exit code and all that was printed; returns the last counters."""
        log = self.log.since()
        strange = [line for line in log if ALARM.search(line) or not LOG_LINE.match(line)]
        assert not strange, "unexpected in the log: " + "\n".join(strange)
        assert code == 0, f"exit code {code}: " + "\n".join(log[-5:])
        last = self.parse_stats(self.out.since()[-1])
        assert last["echo_tcp"]["open"] == 0 and last["echo_tcp"]["octets_held"] == 0
        return last

    def kill(self):
        """Ends the process, if it still runs, without judging it."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def command_line(program, **options):
    """`hold=512` is `--hold 512`, `v=True` is `-v`, and what is None is left out."""
    command = [str(program)]
    for name, value in options.items():
        flag = f"-{name}" if len(name) == 1 else "--" + name.replace("_", "-")
        if value is True:
            command.append(flag)
        elif value is not None:
            command += [flag, str(value)]
    return command


class Simulator(Device):
    """build/PRESET/lwecho. Without IPv6 unless told, as duplicate address detection takes 1 to 2 s;
    `ip6=None` leaves it at its default. `defence_off` names the counter of a defence that is
    switched off."""

    def __init__(self, program, defence_off=None, **options):
        if defence_off:
            os.environ["LWECHO_DEFENCE_OFF"] = defence_off
            program = os.path.join(os.path.dirname(program), "tests/net/lwecho_undefended")
        defaults = {"tap": self.tap, "ip6": "off", "clock": 2**32 - CLOCK_MS_BEFORE_WRAP}
        options = defaults | options
        self.tap = options["tap"]
        self.program = program
        super().__init__(command_line(program, **options))

    def signal(self, number):
        os.kill(self.process.pid, number)

    def ask_stats(self):
        self.signal(signal.SIGUSR1)

    def ask_stop(self):
        self.signal(signal.SIGTERM)
