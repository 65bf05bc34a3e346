# SPDX-License-Identifier: BSD-3-Clause
# Every start that cannot be: one line that says what to do, the right exit code, nothing left.

import os
import subprocess

import pytest
from device import DEADLINE_S, CLOCK_MS_BEFORE_WRAP
from host import echo, ip_json, run

USAGE, RUN_TIME = 2, 1
NO_CAPABILITIES = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]

USAGE_ERRORS = [
    ["--ip4", "198.51.100.2"],
    ["--ip4", "198.51.100/24"],
    ["--ip4", "198.51.100.2/33"],
    ["--ip4", "198.51.100.2/"],
    ["--ip4", "198.51.100.2/-1"],
    ["--ip4", "198.51.100.2/24x"],
    ["--ip4", "198.51.100.256/24"],
    ["--ip4", "2001:db8:7::2/64"],
    ["--ip4", "lwecho.local/24"],
    ["--ip4", "224.0.0.1/24"],
    ["--ip4", "0.0.0.0/24"],
    ["--ip4", "198.51.100.255/24"],
    ["--ip4", ""],
    ["--host-ip4", "198.51.100.1"],
    ["--host-ip4", "198.51.100.1/99"],
    ["--host-ip4", "2001:db8:7::1/64"],
    ["--mac", "02:00:00:00:00"],
    ["--mac", "02:00:00:00:00:0g"],
    ["--mac", "02:00:00:00:00:00:00"],
    ["--mac", "01:00:5e:00:00:01"],
    ["--mac", "ff:ff:ff:ff:ff:ff"],
    ["--mac", "00:00:00:00:00:00"],
    ["--port", "0"],
    ["--port", "65536"],
    ["--port", "-7"],
    ["--port", "7x"],
    ["--port", "echo"],
    ["--port", ""],
    ["--port", "99999999999999999999"],
    ["--hold", "-1"],
    ["--hold", "4294967296"],
    ["--hold", "many"],
    ["--idle-timeout", "-1"],
    ["--idle-timeout", "2000001"],
    ["--idle-timeout", "5m"],
    ["--peer-connections", "0"],
    ["--peer-connections", "65536"],
    ["--peer-connections", "few"],
    ["--clock", "4294967296"],
    ["--clock", "-1"],
    ["--tap", ""],
    ["--tap", "tap4567890123456"],
    ["--tap", "tap/0"],
    ["--tap", "tap 0"],
    ["--netns", ""],
    ["--netns", "a/b"],
    ["--netns", ".."],
    ["--loss", "5"],
    ["--loss", "101%"],
    ["--burst-loss", "100%"],
    ["--delay", "20"],
    ["--jitter", "61s"],
    ["--reorder", "2%:0"],
    ["--duplicate", "-1%"],
    ["--corrupt", "some"],
    ["--rate", "0mbit"],
    ["--mtu", "9000"],
    ["--link-flap", "5s"],
    ["--seed", "-1"],
    ["--seed", "4294967296"],
    ["--pcap", ""],
    ["--connect", ""],
    ["--instance", "-1"],
    ["--instance", "253"],  # beyond the /24
    ["--count", "0"],
    ["--count", "1001"],
    ["--control", ""],
    ["--nonsense"],
    ["-Z"],
    ["--port"],
    ["stray"],
]

USAGE_ERRORS_IP6 = [
    ["--ip6", "2001:db8:7::2"],
    ["--ip6", "2001:db8:7::2/129"],
    ["--ip6", "2001:db8:7::g/64"],
    ["--ip6", "198.51.100.2/24"],
    ["--ip6", "ff02::1/64"],
    ["--ip6", "::/64"],
    ["--ip6", "maybe"],
    ["--host-ip6", "2001:db8:7::1"],
    ["--host-ip6", "auto"],
]


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """Interfaces and named namespaces are after a test what they were before."""
    def state():
        return sorted(link["ifname"] for link in ip_json("link")), sorted(os.listdir("/run/netns"))

    before = state()
    yield
    assert state() == before


