# SPDX-License-Identifier: BSD-3-Clause
# What the simulator does to the host: a TAP and a namespace of its own making, gone when it ends.

import os
import subprocess

import pytest
from device import DEADLINE_S
from host import echo, ip_json, run

NETNS = "demo"


def links():
    return sorted(link["ifname"] for link in ip_json("link"))


def addresses(device="tap0"):
    """The addresses of an interface that somebody gave it."""
    shown = ip_json("addr", "show", "dev", device)[0]["addr_info"]
    return sorted((a["local"], a["prefixlen"]) for a in shown if a["scope"] == "global")


def mac_seen():
    """The device's MAC address as the host knows it."""
    return ip_json("neigh", "show", "198.51.100.2", "dev", "tap0")[0]["lladdr"]


def named_namespaces():
    return sorted(os.listdir("/run/netns"))


@pytest.fixture
def namespace():
    """A namespace of the user's own making."""
    run("ip", "netns", "add", NETNS)
    run("ip", "-n", NETNS, "tuntap", "add", "dev", "own0", "mode", "tap")
    yield NETNS
    run("ip", "netns", "del", NETNS)


def nc_in(netns, *target, **options):
    """What nc, run in that namespace, gets back for a greeting."""
    command = ("ip", "netns", "exec", netns, "nc.openbsd", "-N", *target)
    return run(*command, input=b"hello\n", **options)


def test_own_tap_is_made_and_removed(start, limits):
    before = links()
    device = start(ip6=None if limits.ipv6 else "off")
    assert links() == sorted([*before, "tap0"])
    expected = [("198.51.100.1", 24)] + ([("2001:db8:7::1", 64)] if limits.ipv6 else [])
    assert addresses() == expected
    device.stop()
    assert links() == before


def test_options_set_the_tap_and_both_addresses(start):
    device = start(tap="other0", ip4="203.0.113.9/28", host_ip4="203.0.113.8/28", port=4242)
    assert device.out.since()[0] == "ready ip4=203.0.113.9 port=4242"
    assert addresses("other0") == [("203.0.113.8", 28)]
    assert run("nc.openbsd", "-N", "203.0.113.9", "4242", input=b"hello\n") == b"hello\n"


def test_ipv6_options_set_both_addresses(needs_ip6, start):
    device = start(ip6="2001:db8:99::9/64", host_ip6="2001:db8:99::8/64")
    assert device.address[6] == "2001:db8:99::9"
    assert ("2001:db8:99::8", 64) in addresses()
    assert run("nc.openbsd", "-N", "2001:db8:99::9", "7", input=b"hello\n") == b"hello\n"


def test_host_address_can_be_left_to_the_user(needs_ip6, start):
    start(ip6=None, host_ip6="off")
    assert addresses() == [("198.51.100.1", 24)]


def test_mac_option_is_the_devices_mac(start, host):
    device = start(mac="02:aa:bb:cc:dd:ee")
    echo(host.udp(device))
    assert mac_seen() == "02:aa:bb:cc:dd:ee"


def test_default_mac_is_made_from_the_address(start, host):
    echo(host.udp(start()))
    assert mac_seen() == "02:00:c6:33:64:02"


def test_existing_tap_is_used_and_left_untouched(own_tap, start, host, limits):
    run("ip", "addr", "add", "198.51.100.77/24", "dev", own_tap)
    before = addresses(own_tap)
    device = start(tap=own_tap, ip6=None if limits.ipv6 else "off")
    assert addresses(own_tap) == before, "only a TAP of its own making gets addresses"
    echo(host.udp(device))
    device.stop()
    assert addresses(own_tap) == before
    assert "UP" in ip_json("link", "show", own_tap)[0]["flags"]


def test_ends_with_an_error_when_its_tap_is_taken_away(start):
    device = start()
    run("ip", "link", "del", device.tap)
    device.log.wait(f"^lwecho: {device.tap} was .* start again$")
    assert device.process.wait(DEADLINE_S) == 1


def test_killed_simulator_leaves_no_tap_of_its_own(start):
    before = links()
    device = start()
    device.kill()
    assert links() == before


def test_namespace_is_made_and_removed(start, limits):
    before = links()
    device = start(netns=NETNS, ip6=None if limits.ipv6 else "off")
    assert named_namespaces() == [NETNS]
    assert links() == before, "the TAP is in the namespace only"
    for address in device.address.values():
        assert nc_in(NETNS, address, "7") == b"hello\n"
    device.stop()
    assert named_namespaces() == []


def test_existing_namespace_is_entered_and_left_as_it_was(namespace, start):
    device = start(netns=namespace)
    assert nc_in(namespace, "198.51.100.2", "7") == b"hello\n"
    device.stop()
    assert named_namespaces() == [namespace]
    assert sorted(link["ifname"] for link in ip_json("-n", namespace, "link")) == ["lo", "own0"]


def test_several_devices_each_in_a_namespace_of_its_own(start):
    for name in ("one", "two"):
        start(netns=name)
    for name in ("one", "two"):
        assert nc_in(name, "198.51.100.2", "7") == b"hello\n"


def test_several_devices_on_one_host(start):
    for number in (0, 1, 2):
        network = f"203.0.{number}."
        start(tap=f"tap{number}", ip4=network + "2/24", host_ip4=network + "1/24")
    for number in (0, 1, 2):
        assert run("nc.openbsd", "-N", f"203.0.{number}.2", "7", input=b"hello\n") == b"hello\n"


def test_existing_tap_that_is_down_is_waited_for(own_tap, start, host):
    run("ip", "link", "set", own_tap, "down")
    device = start(tap=own_tap)
    device.log.wait(f"^lwecho: {own_tap} is down.* ip link set {own_tap} up")
    run("ip", "link", "set", own_tap, "up")
    device.until(lambda stats: stats["ethif"]["link_changes"] == 1)
    echo(host.udp(device))


def test_serves_on_after_its_tap_was_down(own_tap, start, host):
    device = start(tap=own_tap)
    echo(host.udp(device))
    changes = device.stats()["ethif"]["link_changes"]
    for state in ("down", "up"):
        run("ip", "link", "set", own_tap, state)
        changes += 1
        device.until(lambda stats: stats["ethif"]["link_changes"] == changes)
    echo(host.udp(device))
    echo(host.connect(device))


def test_user_of_the_host_needs_no_tool_besides_the_simulator(program):
    """Nothing is shelled out to: it serves with an empty PATH."""
    with subprocess.Popen(
        [program, "--ip6", "off"], env={"PATH": "/nonexistent"}, stdout=subprocess.PIPE, text=True,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            assert process.stdout.readline().startswith("ready ")
            assert run("nc.openbsd", "-N", "198.51.100.2", "7", input=b"hello\n") == b"hello\n"
        finally:
            process.terminate()
    assert process.returncode == 0
