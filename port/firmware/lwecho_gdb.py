# SPDX-License-Identifier: BSD-3-Clause
# For gdb: shows lwIP's pools and TCP connections of an image, and those of the echo service.
#   (gdb) source port/firmware/lwecho_gdb.py
#   (gdb) lwecho pools
#   (gdb) lwecho connections
import gdb


def value(expression):
    """Returns the value of a C expression, None where the image lacks what it names."""
    try:
        return gdb.parse_and_eval(expression)
    except gdb.error:
        return None


def octets(word):
    """Returns a word of an address, which lies in network byte order in a little-endian memory."""
    return int(word).to_bytes(4, "little")


def address_text(ip):
    """Returns an ip_addr_t as text, whether the image has one IP version or both."""
    fields = [field.name for field in ip.type.strip_typedefs().fields()]
    if "u_addr" not in fields:
        return ".".join(str(octet) for octet in octets(ip["addr"]))
    if int(ip["type"]) != 6:
        return ".".join(str(octet) for octet in octets(ip["u_addr"]["ip4"]["addr"]))
    words = [octets(ip["u_addr"]["ip6"]["addr"][i]).hex() for i in range(4)]
    groups = [word[i : i + 4].lstrip("0") or "0" for word in words for i in (0, 4)]
    return "[" + ":".join(groups) + "]"


def chain(first):
    """Yields the members of a linked list."""
    while first:
        yield first
        first = first["next"]


class Lwecho(gdb.Command):
    """lwecho pools | connections: what the device holds."""

    def __init__(self):
        super().__init__("lwecho", gdb.COMMAND_DATA, prefix=True)


class Pools(gdb.Command):
    """Show use, peak, size and failures of receive buffers, heap and every pool of lwIP."""

    def __init__(self):
        super().__init__("lwecho pools", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        print(f"{'pool':<16}{'used':>8}{'peak':>8}{'size':>8}{'failed':>8}")
        self.show("receive buffers", value("rxbuf_stats"))
        self.show("heap", value("lwip_stats.mem") or value("heap_blocks_stats"))
        pools = value("lwip_stats.memp")
        if pools is None:
            return
        for field in gdb.lookup_type("memp_t").strip_typedefs().fields():
            if field.name != "MEMP_MAX":
                self.show(field.name[len("MEMP_") :], pools[field.enumval])

    def show(self, name, stats):
        if stats is None:
            return
        if stats.type.code == gdb.TYPE_CODE_PTR:
            if not stats:
                return
            stats = stats.dereference()
        numbers = [int(stats[member]) for member in ("used", "max", "avail", "err")]
        print(f"{name:<16}" + "".join(f"{number:>8}" for number in numbers))


class Connections(gdb.Command):
    """Show every TCP connection of lwIP, and what the echo service holds for it."""

    def __init__(self):
        super().__init__("lwecho connections", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        for listener in chain(value("tcp_listen_pcbs.listen_pcbs")):
            print(f"{'LISTEN':<12} port {int(listener['local_port'])}")
        for name in ("tcp_active_pcbs", "tcp_tw_pcbs", "tcp_bound_pcbs"):
            for pcb in chain(value(name)):
                self.show(pcb)

    def show(self, pcb):
        peer = f"{address_text(pcb['remote_ip'])}:{int(pcb['remote_port'])}"
        queued = int(pcb["snd_queuelen"])
        window = f"receive window {int(pcb['rcv_wnd'])}, send window {int(pcb['snd_wnd'])}"
        queue = f"{queued} pbufs queued"
        print(f"{str(pcb['state']):<12} peer {peer} {window}, {queue}{self.held(pcb)}")

    def held(self, pcb):
        """What the echo holds, of a connection whose callbacks are its own. Its array would tell,
        too, but link-time optimisation may leave debuggers without that."""
        callback = int(pcb["sent"]) & ~1  # without the bit of Thumb
        symtab = gdb.find_pc_line(callback).symtab
        if symtab is None or not symtab.filename.endswith("app/echo_tcp.c"):
            return ""
        conn_type = gdb.lookup_type("struct conn", gdb.block_for_pc(callback))
        conn = pcb["callback_arg"].cast(conn_type.pointer()).dereference()
        return f"; echo: {conn['state']}, {int(conn['octets_in'])} octets in"


Lwecho()
Pools()
Connections()
