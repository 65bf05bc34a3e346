# SPDX-License-Identifier: BSD-3-Clause
"""Keeps what a run has found: RESULTS.md and its pictures."""

import os
import pathlib
import platform
import re
import subprocess

import workloads as w

BENCH = pathlib.Path(__file__).parent.parent
ROOT = BENCH.parent.parent
PICTURES = ("throughput", "latency", "size")
MISSING = "NaN"  # gnuplot draws nothing there

HEAD = """# What the simulator reaches, next to others

{machine}
Commit {commit}; {rounds} rounds of {ms} ms. How it is measured: [README.md](README.md).

![throughput](host/throughput.svg)

![latency](host/latency.svg)

![size](host/size.svg)

"""


def machine():
    model = re.search(r"^model name\s*:\s*(.*)$", pathlib.Path("/proc/cpuinfo").read_text(), re.M)
    name = model[1] if model else platform.machine()
    return f"{name}, {os.cpu_count()} cores, Linux {platform.release()}."


def commit():
    def git(*words):
        return subprocess.run(("git", "-c", f"safe.directory={ROOT}", "-C", ROOT, *words),
                              check=True, capture_output=True, text=True).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--untracked-files=no", "--", "app", "port", "sim")
        return git("rev-parse", "--short=12", "HEAD") + (" with changes" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def table_write(path, rows):
    """Columns for gnuplot: a head and a first column of texts, then numbers."""
    lines = [" ".join(f'"{cell}"' for cell in rows[0])]
    lines += [" ".join([f'"{row[0]}"', *row[1:]]) for row in rows[1:]]
    path.write_text("\n".join(lines) + "\n")


def number(value):
    return MISSING if value is None else f"{value:.6g}"


def throughput_write(figures, folder):
    """A row a workload: what each server reaches, as a share of the best."""
    rows = [["workload", *figures.servers]]
    for workload in figures.workloads:
        rates = [figures.rate(workload, server) for server in figures.servers]
        best = max((r for r in rates if r), default=None)
        name, _, rest = workload.name.partition(", ")
        rows.append([name + "\\n" + rest.replace("connection", "conn."),
                     *(number(r / best if r and best else None) for r in rates)])
    table_write(folder / "throughput.txt", rows)


def latency_write(figures, folder):
    """A row a server and workload: three percentiles in microseconds."""
    for workload in (w.UDP_64, w.REQUESTS_1, w.REQUESTS_100, w.REQUESTS_1000):
        rows = [["server", "p50", "p99", "p99.9"]]
        for server in figures.servers:
            values = [figures.median(workload, server, lambda s, k=key: s[k] / 1000)
                      for key in ("p50_ns", "p99_ns", "p999_ns")]
            rows.append([server, *map(number, values)])
        table_write(folder / f"latency{workload.kind}{workload.connections}.txt", rows)


def image_sizes():
    """Yields each board's image that was built: name, flash and RAM in KB."""
    for path in sorted((ROOT / "build").glob("*/lwecho.size.txt")):
        text = path.read_text()
        found = [re.search(rf"^{part}\s+(\d+) of", text, re.M) for part in ("flash", "RAM")]
        if all(found):
            yield [path.parent.name, *(int(f[1]) / 1024 for f in found)]


def size_write(figures, folder):
    table_write(folder / "images.txt",
                [["board", "flash", "RAM"],
                 *([name, number(flash), number(ram)] for name, flash, ram in image_sizes())])
    table_write(folder / "memory.txt",
                [["server", "MB"], *([s, number(figures.results["peak_kb"].get(s, 0) / 1024)]
                                     for s in figures.servers)])


def draw(figures):
    folder = ROOT / "build/bench"
    folder.mkdir(parents=True, exist_ok=True)
    throughput_write(figures, folder)
    latency_write(figures, folder)
    size_write(figures, folder)
    for picture in PICTURES:
        settings = f"folder='{folder}'; out='{BENCH}/host/{picture}.svg'; " \
                   f"servers={len(figures.servers)}; images={len(list(image_sizes()))}"
        subprocess.run(("gnuplot", "-e", settings, BENCH / f"host/{picture}.gp"), check=True)


def keep(figures):
    draw(figures)
    (BENCH / "RESULTS.md").write_text(
        HEAD.format(machine=machine(), commit=commit(), rounds=figures.results["rounds"],
                    ms=figures.results["ms"]) + figures.markdown() + "\n")
