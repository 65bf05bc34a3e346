# SPDX-License-Identifier: BSD-3-Clause
"""The echo servers that a tutorial of Python's asyncio has, TCP and UDP: port 7."""

import asyncio

PORT = 7
CHUNK_OCTETS = 512


async def on_connection(reader, writer):
    while data := await reader.read(CHUNK_OCTETS):
        writer.write(data)
        await writer.drain()
    writer.close()


class Datagrams(asyncio.DatagramProtocol):
    def connection_made(self, transport):
        self.transport = transport

    def datagram_received(self, data, addr):
        self.transport.sendto(data, addr)


async def main():
    await asyncio.get_running_loop().create_datagram_endpoint(
        Datagrams, local_addr=("0.0.0.0", PORT))
    server = await asyncio.start_server(on_connection, "0.0.0.0", PORT, backlog=4096)
    await server.serve_forever()


asyncio.run(main())
