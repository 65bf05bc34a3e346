# SPDX-License-Identifier: BSD-3-Clause
# The targets run, debug and flash, as a user types them.

import contextlib
import os
import pathlib
import re
import shlex
import signal
import socket
import subprocess

import pytest
from device import DEADLINE_S, Lines
from host import NETWORK, echo, run

PIPES = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
MPS2 = {"mps2-an385": 0, "mps2-an500": 0, "mps2-an505": 0x10000000}  # where the code lies
DEVICE = str(NETWORK[4][2])
COMMANDS = """\
break on_datagram
continue
lwecho pools
lwecho connections
kill
"""


@pytest.fixture
def build(program):
    """The folder of the image."""
    return pathlib.Path(program).parent


def target_command(build, target):
    return ["cmake", "--build", str(build), "--target", target]


@contextlib.contextmanager
def target_started(build, target):
    """A target that goes on until it is ended, as by Ctrl-C; its process and its output."""
    command = target_command(build, target)
    with subprocess.Popen(command, text=True, start_new_session=True, **PIPES) as process:
        try:
            yield process, Lines(process.stdout)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)


@contextlib.contextmanager
def followed(path):
    """The lines of a file that is going to be written."""
    command = ["tail", "-n", "+1", "-F", str(path)]
    with subprocess.Popen(command, text=True, **PIPES) as process:
        try:
            yield Lines(process.stdout)
        finally:
            process.kill()


def namespaces():
    return [line.split()[0] for line in run("ip", "netns", "list").decode().splitlines()]


def test_run_leads_to_a_first_echo_and_leaves_nothing(build):
    with target_started(build, "run") as (process, lines):
        says = lines.wait("from another terminal: (.*)")
        lines.wait("^ready ")
        assert run(*shlex.split(says[1]), input=b"Hello\n") == b"Hello\n"
        os.killpg(process.pid, signal.SIGINT)
        process.wait(DEADLINE_S)
        lines.wait_end()
    assert not namespaces()


def test_debug_shows_pools_and_connections(build):
    # In a namespace that exists, so that the connections can come from here.
    run("ip", "netns", "attach", "lwecho", str(os.getpid()))
    console = build / "lwecho.elf.console"
    console.unlink(missing_ok=True)
    with target_started(build, "debug") as (process, lines), followed(console) as printed:
        process.stdin.write(COMMANDS)
        process.stdin.close()
        printed.wait("^ready ")
        with socket.create_connection((DEVICE, 7), DEADLINE_S) as sock:
            echo(sock, b"held")
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagrams:
                datagrams.sendto(b"breaks", (DEVICE, 7))
            process.wait(DEADLINE_S)
            lines.wait_end()
            ours = sock.getsockname()
    output = "\n".join(lines.since()).replace("(gdb) ", "")
    assert re.search(r"^receive buffers +[1-9]\d* +[1-9]\d* +[1-9]\d* +0$", output, re.M), output
    assert re.search(r"^LISTEN +port 7$", output, re.M), output
    peer = rf"^ESTABLISHED +peer {re.escape(ours[0])}:{ours[1]} .*; echo: .*, 4 octets in$"
    assert re.search(peer, output, re.M), output
    run("ip", "netns", "del", "lwecho")


def flash(build):
    command = target_command(build, "flash")
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    return done.returncode, done.stdout


def test_flash_makes_the_files_of_the_card(build, machine):
    if machine not in MPS2:
        pytest.skip("no MPS2")
    code, output = flash(build)
    assert code == 0, output
    card = build / "microsd"
    for step in (card / "SOFTWARE/lwecho.axf", card / "images.txt", machine[5:].upper()):
        assert str(step) in output
    image = (build / "lwecho.elf").read_bytes()
    assert (card / "SOFTWARE/lwecho.axf").read_bytes() == image
    lines = (card / "images.txt").read_bytes().decode().split("\r\n")
    entries = dict(line.split(": ", 1) for line in lines if ": " in line)
    assert entries["TOTALIMAGES"] == "1"
    assert int(entries["IMAGE0ADDRESS"], 16) == MPS2[machine]
    assert entries["IMAGE0FILE"] == r"\SOFTWARE\lwecho.axf"


def test_flash_lacks_nothing_but_the_kit(build, machine):
    """OpenOCD takes configuration and command, and looks for the kit's own adapter."""
    if machine != "lm3s6965evb":
        pytest.skip("not flashed by OpenOCD")
    code, output = flash(build)
    assert code != 0 and "unable to open ftdi device" in output, output
    assert "Stellaris Evaluation Board" in output, output


def test_flash_says_that_there_is_nothing_to_flash(build, machine):
    if machine != "sifive_u":
        pytest.skip("a board that exists")
    code, output = flash(build)
    assert code == 0 and "Nothing to flash" in output, output
