#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What each option costs: builds a board's image with one option changed at a time.

    tests/bench/size/options.py             # prints the table
    tests/bench/size/options.py --keep      # and writes it to tests/bench/size/OPTIONS.md

Five minutes; needs what tests/run.sh installs. An option that does not build ends it with an error.
"""

import argparse
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[3]
KEPT = pathlib.Path(__file__).with_name("OPTIONS.md")
LWIP_COUNTERS = ("ETHARP", "LINK", "IP", "ICMP", "UDP", "TCP", "MEMP")

# what, and the options that it takes; None leaves lwIP its own
COMMON = (
    ("all defences of guard and hooks off", {"DEFENCE_IS_ON(counter)": "0"}),
    ("a fast checksum in C", {"LWIP_CHKSUM_ALGORITHM": "3"}),
)
BOARDS = {
    "lm3s6965evb-tiny": (
        ("assertions", {"LWIP_NOASSERT": None}),
        ("lwIP's checks of arguments", {"LWIP_ERROR": None}),
        ("log lines", {"LOG_LINES": "1"}),
        ("our counters", {"COUNTERS_KEPT": "1"}),
        ("lwIP's counters", {f"{name}_STATS": "1" for name in LWIP_COUNTERS}),
        ("a service that starts again at once", {"SO_REUSE": "1"}),
        ("SipHash of 64-bit words", {"ISN_HASH": "siphash"}),
        ("pings copied when there is no room", {"LWIP_ICMP_ECHO_CHECK_INPUT_PBUF_LEN": "1"}),
        ("4 one-shot timers", {"ONE_SHOTS_MAX": "4"}),
        *COMMON,
    ),
    "lm3s6965evb": (
        ("no assertions", {"LWIP_NOASSERT": "1"}),
        ("no checks of arguments", {"LWIP_ERROR(message, expression, handler)": ""}),
        ("no log lines", {"LOG_LINES": "0"}),
        ("none of our counters", {"COUNTERS_KEPT": "0"}),
        ("HalfSipHash", {"ISN_HASH": "halfsip"}),
        *COMMON,
    ),
}


def lwipopts(board, options):
    """Returns the board's options with some changed."""
    lines = [f'#include "{ROOT}/port/boards/{board}/lwipopts.h"']
    for option, value in options.items():
        name = option.split("(")[0]
        lines.append(f"#undef {name}")
        if value is not None:
            lines.append(f"#define {option} {value}")
    return "\n".join(lines) + "\n"


def octets(board, options, folder):
    """Builds the image. Returns its octets of flash and of RAM."""
    (folder / "opts").mkdir(exist_ok=True)
    (folder / "opts" / "lwipopts.h").write_text(lwipopts(board, options), encoding="utf-8")
    build = folder / "build"
    configure = ["cmake", "--preset", board, "-B", build, f"-DLWECHO_OPTS={folder / 'opts'}"]
    configure.append("-DBUILD_TESTING=OFF")
    for command in (configure, ["cmake", "--build", build, "--target", "lwecho"]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{board} with {options}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    report = (build / "lwecho.size.txt").read_text(encoding="utf-8")
    return [int(re.search(rf"^{what} +(\d+)", report, re.M)[1]) for what in ("flash", "RAM")]


def table(board, variants):
    """Yields the lines of a board's table."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        flash, ram = octets(board, {}, folder)
        yield f"## {board}\n"
        yield "| | flash | RAM |"
        yield "|---|---|---|"
        yield f"| as it is | {flash:,} | {ram:,} |"
        for what, options in variants:
            with_flash, with_ram = octets(board, options, folder)
            yield f"| {what} | {with_flash - flash:+,} | {with_ram - ram:+,} |"
        yield ""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--keep", action="store_true", help="write the table to OPTIONS.md")
    keep = parser.parse_args().keep
    lines = ["# What each option costs\n", "Octets, by `tests/bench/size/options.py`.\n"]
    for board, variants in BOARDS.items():
        for line in table(board, variants):
            print(line, flush=True)
            lines.append(line)
    if keep:
        KEPT.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
