# SPDX-License-Identifier: BSD-3-Clause
# As an ordinary user: behind passt, and with a TAP in a user namespace.

import os
import pathlib
import socket
import subprocess

import pytest
from device import DEADLINE_S, Lines
from host import Pattern, run

pytestmark = pytest.mark.usefixtures("simulator")

RUN_SH = pathlib.Path(__file__).parents[2] / "sim/run.sh"
UID = "12345"


def is_roots_machine():
    with open("/proc/self/uid_map", encoding="ascii") as file:
        return file.read().split()[2] != "1"


def as_user(*command):
    """The command, run by a user without any rights; who has no other users is one already."""
    if not is_roots_machine():
        return ["setpriv", "--bounding-set=-all", "--inh-caps=-all", *command]
    return ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--no-new-privs",
            *command]


@pytest.fixture
def folder():
    """Where the user may write."""
    path = pathlib.Path("/run/user-of-test")
    path.mkdir(mode=0o777)
    path.chmod(0o777)
    yield path
    run("rm", "-r", str(path))


@pytest.fixture
def user_device(program, folder):
    """Starts sim/run.sh --user and waits until it serves."""
    started = []

    def start(*options):
        env = {"LWECHO": program, "TMPDIR": str(folder), "PATH": os.environ["PATH"]}
        process = subprocess.Popen(
            as_user(str(RUN_SH), "--user", *options), env=env, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        process.log = Lines(process.stderr)
        process.out = Lines(process.stdout)
        started.append(process)
        process.out.wait("^ready ")
        return process

    os.chmod("/run", 0o755)
    yield start
    for process in started:
        process.terminate()
        assert process.wait(DEADLINE_S) == 0
        process.out.wait_end()
    assert list(folder.iterdir()) == []


def nc(*arguments, data):
    return run("nc.openbsd", *arguments, input=data)


def test_the_tutorials_commands_work_from_the_host(user_device):
    user_device()
    assert nc("-N", "127.0.0.1", "8888", data=b"Hello, lwIP!\n") == b"Hello, lwIP!\n"
    assert nc("-u", "-W1", "127.0.0.1", "8888", data=b"Hello, UDP!\n") == b"Hello, UDP!\n"


def test_a_conversation_fits_the_windows_that_passt_offers(user_device):
    user_device()
    with socket.socket() as sock:
        sock.settimeout(DEADLINE_S)
        sock.connect(("127.0.0.1", 8888))
        for length in (1, 7, 200, 256, 3):
            data = Pattern(length).take(length)
            sock.sendall(data)
            assert sock.recv(length, socket.MSG_WAITALL) == data


def test_what_a_client_sends_comes_back_whole(user_device, limits):
    """One segment. passt (2023_03) scales the windows that it offers even where the device did not
    agree to scale (RFC 7323 section 2.2), 256 stands for 65,536 then, and resets what lags; 1 MB
    was cut on a loaded machine even where both scale."""
    user_device()
    data = Pattern(1).take(limits.tcp_mss)
    assert nc("-N", "127.0.0.1", "8888", data=data) == data


def test_port_can_be_chosen(user_device):
    device = user_device("--port", "9999", "-v")
    device.log.wait("nc -N 127.0.0.1 9999")
    assert nc("-N", "127.0.0.1", "9999", data=b"there\n") == b"there\n"
    device.log.wait('tcp: received .*data="there')


def test_only_this_machine_can_connect(user_device):
    run("ip", "addr", "add", "192.0.2.1/24", "dev", "lo")
    user_device()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("192.0.2.1", 8888))
    run("ip", "addr", "del", "192.0.2.1/24", "dev", "lo")


def user_fails(program, folder, *options):
    env = {"LWECHO": program, "TMPDIR": str(folder), "PATH": os.environ["PATH"]}
    done = subprocess.run(as_user(str(RUN_SH), "--user", *options), env=env, capture_output=True,
                          text=True, timeout=DEADLINE_S, check=False)
    assert done.returncode != 0 and list(folder.iterdir()) == []
    return done.stderr


def test_what_cannot_be_is_told(program, folder):
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 8888))
        sock.listen()
        assert "is port 8888 free" in user_fails(program, folder)
    assert "--tap does not go with --user" in user_fails(program, folder, "--tap", "tap0")
    assert "is port x free" in user_fails(program, folder, "--port", "x")


def test_a_tap_of_ones_own_in_a_user_namespace(program):
    """unshare -Urn, on a machine where everybody may open /dev/net/tun, as most are."""
    prepare = "mount -t tmpfs tmpfs /dev/net; mknod -m 666 /dev/net/tun c 10 200"
    serve = (
        '"$1" --ip6 off >"$2" & until grep -q ready "$2"; do sleep 0.1; done; '
        "echo here | nc.openbsd -N 198.51.100.2 7; kill $!; wait $!"
    )
    inside = ["unshare", "--user", "--map-root-user", "--net", "sh", "-c", serve, "sh", program]
    out = "/run/ready-of-test"
    pathlib.Path(out).touch()
    os.chmod(out, 0o666)
    if is_roots_machine():
        outside = ["unshare", "--mount", "sh", "-ec", prepare + '; exec "$@"', "sh"]
    else:
        outside = []  # the node can't be made, and can be opened, or there were no tests
    output = run(*outside, *as_user(*inside, out), stderr=subprocess.DEVNULL)
    assert output == b"here\n"
    os.unlink(out)
