# SPDX-License-Identifier: BSD-3-Clause
"""What the load client does to each server."""

import dataclasses

UDP, BULK, REQUESTS, CONNECTS = "udp", "bulk", "requests", "connects"


@dataclasses.dataclass(frozen=True)
class Workload:
    name: str
    kind: str
    options: tuple  # of the load client
    connections: int = 0

    @property
    def counts_octets(self):
        return self.kind == BULK

    @property
    def unit(self):
        return "MB/s" if self.counts_octets else "/s"

    @property
    def has_latency(self):
        return self.kind in (UDP, REQUESTS)


def _udp(octets, in_flight):
    return Workload(f"UDP {octets}, {in_flight} in flight", UDP,
                    (f"octets={octets}", f"in-flight={in_flight}"))


def _tcp(name, kind, connections):
    plural = "" if connections == 1 else "s"
    return Workload(f"TCP {name}, {connections} connection{plural}", kind,
                    (f"connections={connections}",), connections)


UDP_64, UDP_64_16, UDP_1472, UDP_1472_16 = (
    _udp(octets, in_flight) for octets in (64, 1472) for in_flight in (1, 16))
BULK_1, BULK_8 = (_tcp("bulk", BULK, n) for n in (1, 8))
REQUESTS_1, REQUESTS_10, REQUESTS_100, REQUESTS_1000 = (
    _tcp("requests", REQUESTS, n) for n in (1, 10, 100, 1000))
CONNECT = Workload("TCP connects", CONNECTS, (), 1)
WORKLOADS = (UDP_64, UDP_64_16, UDP_1472, UDP_1472_16, BULK_1, BULK_8, REQUESTS_1, REQUESTS_10,
             REQUESTS_100, REQUESTS_1000, CONNECT)
