# SPDX-License-Identifier: BSD-3-Clause
# The device's own page: what it serves, to whom, and for how long.

import gzip
import json
import random
import socket
import struct
import subprocess

import pytest
from device import DEADLINE_S
from host import FAMILY, RESET_ON_CLOSE, echo, exchange

PORT = 80
GET = "GET %s HTTP/1.1\r\nHost: lwecho\r\n\r\n"


def connect(device, ip=4, **options):
    sock = socket.socket(FAMILY[ip], socket.SOCK_STREAM)
    sock.settimeout(DEADLINE_S)
    for name, value in options.items():
        sock.setsockopt(socket.SOL_SOCKET, getattr(socket, name), value)
    sock.connect((device.address[ip], PORT))
    return sock


def rest_of(sock):
    """What comes until the connection ends, however it ends."""
    pieces = []
    try:
        while piece := sock.recv(1 << 16):
            pieces.append(piece)
    except ConnectionError:
        pass
    sock.close()
    return b"".join(pieces)


def ask(device, request, ip=4):
    sock = connect(device, ip)
    try:
        sock.sendall(request)
    except ConnectionError:
        pass
    return rest_of(sock)


def get(device, path, ip=4):
    """Returns the first line, the other headers, and the body."""
    answer = ask(device, (GET % path).encode(), ip)
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    return first, dict(line.split(": ", 1) for line in lines), body


def statistics(device, ip=4):
    first, headers, body = get(device, "/stats.json", ip)
    assert first == "HTTP/1.0 200 OK" and headers["Content-Type"] == "application/json"
    return json.loads(body)


def test_page_comes_whole_and_asks_for_nothing_else(device, ip):
    first, headers, body = get(device, "/", ip)
    assert first == "HTTP/1.0 200 OK" and headers["Content-Type"].startswith("text/html")
    assert int(headers["Content-Length"]) == len(body)
    page = gzip.decompress(body).decode()
    assert page.startswith("<!doctype html>") and page.endswith("</html>\n")
    assert "//" not in page.replace("// ", ""), "the address of another place"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert get(device, "/index.html?any", ip)[2] == body


def test_statistics_are_those_the_device_prints(device, host, ip):
    exchange([host.transfer(device, 10_000)])
    host.udp(device).send(b"x")
    device.until(lambda stats: stats["echo_tcp"]["open"] == 0 and stats["echo_udp"]["received"])
    shown = statistics(device, ip)
    printed = device.stats()
    assert set(shown) == set(printed) | {"addresses", "connections"}
    for name in ("version", "profile", "lwip", "limits", "echo_tcp", "echo_udp", "guard", "page"):
        assert shown[name] == printed[name], name
    assert shown["lwip_stats"].keys() == printed["lwip_stats"].keys()
    for name, pool in shown["pools"].items():
        assert pool["size"] == printed["pools"][name]["size"]
    assert shown["addresses"][0] == device.address[4]
    assert device.address[ip] in shown["addresses"]
    assert shown["connections"] == []


def test_each_connection_is_listed(device, host):
    socks = [host.connect(device) for _ in range(3)]
    for sock in socks:
        echo(sock, b"three")
    listed = statistics(device)["connections"]
    assert {c["peer"] for c in listed} == {"%s:%d" % sock.getsockname()[:2] for sock in socks}
    assert all((c["state"], c["octets_in"]) == ("echoing", 5) for c in listed)


def test_what_is_not_there_is_said_so(device):
    first, _, body = get(device, "/other")
    assert first == "HTTP/1.0 404 Not Found" and b"/stats.json" in body


@pytest.mark.parametrize("request_line", [
    "POST / HTTP/1.1", "HEAD / HTTP/1.1", "OPTIONS * HTTP/1.1", "GETS / HTTP/1.1",
])
def test_get_is_all_it_knows(device, request_line):
    assert ask(device, f"{request_line}\r\nContent-Length: 3\r\n\r\nabc".encode()) == b""


def test_peer_that_has_said_all_still_gets_its_answer(device):
    sock = connect(device)
    sock.sendall((GET % "/stats.json").encode())
    sock.shutdown(socket.SHUT_WR)
    assert json.loads(rest_of(sock).partition(b"\r\n\r\n")[2])


def test_request_may_come_in_two_pieces(device):
    sock = connect(device)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.sendall(b"GET /stats.json HTT")
    device.stats()  # meanwhile it has arrived
    sock.sendall(b"P/1.1\r\n\r\n")
    assert rest_of(sock).startswith(b"HTTP/1.0 200 OK")


def test_twenty_clients_at_once_and_the_echo_goes_on(device, host):
    """As many as the device serves at once; each of the others is reset, and comes again."""
    transfer = host.transfer(device, 300_000)
    curl = ["curl", "-sS", "--compressed", "--max-time", str(DEADLINE_S), "--retry", "1000",
            "--retry-all-errors", "--retry-delay", "0", "--retry-max-time", str(DEADLINE_S)]
    url = f"http://{device.address[4]}/"
    clients = [
        subprocess.Popen([*curl, url, url + "stats.json"], stdout=subprocess.PIPE)
        for _ in range(20)
    ]
    exchange([transfer])
    for client in clients:
        page, _, stats = client.communicate(timeout=DEADLINE_S)[0].partition(b"</html>\n")
        assert client.returncode == 0 and page.startswith(b"<!doctype html>")
        assert json.loads(stats)["page"]["pages"] > 0


