# SPDX-License-Identifier: BSD-3-Clause
# The log and the ready line: what an engineer reads while the device serves.

import socket

import pytest
from host import FAMILY, NETWORK, echo


def endpoint(sock):
    """The host's end as the log names it."""
    address, port = sock.getsockname()[:2]
    return f"[{address}]:{port}" if sock.family == FAMILY[6] else f"{address}:{port}"


def test_ready_line_names_addresses_and_port(simulator, start):
    device = start()
    assert device.out.since()[0] == "ready ip4=198.51.100.2 port=7"


def test_ready_line_names_ipv6_addresses(needs_ip6, start):
    line = start(ip6=None, port=8888).out.since()[0].split()
    assert line[:2] == ["ready", "ip4=198.51.100.2"] and line[-1] == "port=8888"
    assert sorted(line[2:-1])[0] == "ip6=2001:db8:7::2"
    assert sorted(line[2:-1])[1].startswith("ip6=fe80::")


def test_says_what_is_served_and_where(start, limits):
    log = start(port=8888, idle_timeout=9).log
    connections = limits.tcp_connections
    log.wait(f"^tcp: serving port=8888 hold=0 connections={connections} idle_timeout_s=9$")
    log.wait("^udp: serving port=8888$")
    log.wait(r"^address: add ip=198\.51\.100\.2 by=static$")


def test_each_ipv6_address_is_one_line(needs_ip6, start):
    device = start(ip6=None)
    device.log.wait("^address: add ip=2001:db8:7::2 by=static$")
    device.log.wait(f"^address: add ip={device.link_local} by=link-local$")


def test_a_connection_is_one_line_at_each_end(ip, start, host):
    device = start(ip6=None if ip == 6 else "off")
    first, second = host.connect(device, ip), host.connect(device, ip)
    mark = device.log.mark()
    echo(first, b"hello")
    second_name, first_name = endpoint(second), endpoint(first)
    for sock in (first, second):
        sock.shutdown(socket.SHUT_WR)
        assert sock.recv(1) == b""
    device.log.wait("^tcp: close .* open=0$")
    opened = [line for line in device.log.since() if line.startswith("tcp: open ")]
    assert opened == [f"tcp: open peer={first_name} open=1", f"tcp: open peer={second_name} open=2"]
    assert [line for line in device.log.since(mark) if "close" in line] == [
        f"tcp: close peer={first_name} reason=finished octets_in=5 octets_out=5 open=1",
        f"tcp: close peer={second_name} reason=finished octets_in=0 octets_out=0 open=0",
    ]


def test_a_refusal_is_one_line(start, host):
    device = start(peer_connections=1)
    echo(host.connect(device))
    with pytest.raises(ConnectionError):
        echo(host.connect(device, source_port=40000))
    device.log.wait(r"^tcp: refuse peer=198\.51\.100\.1:40000 reason=peer open=1$")


DATA = [
    (b"hello\n", r'octets=6 data="hello\n"'),
    (b"", 'octets=0 data=""'),
    (b'"\\\t\r', r'octets=4 data="\"\\\t\r"'),
    (b"\x00\x1b\x7f\xff", r'octets=4 data="\x00\x1B\x7F\xFF"'),
    (b"\n" * 3 + b"!" * 61, r'octets=64 data="\n\n\n' + "!" * 61 + '"'),
    (b"." * 65, 'octets=65 data="' + "." * 64 + '"...'),
    (b"\xff" * 200, 'octets=200 data="' + r"\xFF" * 64 + '"...'),
]


def test_verbose_shows_what_is_received(ip, start, host):
    device = start(v=True, ip6=None if ip == 6 else "off")
    for protocol, connect in (("tcp", host.connect), ("udp", host.udp)):
        sock = connect(device, ip)
        mark = device.log.mark()
        for data, _ in DATA:
            echo(sock, data)
        device.log.wait(f"octets={len(DATA[-1][0])} ", mark)
        # TCP has no empty messages; the case of hexadecimal digits is the device's choice.
        expected = [shown.lower() for data, shown in DATA if data or protocol == "udp"]
        start_of_line = f"{protocol}: received peer={endpoint(sock)} "
        lines = [line for line in device.log.since(mark) if line.startswith(start_of_line)]
        assert [line[len(start_of_line):].lower() for line in lines] == expected


def test_received_data_is_shown_only_when_verbose(simulator, start, host):
    device = start()
    echo(host.connect(device), b"secret")
    echo(host.udp(device), b"secret")
    host.close()
    device.stop()
    assert not [line for line in device.log.since() if "secret" in line or "received" in line]


def test_quiet_says_nothing_when_all_is_well(start, host, limits):
    device = start(q=True, ip6=None if limits.ipv6 else "off")
    echo(host.connect(device))
    echo(host.udp(device))
    host.close()
    device.settle()
    device.stop()
    assert device.log.since() == []
    assert len([line for line in device.out.since() if not line.startswith("{")]) == 1  # ready


def test_host_addresses_are_the_documentation_ones(device, host):
    """The suite's own idea of the network is the device's."""
    assert device.address[4] == str(NETWORK[4][2])
    assert host.connect(device).getsockname()[0] == str(NETWORK[4][1])
