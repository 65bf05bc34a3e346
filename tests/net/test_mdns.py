# SPDX-License-Identifier: BSD-3-Clause
# The device's name and services on the link, as a real responder of the host sees them.

import os
import subprocess
import time

import pytest
from device import DEADLINE_S
from host import echo, run

CONFIGURATION = """[server]
host-name={name}
allow-interfaces=own0
[wide-area]
enable-wide-area=no
[publish]
publish-workstation=no
"""


@pytest.fixture
def avahi(own_tap):
    """Starts the host's own responder, which has that name."""
    running = []

    def start_avahi(name="desk"):
        os.makedirs("/run/dbus", exist_ok=True)
        os.makedirs("/run/avahi-daemon", exist_ok=True)
        with open("/run/avahi.conf", "w", encoding="ascii") as file:
            file.write(CONFIGURATION.format(name=name))
        bus = ["dbus-daemon", "--system", "--nofork", "--nopidfile", "--print-address"]
        running.append(subprocess.Popen(bus, stdout=subprocess.PIPE))
        running[-1].stdout.readline()
        daemon = ["avahi-daemon", "--file", "/run/avahi.conf", "--no-drop-root", "--no-chroot"]
        running.append(subprocess.Popen([*daemon, "--no-rlimits"], stderr=subprocess.PIPE))
        while b"startup complete" not in running[-1].stderr.readline():
            assert running[-1].poll() is None, "avahi-daemon ended"

    yield start_avahi
    for process in reversed(running):
        process.kill()
        process.wait(DEADLINE_S)


@pytest.fixture
def serve(own_tap, start):
    """Starts a device and waits until its name is served."""

    def start_device(pattern="^mdns: serving name=(.*)$", **options):
        device = start(**{"tap": own_tap, "ip6": None} | options)
        device.name = device.log.wait(pattern).group(1)
        return device

    return start_device


def until(command, found):
    """Asks until the answer is as wanted: caches take their time. Returns the answer."""
    deadline = time.monotonic() + DEADLINE_S
    while not found(answer := run(*command, check=False).decode()):
        assert time.monotonic() < deadline, f"{command}: {answer}"
    return answer


@pytest.mark.parametrize("ip", [4, 6])
def test_the_host_finds_the_device_by_its_name(ip, avahi, serve):
    avahi()
    device = serve()
    device.until(lambda stats: stats["mdns"]["sent"] >= 6)  # all addresses are there by now
    answer = run("avahi-resolve", f"-{ip}", "-n", "lwecho.local").decode().split()
    assert answer[0] == "lwecho.local"
    assert answer[1] == device.address[ip] or answer[1] == device.link_local


@pytest.mark.parametrize("service", ["_echo._tcp", "_echo._udp"])
def test_the_host_lists_its_services(service, avahi, serve):
    avahi()
    device = serve(port=8888, hostname="kitchen")
    answer = run("avahi-browse", "-tpr", service).decode()
    lines = [line.split(";") for line in answer.splitlines() if line.startswith("=")]
    assert lines
    for _, _, _, instance, kind, domain, name, address, port, _ in lines:
        assert (instance, kind, domain, name) == ("kitchen", service, "local", "kitchen.local")
        assert port == "8888"
        assert address in (*device.address.values(), device.link_local)
    assert service in run("avahi-browse", "-atp").decode()


def test_the_name_leads_to_the_echo(avahi, serve, host):
    avahi()
    device = serve()
    device.address[4] = run("avahi-resolve", "-4", "-n", device.name).decode().split()[1]
    echo(host.connect(device), b"found by name")


def test_takes_another_name_when_the_host_has_it(avahi, serve):
    avahi("lwecho")
    device = serve(mac="02:00:00:aa:bb:cc")
    assert device.name == "lwecho-aabbcc.local"
    answer = run("avahi-resolve", "-4", "-n", device.name).decode().split()
    assert answer[1] == device.address[4]
    answer = run("avahi-resolve", "-4", "-n", "lwecho.local").decode().split()
    assert answer[1] == "198.51.100.1"


def test_says_goodbye(avahi, serve):
    avahi()
    device = serve()
    command = ("avahi-browse", "-tp", "_echo._tcp")
    until(command, lambda answer: "lwecho" in answer)
    device.stop()
    until(command, lambda answer: "lwecho" not in answer)


def test_the_name_follows_the_address(avahi, serve, own_tap):
    avahi()
    device = serve(clock_rate=20)
    run("ip", "addr", "add", "198.51.100.2/24", "dev", own_tap)
    device.log.wait("address: remove ip=198.51.100.2 reason=conflict")
    mark = device.log.mark()
    run("ip", "addr", "del", "198.51.100.2/24", "dev", own_tap)
    device.log.wait("address: add ip=198.51.100.2", mark)
    command = ("avahi-resolve", "-4", "-n", "lwecho.local")
    until(command, lambda answer: "198.51.100.2" in answer)