def test_one_peer_can_not_take_all(device):
    """One more than its share is reset."""
    before = device.stats()["page"]["refused_peer"]
    socks = []
    for _ in range(64):
        try:
            socks.append(connect(device))
            socks[-1].settimeout(0.05)
            assert socks[-1].recv(1) == b"not so soon"
        except TimeoutError:
            continue
        except ConnectionError:
            break
    assert device.stats()["page"]["refused_peer"] == before + 1
    for sock in socks:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        sock.close()


def test_malformed_requests_harm_nothing(device, host):
    """Each a valid one with octets changed, left out, doubled or cut; the same ones each time."""
    dice = random.Random(7)
    valid = [(GET % path).encode() for path in ("/", "/stats.json", "/a/b/c/", "/?x=1&y", "/%00")]
    line = host.connect(device)
    for number in range(200):
        request = bytearray(dice.choice(valid) * dice.choice([1, 1, 1, 2, 40]))
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(request))
            match dice.randrange(4):
                case 0:
                    request[at] = dice.choice(b"\0\r\n /?\x7f\xff")
                case 1:
                    del request[at : at + dice.randrange(1, 30)]
                case 2:
                    request[at:at] = request[at : at + 200]
                case _:
                    request[at:at] = dice.choice([b"\r\n", b"\r\n\r\n", b" ", b"/" * 300, bytes(9)])
            request = request or bytearray(b"\r\n")
        sock = connect(device)
        try:
            for piece in range(0, len(request), 1 << 14):
                sock.sendall(request[piece : piece + (1 << 14)])
            sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        answer = rest_of(sock)
        assert answer == b"" or answer.startswith(b"HTTP/1.0 "), request
        if number % 20 == 0:
            echo(line, b"still there")
    assert get(device, "/")[0] == "HTTP/1.0 200 OK"


def silent(sock):
    pass


def nonsense(sock):
    sock.send(bytes(20) + b"\r\n\r\n")


def dribbling(sock):
    """An octet of a request now and then."""
    sock.settimeout(0.02)
    for octet in b"GET /" + b"a" * 100_000:
        sock.send(bytes([octet]))
        try:
            if sock.recv(1) == b"":
                return
        except TimeoutError:
            pass


def endless(sock):
    """A request without end."""
    for _ in range(1000):
        sock.send(b"GET /" + b"a" * 10_000)


def greedy(sock):
    """Requests without end, and no answer is read."""
    for _ in range(100_000):
        sock.send((GET % "/stats.json").encode() * 100)


@pytest.mark.parametrize("habit", [silent, nonsense, dribbling, endless, greedy])
def test_no_connection_lives_long(simulator, start, host, habit):
    """While it lives the echo goes on, and another client gets the page."""
    device = start(clock_rate=20)
    sock = connect(device, SO_RCVBUF=4096)
    try:
        habit(sock)
    except OSError:
        pass
    echo(host.connect(device), b"meanwhile")
    assert statistics(device)["echo_tcp"]["octets_out"] > 0
    device.until(lambda stats: stats["pools"]["TCP_PCB"]["used"] <= 1)
    sock.close()


def test_reader_that_stops_is_ended(simulator, start):
    device = start(clock_rate=20)
    sock = connect(device, SO_RCVBUF=2304)
    sock.sendall((GET % "/stats.json").encode())
    device.until(lambda stats: stats["page"]["ended_late"] == 1)
    with pytest.raises(ConnectionResetError):
        while sock.recv(1 << 16):
            pass


def test_new_one_takes_the_place_of_the_oldest(simulator, start, host):
    device = start(clock_rate=5)
    others = [host.connect(device, number=n) for n in (1, 2)]  # so that there are addresses
    addresses = [sock.getsockname()[0] for sock in others] + ["198.51.100.1"]
    idle = []
    while device.stats()["page"]["ended_old"] == 0:
        source = addresses[len(idle) % 3], 0
        try:
            idle.append(socket.create_connection((device.address[4], PORT), DEADLINE_S, source))
        except ConnectionResetError:  # all are young yet
            continue
    with pytest.raises(ConnectionResetError):
        idle[0].recv(1)
    for sock in idle:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()


def test_port_is_chosen_or_the_page_left_away(simulator, start, program):
    device = start(page=8080)
    with socket.create_connection((device.address[4], 8080), DEADLINE_S) as sock:
        sock.sendall((GET % "/").encode())
        assert sock.recv(100).startswith(b"HTTP/1.0 200 OK")
    device.log.wait("^page: serving port=8080 ")
    device.until(lambda stats: stats["pools"]["TCP_PCB"]["used"] == 0)
    device.stop()
    for options in ({"page": "off"}, {"port": 80}):
        device = start(**options)
        assert not any(line.startswith("page:") for line in device.log.since())
        device.stop()
    done = subprocess.run([program, "--port", "90", "--page", "90"], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 2 and "--page 90" in done.stderr
