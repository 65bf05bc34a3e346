# SPDX-License-Identifier: BSD-3-Clause
"""The echo servers that are compared, each in network namespaces of its own.

One more is one more line in SERVERS.
"""

import dataclasses
import os
import pathlib
import signal
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
HOST = "198.51.100.1"
DEVICE = "198.51.100.2"
TAP, VETH = "tap", "veth"  # an own stack on a TAP; the kernel's stack on the other end of a pair


@dataclasses.dataclass(frozen=True)
class Server:
    """`command` is run by its words, with {build} for the folder of the programs."""

    name: str
    carrier: str
    command: str
    udp_only: bool = False
    connections: int = 100_000  # more it never claimed to serve
    loses: bool = False  # a datagram now and then, which is told but no surprise

    def serves(self, workload):
        return workload.kind == "udp" or not self.udp_only


LWECHO = "{build}/lwecho --tap tap0 -q --control off"
SERVERS = (
    Server("lwecho", TAP, LWECHO),
    Server("lwecho offload", TAP, LWECHO + " --offload"),
    Server("ceiling", TAP, "{build}/bench/ceiling tap0 " + DEVICE, udp_only=True),
    Server("contrib tuned", TAP, "{build}/bench/contrib_tuned"),
    Server("contrib", TAP, "{build}/bench/contrib", connections=4, loses=True),  # 5 PCBs
    Server("epoll", VETH, "{build}/bench/epoll_server"),
    Server("asyncio", VETH, f"{sys.executable} -B {HERE}/asyncio_server.py"),
)


def ip(*words):
    subprocess.run(("ip",) + words, check=True)


def cores():
    """The cores of server and client: two, where there are two."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


def pinned(core, realtime, *command):
    """The command on one core, ahead of all other programs with `realtime`."""
    ahead = ("chrt", "--fifo", "1") if realtime else ()
    return (*ahead, "taskset", "--cpu-list", str(core), *map(str, command))


class Place:
    """A server's namespaces, and the server in them once it was started."""

    def __init__(self, server, index, arguments, log):
        self.server = server
        self._words = server.command.format(build=arguments.build).split()
        self._realtime = arguments.realtime
        self._log = log
        self._process = None
        self.peak_kb = 0
        self.client = f"client{index}"
        self._home = self.client
        self._namespace(self.client)
        if server.carrier == TAP:
            ip("-n", self.client, "tuntap", "add", "dev", "tap0", "mode", "tap")
            self._address(self.client, "tap0", HOST)
        else:
            self._home = f"server{index}"
            self._namespace(self._home)
            ip("-n", self.client, "link", "add", "veth0", "type", "veth", "peer", "name", "veth0",
               "netns", self._home)
            self._address(self.client, "veth0", HOST)
            self._address(self._home, "veth0", DEVICE)

    def _namespace(self, name):
        ip("netns", "add", name)
        ip("-n", name, "link", "set", "lo", "up")
        # Connections that ended leave their ports free at once. No machine's default of how fast
        # to send has a part in it.
        self._in(name, "sysctl", "-qw", "net.ipv4.ip_local_port_range=1024 65535",
                 "net.ipv4.tcp_congestion_control=reno",
                 "net.ipv4.tcp_max_tw_buckets=0", "net.core.somaxconn=4096",
                 "net.ipv4.tcp_max_syn_backlog=4096")

    @staticmethod
    def _in(namespace, *command):
        subprocess.run(("ip", "netns", "exec", namespace, *command), check=True)

    @staticmethod
    def _address(namespace, device, address):
        ip("-n", namespace, "address", "add", f"{address}/24", "dev", device)
        # A frame of each connection at once must find room, on whatever carrier.
        ip("-n", namespace, "link", "set", device, "txqueuelen", "4096", "up")

    def start(self):
        """Starts the server unless it runs. Returns whether it did not."""
        if self._process is not None and self._process.poll() is None:
            return False
        environment = dict(os.environ, PRECONFIGURED_TAPIF="tap0")  # as contrib wants it
        self._process = subprocess.Popen(  # contrib ends when stdin has anything to read, or ended
            ("ip", "netns", "exec", self._home, *pinned(cores()[0], self._realtime, *self._words)),
            env=environment, stdin=subprocess.PIPE, stdout=self._log, stderr=self._log)
        return True

    @property
    def pid(self):
        return self._process.pid

    def death(self):
        """Returns what the server died of, or None."""
        code = self._process.poll()
        if code is None:
            return None
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def look(self):
        """Notes the most memory that the server ever had."""
        try:
            status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.peak_kb = max(self.peak_kb, int(line.split()[1]))

    def stop(self):
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(5)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
