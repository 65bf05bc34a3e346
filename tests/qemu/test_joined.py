# SPDX-License-Identifier: BSD-3-Clause
# A simulator and a board in QEMU, each at one end of a UNIX socket: no TAP, no rights.

import os
import pathlib
import re
import subprocess

import pytest
from device import Lines

SIMULATOR = os.environ["LWECHO_SIMULATOR"]


@pytest.fixture
def run():
    """Runs a program. Returns the lines that it prints."""
    processes = []

    def run_program(*command):
        processes.append(
            subprocess.Popen(
                [str(word) for word in command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
        )
        return Lines(processes[-1].stdout)

    yield run_program
    for process in processes:
        process.terminate()
        process.wait()


def test_a_simulator_and_a_board_meet(qemu, program, run, tmp_path):
    """Both have the same address: the simulator asks for it, and the board answers."""
    path = pathlib.Path(tmp_path, "socket")
    ends = f"stream,id=n,server=on,addr.type=unix,addr.path={path}"
    console = ["-display", "none", "-monitor", "none", "-serial", "stdio"]
    network = ["-netdev", ends, "-net", "nic,netdev=n,macaddr=02:00:00:00:00:02"]
    board = run(*qemu, "-kernel", program, *console, *network)
    board.wait("^address: add ip=2001:db8:7::2 ")
    simulator = run(SIMULATOR, "--connect", path)
    simulator.wait(re.escape("address: duplicate ip=2001:db8:7::2 "))
