# SPDX-License-Identifier: BSD-3-Clause
# `lwecho ctl`, as a user calls it.

import subprocess

from device import DEADLINE_S


def command(device, *arguments):
    return [device.program, "ctl", "--control", device.tap, *arguments]


def ctl(device, *arguments, code=0):
    """Asks that device; returns what was printed, on stderr when it must fail."""
    done = subprocess.run(
        command(device, *arguments), capture_output=True, text=True, timeout=DEADLINE_S,
        check=False,
    )
    assert done.returncode == code, done
    if code == 0:
        assert done.stderr == ""
        return done.stdout
    assert done.stdout == "" and len(done.stderr.splitlines()) == 1, done
    return done.stderr
