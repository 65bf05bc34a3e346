# SPDX-License-Identifier: BSD-3-Clause
# The tools people have: each kind of nc, and socat, get back what they send.

import subprocess

import pytest
from device import DEADLINE_S
from host import Pattern

TOOLS = ["nc.openbsd", "nc.traditional", "ncat", "socat"]


def command(tool, protocol, ip, address, port):
    """The tool's command to talk to a service and, for TCP, to half-close when its input ends."""
    if tool == "socat":
        target = f"[{address}]" if ip == 6 else address
        return [tool, "-t", str(DEADLINE_S), "-", f"{protocol}{ip}:{target}:{port}"]
    end = {"nc.openbsd": ["-N"], "nc.traditional": ["-q", str(DEADLINE_S)], "ncat": []}[tool]
    return [tool, *(["-u"] if protocol == "UDP" else end), address, str(port)]


@pytest.fixture(params=TOOLS)
def tool(request, ip):
    if request.param == "nc.traditional" and ip == 6:
        pytest.skip("nc.traditional has no IPv6")
    return request.param


def tcp_returns(tool, device, ip, data, tmp_path):
    """Runs the tool with a file as its input and another as its output, and compares the two."""
    there, back = tmp_path / "there", tmp_path / "back"
    there.write_bytes(data)
    with there.open("rb") as stdin, back.open("wb") as stdout:
        arguments = command(tool, "TCP", ip, device.address[ip], device.port)
        subprocess.run(arguments, stdin=stdin, stdout=stdout, timeout=DEADLINE_S, check=True)
    assert back.read_bytes() == data


def test_tcp_returns_the_file(tool, ip, device, tmp_path):
    # A one-segment window is paced by the tool's delayed acknowledgements: 40 ms a window.
    octets = min(40 * device.limits.tcp_window, 1 << 20) + 1
    tcp_returns(tool, device, ip, Pattern(octets).take(octets), tmp_path)


@pytest.mark.parametrize("octets", [0, 1])
def test_tcp_returns_next_to_nothing(octets, tool, ip, device, tmp_path):
    tcp_returns(tool, device, ip, b"x" * octets, tmp_path)


def test_udp_returns_the_datagram(tool, ip, device):
    data = Pattern(1).take(1400)
    arguments = command(tool, "UDP", ip, device.address[ip], device.port)
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        try:
            process.stdin.write(data)
            process.stdin.flush()
            assert process.stdout.read(len(data)) == data
        finally:
            process.kill()
