# SPDX-License-Identifier: BSD-3-Clause
# --instance and --count: many devices on one bridge, each a process of its own.

import concurrent.futures
import ipaddress
import os
import signal
import subprocess

import pytest
from ctl import ctl
from device import DEADLINE_S, Lines, command_line
from host import ip_json, run

pytestmark = pytest.mark.usefixtures("simulator")

BRIDGE = "lwecho-br"
DEVICES = 200
START_S = 200  # bounds a hang, of a crowd


def links():
    return sorted(link["ifname"] for link in ip_json("link"))


def nc(address, data=b"hello\n"):
    return run("nc.openbsd", "-N", str(address), "7", input=data)


class Fleet:
    def __init__(self, program, **options):
        self.process = subprocess.Popen(
            command_line(program, **options), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True,
        )
        self.out = Lines(self.process.stdout)
        self.log = Lines(self.process.stderr)

    def ready(self):
        for _ in range(START_S // DEADLINE_S):
            try:
                return self.out.wait("^fleet ready devices=([0-9]+) pss_kb_mean=([0-9]+) ")
            except AssertionError as error:
                if "no line" not in str(error):
                    raise
        raise AssertionError("never ready: " + str(self.log.since()[-5:]))

    def children(self):
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children",
                  encoding="ascii") as file:
            return [int(pid) for pid in file.read().split()]

    def end(self):
        self.process.terminate()
        return self.process.wait(START_S)


@pytest.fixture
def fleet(program):
    fleets = []

    def start(**options):
        fleets.append(Fleet(program, **options))
        return fleets[-1]

    before = links()
    yield start
    for one in fleets:
        if one.process.poll() is None:
            assert one.end() == 0
    assert links() == before
    assert os.listdir("/run/lwecho") == []


def test_200_devices_each_answer(fleet):
    crowd = fleet(count=DEVICES, ip6="off", q=True)
    ready = crowd.ready()
    assert int(ready[1]) == DEVICES and len(crowd.children()) == DEVICES
    print(f"memory of each device: {ready[2]} KB")
    assert 100 < int(ready[2]) < 20_000
    first = ipaddress.ip_address("198.51.100.2")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda i: nc(first + i, b"%d\n" % i), range(DEVICES))
        assert list(answers) == [b"%d\n" % i for i in range(DEVICES)]
    macs = {entry["lladdr"] for entry in ip_json("neigh", "show", "dev", BRIDGE)}
    assert len(macs) >= DEVICES - 1, "each has a MAC address of its own"


def test_each_device_has_names_and_seed_of_its_own(fleet, program):
    crowd = fleet(count=3, instance=5, ip6="off", seed=100, loss="0.1%")
    crowd.ready()
    for number in (5, 6, 7):
        done = subprocess.run([program, "ctl", "--control", f"tap{number}", "stats", "--json"],
                              capture_output=True, text=True, check=True)
        assert f'"hostname":"lwecho-{number}"' in done.stdout
        assert f'"ip4":"198.51.100.{2 + number}"' in done.stdout
        assert f'"seed":{100 + number},' in done.stdout
        assert nc(f"198.51.100.{2 + number}") == b"hello\n"
    assert links() == sorted(["lo", BRIDGE, "tap5", "tap6", "tap7"])


def test_ipv6_addresses_count_up_too(needs_ip6, fleet):
    crowd = fleet(count=2, ip6="2001:db8:7::fffe/64")
    crowd.ready()
    for address in ("2001:db8:7::fffe", "2001:db8:7::ffff"):
        assert nc(address) == b"hello\n"


def test_instances_started_by_hand_meet_on_one_bridge(start):
    devices = [start(instance=number, tap=None) for number in (1, 2)]
    for device, number in zip(devices, (1, 2)):
        assert device.address[4] == f"198.51.100.{2 + number}"
        assert nc(device.address[4]) == b"hello\n"
        device.tap = f"tap{number}"
        assert ctl(device, "link") == f"seed={number} \n"
    devices[0].stop()
    assert BRIDGE in links() and nc(devices[1].address[4]) == b"hello\n"
    devices[1].stop()
    assert BRIDGE not in links()


def test_bridge_of_the_users_own_stays(start):
    run("ip", "link", "add", BRIDGE, "type", "bridge")
    run("ip", "addr", "add", "198.51.100.1/24", "dev", BRIDGE)
    run("ip", "link", "set", BRIDGE, "up")
    device = start(instance=1, tap=None)
    assert nc(device.address[4]) == b"hello\n"
    device.stop()
    assert BRIDGE in links()
    run("ip", "link", "del", BRIDGE)


def test_one_that_dies_ends_all_with_an_error(fleet):
    crowd = fleet(count=3, ip6="off")
    crowd.ready()
    os.kill(crowd.children()[1], signal.SIGKILL)
    crowd.log.wait("^lwecho: device 1 ended with an error")
    assert crowd.process.wait(DEADLINE_S) == 1
    os.unlink("/run/lwecho/tap1.sock")


def test_all_end_with_their_parent(fleet):
    crowd = fleet(count=3, ip6="off")
    crowd.ready()
    crowd.process.kill()
    crowd.out.wait_end()  # the last one has closed it
    crowd.process.wait()


def test_a_fleet_in_a_namespace(fleet):
    crowd = fleet(count=2, netns="demo", ip6="off")
    crowd.ready()
    assert run("ip", "netns", "exec", "demo", "nc.openbsd", "-N", "198.51.100.3", "7",
               input=b"hello\n") == b"hello\n"
    assert crowd.end() == 0 and os.listdir("/run/netns") == []
