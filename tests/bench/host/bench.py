# SPDX-License-Identifier: BSD-3-Clause
"""Compares echo servers: rounds of all workloads, in each of which all servers take their turns.

Usage: in_netns bench.py --build FOLDER [OPTION...]; --help lists them.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import figures
import report
from servers import DEVICE, SERVERS, Place, cores, pinned
from workloads import WORKLOADS

FAILURES_MAX = 2  # of one server in one workload; then it is spared
LOAD_S_MAX = 60


class Progress:
    """A line about what is done and how long the rest may take."""

    def __init__(self, steps):
        self._steps = steps
        self._done = 0
        self._begin = time.monotonic()
        self._live = sys.stderr.isatty()
        self._told = 0

    def step(self, what):
        now = time.monotonic()
        rest_s = (now - self._begin) / self._done * (self._steps - self._done) if self._done else 0
        line = f"bench: {100 * self._done // self._steps:3} % {what}, {rest_s:.0f} s left"
        if self._live:
            print(f"\r{line[:100]:100}", end="", file=sys.stderr, flush=True)
        elif now - self._told >= 10:
            print(line, file=sys.stderr, flush=True)
            self._told = now
        self._done += 1

    def end(self):
        if self._live:
            print(f"\r{'':100}\r", end="", file=sys.stderr, flush=True)


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.servers = arguments.chosen_servers
        self.workloads = arguments.workloads
        self.rounds = arguments.rounds
        self.samples = {}  # [workload, server]: a figure for each round
        self.failures = {}  # the same: what happened
        self.losses = {}  # the same: how many datagrams
        self.surprises = []
        self.log = tempfile.TemporaryFile()
        self.places = {}

    def __enter__(self):
        for i, server in enumerate(self.servers):
            self.places[server.name] = Place(server, i, self.arguments, self.log)
        return self

    def __exit__(self, *_):
        for place in self.places.values():
            place.stop()

    def load(self, place, kind, *options):
        """Runs the load client. Returns what it measured; raises RuntimeError with a reason."""
        client = subprocess.run(
            ("ip", "netns", "exec", place.client,
             *pinned(cores()[1], self.arguments.realtime, self.arguments.build / "bench/load", kind,
                     DEVICE, f"pid={place.pid}", *options)),
            capture_output=True, text=True, timeout=LOAD_S_MAX)
        if place.death():
            raise RuntimeError(f"the server died: {place.death()}")
        if client.returncode != 0:
            raise RuntimeError(client.stderr.strip() or f"load: exit code {client.returncode}")
        return json.loads(client.stdout)

    def lost(self, key, sample, server):
        """Notes that datagrams were lost, which spares nobody from the next round."""
        self.losses[key] = self.losses.get(key, 0) + sample["lost"]
        if not server.loses:
            self.surprises.append(f"{server.name}: {key[0]}: lost {sample['lost']} datagrams")

    def turn(self, workload, server):
        """One server in one workload of one round."""
        key = (workload.name, server.name)
        failures = self.failures.setdefault(key, [])
        if len(failures) >= FAILURES_MAX:
            return
        place = self.places[server.name]
        try:
            if place.start():
                self.load(place, "wait")
            sample = self.load(place, workload.kind, f"ms={self.arguments.ms}", *workload.options)
            if sample["lost"]:
                self.lost(key, sample, server)
            self.samples.setdefault(key, []).append(sample)
        except RuntimeError as reason:
            failures.append(str(reason))
            if workload.connections <= server.connections:
                self.surprises.append(f"{server.name}: {workload.name}: {reason}")
            self.samples.setdefault(key, []).append(None)
            place.look()
            place.stop()  # whatever is left of it is no fair start for the next
        place.look()

    def run(self):
        progress = Progress(self.rounds * len(self.workloads) * len(self.servers))
        for n in range(self.rounds):
            for workload in self.workloads:
                for server in self.servers:
                    progress.step(f"round {n + 1} of {self.rounds}: {workload.name}: {server.name}")
                    if server.serves(workload):
                        self.turn(workload, server)
        progress.end()

    def results(self):
        return {
            "rounds": self.rounds,
            "ms": self.arguments.ms,
            "servers": [s.name for s in self.servers],
            "workloads": [w.name for w in self.workloads],
            "samples": [{"workload": w, "server": s, "rounds": samples,
                         "failures": self.failures.get((w, s), []),
                         "lost": self.losses.get((w, s), 0)}
                        for (w, s), samples in self.samples.items()],
            "peak_kb": {name: place.peak_kb for name, place in self.places.items()},
        }


def arguments_parse():
    parser = argparse.ArgumentParser(
        description="Compares echo servers. What a whole run finds is kept in RESULTS.md.")
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--short", action="store_true",
                        help="one short round: whether everything works, not how fast")
    parser.add_argument("--rounds", type=int, default=13, help="of all workloads (%(default)s)")
    parser.add_argument("--ms", type=int, default=250,
                        help="that a server takes of a round and workload (%(default)s)")
    parser.add_argument("--only", default="", metavar="TEXT",
                        help="workloads with this in their names")
    parser.add_argument("--servers", default="", metavar="NAME,...", help="only these")
    parser.add_argument("--realtime", action="store_true",
                        help="ahead of all other programs, for a machine that is not quiet")
    parser.add_argument("--json", type=pathlib.Path, metavar="FILE",
                        help="write all samples there, too")
    arguments = parser.parse_args()
    if arguments.short:
        arguments.rounds, arguments.ms = 1, 30
    wanted = arguments.servers.split(",") if arguments.servers else [s.name for s in SERVERS]
    arguments.chosen_servers = [s for s in SERVERS if s.name in wanted]
    if len(arguments.chosen_servers) != len(wanted):
        parser.error("--servers: there are: " + ", ".join(s.name for s in SERVERS))
    arguments.workloads = [w for w in WORKLOADS if arguments.only in w.name]
    if not arguments.workloads:
        parser.error("--only: there are:\n" + "\n".join(w.name for w in WORKLOADS))
    arguments.keep = not (arguments.short or arguments.only or arguments.servers)
    return arguments


def main():
    arguments = arguments_parse()
    if "LWECHO_IN_NETNS" not in os.environ:
        sys.exit("bench: run it by tests/net/in_netns, or by tests/bench/run")
    with Bench(arguments) as bench:
        bench.run()
        results = bench.results()
    if arguments.json:
        arguments.json.write_text(json.dumps(results))
    found = figures.Figures(results)
    if arguments.keep:
        report.keep(found)
    print(found.text())
    for surprise in bench.surprises:
        print(f"bench: {surprise}", file=sys.stderr)
    if bench.surprises:
        sys.exit(1)


if __name__ == "__main__":
    main()
