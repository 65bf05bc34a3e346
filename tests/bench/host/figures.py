# SPDX-License-Identifier: BSD-3-Clause
"""What the samples of a run amount to: medians, ratios within rounds, aims; as tables."""

import statistics

import workloads as w

LWECHO = "lwecho"
OFFLOAD = "lwecho offload"


class Aim:
    """A ratio of two cells, each a workload and a server, and what it should be at least."""

    def __init__(self, text, above, below, least):
        self.text, self.above, self.below, self.least = text, above, below, least


AIMS = (
    Aim("UDP 64, one in flight, to the ceiling", (w.UDP_64, LWECHO), (w.UDP_64, "ceiling"), 0.95),
    Aim("UDP 64, 16 in flight, to the ceiling", (w.UDP_64_16, LWECHO), (w.UDP_64_16, "ceiling"),
        0.95),
    Aim("TCP bulk, 1 connection, to contrib tuned", (w.BULK_1, LWECHO), (w.BULK_1, "contrib tuned"),
        1.5),
    Aim("TCP bulk, 1 connection, to contrib as shipped", (w.BULK_1, LWECHO), (w.BULK_1, "contrib"),
        6),
    Aim("TCP bulk with offload, 1 connection, to epoll", (w.BULK_1, OFFLOAD), (w.BULK_1, "epoll"),
        1),
    Aim("TCP bulk with offload, 8 connections, to epoll", (w.BULK_8, OFFLOAD), (w.BULK_8, "epoll"),
        1),
    Aim("requests of 1000 connections to those of 10", (w.REQUESTS_1000, LWECHO),
        (w.REQUESTS_10, LWECHO), 0.7),
)


def rate(workload, sample):
    """Echoes a second, or megabytes a second where the workload is a stream."""
    if workload.counts_octets:
        return sample["octets"] * 1e3 / sample["ns"]
    return sample["echoes"] * 1e9 / sample["ns"]


def cpu_ns(workload, sample):
    """The server's CPU time an echo, or a kilobyte."""
    done = sample["octets"] / 1000 if workload.counts_octets else sample["echoes"]
    return sample["cpu_ns"] / done if done else 0


def short(value):
    """Three digits that count."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


class Figures:
    def __init__(self, results):
        self.results = results
        self.servers = results["servers"]
        self.workloads = [x for x in w.WORKLOADS if x.name in results["workloads"]]
        self._cells = {(c["workload"], c["server"]): c for c in results["samples"]}

    def samples(self, workload, server):
        """A sample for each round, None where it failed."""
        return self._cells.get((workload.name, server), {"rounds": []})["rounds"]

    def median(self, workload, server, figure):
        """The median of `figure(sample)`, None where there is none."""
        values = [figure(s) for s in self.samples(workload, server) if s]
        return statistics.median(values) if values else None

    def rate(self, workload, server):
        return self.median(workload, server, lambda s: rate(workload, s))

    def ratio(self, above, below):
        """Median, least and most of the ratios within the rounds; None without both."""
        ratios = [rate(above[0], a) / rate(below[0], b)
                  for a, b in zip(self.samples(*above), self.samples(*below))
                  if a and b and rate(below[0], b)]
        return (statistics.median(ratios), min(ratios), max(ratios)) if ratios else None

    def cell(self, workload, server, figure):
        value = self.median(workload, server, figure)
        cell = self._cells.get((workload.name, server))
        failed = cell is not None and (cell["failures"] or cell["lost"])
        if value is None:
            return "failed" if failed else "-"
        return short(value) + ("*" if failed else "")

    def rates(self):
        yield ["median", *self.servers]
        for workload in self.workloads:
            yield [f"{workload.name}, {workload.unit}",
                   *(self.cell(workload, s, lambda x, k=workload: rate(k, x))
                     for s in self.servers)]

    def latencies(self):
        yield ["us: p50 / p99 / p99.9", *self.servers]
        for workload in self.workloads:
            if not workload.has_latency:
                continue
            row = [workload.name]
            for server in self.servers:
                row.append(" / ".join(self.cell(workload, server, lambda x, k=key: x[k] / 1000)
                                      for key in ("p50_ns", "p99_ns", "p999_ns")))
            yield [cell if cell != "- / - / -" else "-" for cell in row]

    def costs(self):
        yield ["server's CPU time, us an echo", *self.servers]
        for workload in self.workloads:
            name = workload.name + (", us a kB" if workload.counts_octets else "")
            yield [name, *(self.cell(workload, s, lambda x, k=workload: cpu_ns(k, x) / 1000)
                           for s in self.servers)]
        yield ["most memory, MB", *(short(self.results["peak_kb"].get(s, 0) / 1024)
                                    for s in self.servers)]

    def aims(self):
        yield ["aim", "at least", "reached", "rounds from", "to", ""]
        for aim in AIMS:
            found = self.ratio(aim.above, aim.below)
            if found is None:
                yield [aim.text, short(aim.least), "-", "-", "-", "not measured"]
                continue
            yield [aim.text, short(aim.least), *map(short, found),
                   "yes" if found[0] >= aim.least else "no"]

    def failures(self):
        for (workload, server), cell in self._cells.items():
            for reason in dict.fromkeys(cell["failures"]):
                yield f"{server}: {workload}: {reason}"
            if cell["lost"]:
                answered = sum(sample["echoes"] for sample in cell["rounds"] if sample)
                yield f"{server}: {workload}: {cell['lost']} datagrams lost, {answered} echoed"

    def tables(self):
        return [list(table) for table in (self.rates(), self.latencies(), self.costs(),
                                          self.aims())]

    def text(self):
        parts = []
        for table in self.tables():
            widths = [max(len(row[i]) for row in table) for i in range(len(table[0]))]
            parts.append("\n".join(
                "  ".join([row[0].ljust(widths[0]),
                           *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:]))])
                for row in table))
        failed = list(self.failures())
        if failed:
            parts.append("\n".join(["* what failed:", *failed]))
        return "\n\n".join(parts)

    def markdown(self):
        parts = []
        for table in self.tables():
            lines = ["| " + " | ".join(row) + " |" for row in table]
            lines.insert(1, "|---" + "|--:" * (len(table[0]) - 1) + "|")
            parts.append("\n".join(lines))
        failed = [f"- {line}" for line in self.failures()]
        if failed:
            parts.append("\n".join(["\\* What failed:", "", *failed]))
        return "\n\n".join(parts)
