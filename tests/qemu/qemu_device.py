# SPDX-License-Identifier: BSD-3-Clause
# A plugin of pytest that puts a board in QEMU in the place of the simulator.
"""`pytest -p qemu_device --qemu "EMULATOR -M MACHINE" --lwecho IMAGE.elf` runs the tests of
tests/net, and those here, with that board."""

import functools
import pathlib
import re
import shlex
import subprocess

import pytest
from device import Device
from dhcp_server import DhcpServer
from host import NETWORK, ip_json, run
from patient import GDB_PORT, Patient

# Lines that may be printed: those of modules, banner, ready line, and QEMU's own, of which the
# second is about the lm3s6965evb before its tick is set.
EXPECTED = re.compile(
    r"[a-z0-9_]+: |lwecho \d|ready |$"
    r"|qemu-system-\w+: terminating on signal 15|Timer with period zero, disabling$"
)
ALARM = re.compile(r"fault|panic|failed|reset=(software|watchdog|lockup)")

# The limits of an image that is too small to print them, and where its options say them.
OPTIONS = pathlib.Path(__file__).parents[2] / "port/opts"
LIMITS = {
    "tcp_connections": "ECHO_TCP_CONNECTIONS_MAX",
    "tcp_peer_connections": "ECHO_TCP_PEER_CONNECTIONS_MAX",
    "tcp_window": "TCP_WND",
    "tcp_mss": "TCP_MSS",
    "udp_octets": "ECHO_UDP_OCTETS_MAX",
    "ipv6": "LWIP_IPV6",
}


def pytest_addoption(parser):
    parser.addoption("--qemu", required=True, metavar="COMMAND", help="the emulator, its machine")


def pytest_configure(config):
    config.device_kind = functools.partial(Board, shlex.split(config.getoption("qemu")))


@pytest.fixture(scope="session")
def qemu(request):
    """The emulator's command."""
    return shlex.split(request.config.getoption("qemu"))


@pytest.fixture
def machine(qemu):
    """As QEMU calls the board."""
    return qemu[qemu.index("-M") + 1]


@pytest.fixture
def patient(qemu, start, host):
    """Starts the device with options, stopped. What goes on is woken by a frame."""
    patients = []

    def start_patient(**options):
        device = start(gdb=f"tcp:127.0.0.1:{GDB_PORT}", **options)
        patients.append(Patient(qemu[0].split("-")[-1], device))
        host.udp(device).send(b"wakes it")
        return patients[-1]

    yield start_patient
    for patient in patients:
        patient.debugger.close()
        patient.device.kill()


def options_of(profile):
    header = (OPTIONS / f"profile_{profile}.h").read_text(encoding="utf-8")
    options = re.findall(r"^#define (\w+) (\d+)\b", header, re.MULTILINE)
    return {name: int(value) for name, value in options}


class Printed(dict):
    """Counters of which not all are printed: a test that needs another one is skipped."""

    def __missing__(self, name):
        pytest.skip(f"this image does not print {name}")


def short_stats(line):
    """The short line of statistics, in the form of the long one."""
    value = {name: int(number) for name, number in re.findall(r"(\w+)=(\d+)", line)}
    options = options_of("tiny")
    return {
        "profile": "tiny",
        "uptime_ms": value["uptime_ms"],
        "wakeups": value["wakeups"],
        "stack": {"size": value["stack"], "unused": value["stack_unused"]},
        "limits": {name: options[option] for name, option in LIMITS.items()},
        "ethif": Printed(),
        "echo_tcp": Printed(open=value["open"]),
        "echo_udp": Printed(),
        "pools": {
            "RX": {"used": value["rx_used"], "size": options["RX_BUFFERS"]},
            "HEAP": {"used": value["heap_used"], "size": options["MEMP_NUM_TCP_SEG"]},
        },
    }


def tap_make(name):
    """The host's side of the wire, up and with its addresses."""
    run("ip", "tuntap", "add", "dev", name, "mode", "tap")
    for network in NETWORK.values():
        address = f"{network[1]}/{network.prefixlen}"
        nodad = ["nodad"] if network.version == 6 else []
        run("ip", "addr", "add", address, "dev", name, *nodad)
    run("ip", "link", "set", name, "up")


class Board(Device):
    """An image in QEMU. Its options were chosen when it was built, so a test that wants others is
    skipped; IPv6 is there whether wanted or not. `gdb` is where QEMU awaits a debugger. Without
    `semihosting` nobody takes the exit code, as on a device alone."""

    stats_line = r"^(\{|stats: )"

    def __init__(self, qemu, image, tap="tap0", ip6=None, gdb=None, semihosting=True, **options):
        if options or ip6 not in (None, "off"):
            pytest.skip("a board has its options built in")
        self.image = image
        self.tap = tap
        self._tap_is_ours = tap not in [link["ifname"] for link in ip_json("link")]
        if self._tap_is_ours:
            tap_make(tap)
        self._server = DhcpServer(tap, 2, 2)
        command = [*qemu, "-kernel", image, "-display", "none", "-monitor", "none"]
        command += ["-serial", "stdio"]
        command += ["-nic", f"tap,ifname={tap},script=no,downscript=no,mac=02:00:00:00:00:02"]
        if semihosting:
            command += ["-semihosting-config", "enable=on,target=native"]
        if gdb:
            command += ["-gdb", gdb]
        super().__init__(command, stdin=subprocess.PIPE, stderr=subprocess.STDOUT)

    @functools.cached_property
    def symbols(self):
        """The addresses of functions, variables and what the linker script names."""
        names = run("nm", "--defined-only", self.image).decode()
        found = re.findall(r"^([0-9a-f]+) \w (\S+)$", names, re.MULTILINE)
        return {name: int(value, 16) for value, name in found}

    def ask_stats(self):
        self.process.stdin.write("s")
        self.process.stdin.flush()

    def parse_stats(self, line):
        return short_stats(line) if line.startswith("stats: ") else super().parse_stats(line)

    def ask_stop(self):
        self.process.terminate()

    def judge(self, code):
        """A board has no end of its own: QEMU ends as if it were unplugged."""
        log = [line for line in self.log.since() if not re.match(self.stats_line, line)]
        strange = [line for line in log if ALARM.search(line) or not EXPECTED.match(line)]
        assert not strange, "unexpected on the console: " + "\n".join(strange)
        assert sum(line.startswith("lwecho ") for line in log) == 1, "it was reset"
        assert code == 0, f"QEMU's exit code {code}"

    def stop(self, ask=None):
        last = self.stats()
        super().stop(ask)
        return last

    def kill(self):
        super().kill()
        self._server.stop()
        if self._tap_is_ours:
            run("ip", "tuntap", "del", "dev", self.tap, "mode", "tap")
            self._tap_is_ours = False
