# SPDX-License-Identifier: BSD-3-Clause
# A real DHCP server on the device's wire: dnsmasq, which logs each message.

import subprocess

from device import DEADLINE_S, Lines


class DhcpServer:
    """dnsmasq on `tap` with leases of two minutes, the shortest it gives, from 198.51.100.`first`
    to .`last`."""

    def __init__(self, tap, first=50, last=59, *options):
        self._process = subprocess.Popen(
            [
                "dnsmasq",
                "--no-daemon",
                "--conf-file=/dev/null",
                "--dhcp-leasefile=/dev/null",
                f"--interface={tap}",
                "--bind-interfaces",
                "--port=0",
                "--no-ping",
                f"--dhcp-range=198.51.100.{first},198.51.100.{last},2m",
                *options,
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.log = Lines(self._process.stderr)
        self.log.wait("sockets bound exclusively")

    def stop(self):
        self._process.kill()
        self._process.wait(DEADLINE_S)
        self.log.wait_end()