def fails(command, code, *words):
    """Runs a command that must fail with one line that has those words."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    lines = done.stderr.splitlines()
    assert done.returncode == code, done
    assert [line for line in lines if line.startswith("lwecho: ")] == lines[-1:], done.stderr
    if code == USAGE:
        assert len(lines) == 1, "nothing was started yet that could log: " + done.stderr
    assert done.stdout == ""
    for word in words:
        assert word in lines[-1], f"no {word!r} in: {lines[-1]}"


def needs_root_of_the_machine():
    """As opposed to that of a user namespace, where there is but one user."""
    with open("/proc/self/uid_map", encoding="ascii") as file:
        if file.read().split()[2] == "1":
            pytest.skip("needs root of the machine")


def in_mounts_of_its_own(script, command):
    """The command, in a mount namespace in which the script has run before."""
    return ["unshare", "--mount", "sh", "-ec", script + '; exec "$@"', "sh", *command]


@pytest.mark.parametrize("arguments", USAGE_ERRORS, ids=" ".join)
def test_usage_error(arguments, program):
    fails([program, *arguments], USAGE, arguments[0])


@pytest.mark.parametrize("arguments", USAGE_ERRORS_IP6, ids=" ".join)
def test_usage_error_ip6(arguments, program, needs_ip6):
    fails([program, *arguments], USAGE, arguments[0])


CTL_USAGE_ERRORS = [
    ["nonsense"],
    ["stats", "--nonsense"],
    ["stats", "--json", "--prometheus"],
    ["stats", "--watch"],  # without a terminal
    ["link", "loss=1%" * 100],
]


@pytest.mark.parametrize("arguments", CTL_USAGE_ERRORS, ids=lambda words: " ".join(words)[:40])
def test_ctl_usage_error(arguments, program):
    fails([program, "ctl", *arguments], USAGE, arguments[-1][:40])


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["stats"], "no device found"),
        (["--control", "tap9", "stats"], "tap9"),
        (["--control", "/run/none.sock", "link"], "/run/none.sock"),
        (["stats", "--from", "/nonexistent"], "/nonexistent"),
        (["stats", "--from", "/dev/null"], "/dev/null"),
    ],
    ids=lambda words: " ".join(words),
)
def test_ctl_without_a_device_is_told(arguments, words, program):
    fails([program, "ctl", *arguments], RUN_TIME, words)


def test_control_socket_that_cannot_be_made_is_named(program, tmp_path):
    (tmp_path / "file").touch()
    for path in (tmp_path / "file", tmp_path / "no" / "socket", tmp_path / ("long" * 30)):
        fails([program, "--control", path], RUN_TIME, str(path), "--control")


def test_capture_that_cannot_be_written_is_named(program, tmp_path):
    for path in (tmp_path / "no" / "file", tmp_path):
        fails([program, "--pcap", path], RUN_TIME, str(path), "--pcap")


def test_socket_that_nobody_listens_on_is_named(program, tmp_path):
    for path in (tmp_path / "none", tmp_path, tmp_path / ("long" * 30)):
        fails([program, "--connect", path], RUN_TIME, str(path), "--connect")


@pytest.mark.parametrize("option", ["--tap", "--mac", "--pcap", "--control", "--connect"])
def test_what_is_for_one_device_is_a_usage_error_of_many(option, program):
    value = "02:00:00:00:00:09" if option == "--mac" else "this"
    fails([program, "--count", "2", option, value], USAGE, option, "--count")


def test_a_fleet_that_meets_the_hosts_address_is_a_usage_error(program):
    fails([program, "--count", "9", "--host-ip4", "198.51.100.7/24"], USAGE, "--host-ip4")
    fails([program, "--count", "254"], USAGE, "--ip4", "prefix")


def test_capture_on_a_full_disk_is_named(program):
    fails([program, "--pcap", "/dev/full"], RUN_TIME, "capture", "No space")


def test_capture_to_a_terminal_is_a_usage_error(program):
    """Frames would make it unreadable."""
    controller, terminal = os.openpty()
    done = subprocess.run([program, "--pcap", "-"], stdout=terminal, stderr=subprocess.PIPE,
                          text=True, timeout=DEADLINE_S, check=False)
    os.close(terminal)
    os.close(controller)
    assert done.returncode == USAGE and "wireshark" in done.stderr


def test_device_cannot_have_the_hosts_address(program):
    fails([program, "--ip4", "198.51.100.1/24"], USAGE, "--host-ip4")


@pytest.mark.parametrize("value", ["auto", "2001:db8:7::2/64"])
def test_ip6_is_a_usage_error_without_ipv6(value, program, limits):
    if limits.ipv6:
        pytest.skip("this profile has IPv6")
    fails([program, "--ip6", value], USAGE, "--ip6")


def test_a_limit_that_the_profile_lacks_is_a_usage_error(program, limits):
    fails([program, "--hold", str(limits.tcp_hold + 1)], USAGE, "--hold", str(limits.tcp_hold))
    most = limits.tcp_connections
    fails([program, "--peer-connections", str(most + 1)], USAGE, "--peer-connections", str(most))


def test_busy_tap_is_named(program, start, host):
    device = start()
    fails([program, "--tap", "tap0", "--ip6", "off"], RUN_TIME, "tap0 is in use", "--tap")
    echo(host.udp(device))  # the first one serves on


def test_interface_that_is_no_tap_is_named(program):
    run("ip", "tuntap", "add", "dev", "tun0", "mode", "tun")
    try:
        fails([program, "--tap", "tun0"], RUN_TIME, "tun0", "--tap")
    finally:
        run("ip", "tuntap", "del", "dev", "tun0", "mode", "tun")


def test_missing_tun_device_is_named(program):
    command = in_mounts_of_its_own("mount -t tmpfs tmpfs /dev/net", [program])
    fails(command, RUN_TIME, "/dev/net/tun", "modprobe tun")


def test_tun_device_that_may_not_be_opened_is_named(program, tmp_path):
    (tmp_path / "tun").touch(mode=0)
    script = f"mount --bind '{tmp_path}/tun' /dev/net/tun"
    command = in_mounts_of_its_own(script, [*NO_CAPABILITIES, program])
    fails(command, RUN_TIME, "/dev/net/tun", "sudo")


def test_missing_driver_is_named(program):
    make_node = "mount -t tmpfs tmpfs /dev/net; mknod /dev/net/tun c 10 255"
    needs_root_of_the_machine()
    fails(in_mounts_of_its_own(make_node, [program]), RUN_TIME, "modprobe tun")


def test_missing_permission_for_a_tap_is_named(program):
    fails([*NO_CAPABILITIES, program], RUN_TIME, "tap0", "root")


def test_missing_permission_for_a_namespace_is_named(program):
    fails([*NO_CAPABILITIES, program, "--netns", "demo"], RUN_TIME, "/run/netns", "root")


def test_ordinary_user_without_a_tap_is_told_what_to_do(program):
    needs_root_of_the_machine()
    nobody = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    fails([*nobody, program], RUN_TIME, "root")


def test_namespace_that_is_none_is_named(program):
    with open("/run/netns/bad", "w", encoding="ascii"):
        pass
    try:
        fails([program, "--netns", "bad"], RUN_TIME, "/run/netns/bad")
    finally:
        os.unlink("/run/netns/bad")


def test_namespace_made_for_a_start_that_fails_is_removed(program):
    command = in_mounts_of_its_own("mount -t tmpfs tmpfs /dev/net", [program, "--netns", "demo"])
    fails(command, RUN_TIME, "/dev/net/tun")


def test_full_output_is_an_error(program):
    """Who reads the ready line must not wait for ever when it cannot be written."""
    with open("/dev/full", "w", encoding="ascii") as full:
        done = subprocess.run(
            [program, "--ip6", "off", "--clock", str(2**32 - CLOCK_MS_BEFORE_WRAP)],
            stdout=full, stderr=subprocess.PIPE, text=True, timeout=DEADLINE_S, check=False,
        )
    errors = [line for line in done.stderr.splitlines() if line.startswith("lwecho: ")]
    assert done.returncode == RUN_TIME and len(errors) == 1, errors
