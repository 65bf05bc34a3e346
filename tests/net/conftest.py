# SPDX-License-Identifier: BSD-3-Clause
# pytest's part: which device, what it can do, and the check after each test that it holds nothing.

import functools
import os
import resource

import pytest
from device import Simulator
from host import Host, run

FAILED = pytest.StashKey()


def pytest_addoption(parser):
    parser.addoption("--lwecho", required=True, metavar="PROGRAM", help="the simulator to test")
    parser.addoption("--offload", action="store_true", help="start each device with --offload")


def pytest_configure():
    if "LWECHO_IN_NETNS" not in os.environ:
        pytest.exit("run this through tests/net/in_netns, so that no packet leaves a namespace", 2)
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    report = (yield).get_result()
    if report.failed:
        item.stash[FAILED] = True
        for device in item.funcargs.get("devices", []):
            log = [line for line in device.log.since() if not line.startswith("{")]
            report.sections.append(("end of the device's log", "\n".join(log[-50:])))


@pytest.fixture(scope="session")
def program(request):
    return os.path.abspath(request.config.getoption("lwecho"))


@pytest.fixture(scope="session")
def make(request, program):
    """Starts a device with options: the simulator, or what a plugin has put in its place."""
    kind = getattr(request.config, "device_kind", Simulator)
    options = {"offload": True} if request.config.getoption("offload") else {}
    return functools.partial(kind, program, **options)


@pytest.fixture
def simulator(make):
    """For tests of what only the simulator has."""
    if make.func is not Simulator:
        pytest.skip("about the simulator")


@pytest.fixture(scope="session")
def limits(make):
    """What this device can do, so that tests scale to it."""
    device = make()
    device.stop()
    return device.limits


@pytest.fixture(params=[4, 6], ids=["ipv4", "ipv6"])
def ip(request, limits):
    """The version of IP: both, where the device has both."""
    if request.param == 6 and not limits.ipv6:
        pytest.skip("this profile has no IPv6")
    return request.param


@pytest.fixture
def needs_ip6(limits):
    if not limits.ipv6:
        pytest.skip("this profile has no IPv6")


@pytest.fixture
def host():
    host = Host()
    yield host
    host.close()


@pytest.fixture
def own_tap():
    """A TAP of the user's own making, which is up and has the host's address."""
    run("ip", "tuntap", "add", "dev", "own0", "mode", "tap")
    run("ip", "addr", "add", "198.51.100.1/24", "dev", "own0")
    run("ip", "link", "set", "own0", "up")
    yield "own0"
    run("ip", "tuntap", "del", "dev", "own0", "mode", "tap")


@pytest.fixture
def devices():
    """The devices that a test uses."""
    return []


class Shared:
    """One device with default options for a file's tests; a new one after a test that failed."""

    def __init__(self, make, limits):
        self._make = make
        self._options = {"ip6": None if limits.ipv6 else "off"}
        self._device = None

    def get(self):
        if self._device is None:
            self._device = self._make(**self._options)
        return self._device

    def discard(self):
        if self._device is not None:
            self._device.kill()
            self._device = None

    def finish(self):
        if self._device is not None:
            device, self._device = self._device, None
            device.stop()


@pytest.fixture(scope="module")
def shared(make, limits):
    shared = Shared(make, limits)
    yield shared
    shared.finish()


@pytest.fixture
def device(request, shared, host, devices):
    """A device with default options. After each test nothing may be held by it."""
    device = shared.get()
    devices.append(device)
    yield device
    host.close()
    if FAILED in request.node.stash:
        shared.discard()
        return
    try:
        device.settle()
    except BaseException:
        shared.discard()
        raise


@pytest.fixture
def start(request, make, shared, host, devices):
    """Starts a device with options of the test's own, in place of the shared one. After the test
    nothing may be held by it, and it must end well, unless the test has ended it itself."""
    shared.finish()

    def start_device(**options):
        devices.append(make(**options))
        return devices[-1]

    yield start_device
    host.close()
    for device in devices:
        if FAILED in request.node.stash:
            device.kill()
        elif device.process.poll() is None:
            device.settle()
            device.stop()
