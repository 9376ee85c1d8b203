"""A WebSocket client that costs next to nothing, so that the server is what is measured."""

import asyncio
import socket
import struct
from collections.abc import Callable
from typing import cast

from tests.raw import frame

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10


def upgrade(host: str, port: int, path: str = "/ws") -> bytes:
    """Return the request that opens a socket."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n\r\n"
    ).encode()


class RawSocket(asyncio.Protocol):
    """Count the frames that come and hand them on; pings are answered."""

    def __init__(self, taken: Callable[[int, bytes], None] = lambda opcode, payload: None) -> None:
        self._taken = taken
        self._bytes = b""
        self.transport: asyncio.Transport
        self.open = asyncio.get_running_loop().create_future()
        self.lost = asyncio.get_running_loop().create_future()
        self.close_code: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by its class

    def connection_lost(self, error: Exception | None) -> None:
        for future in (self.open, self.lost):
            if not future.done():
                future.set_result(None)

    def data_received(self, data: bytes) -> None:
        self._bytes = data = self._bytes + data if self._bytes else data
        if not self.open.done():
            head, end, rest = data.partition(b"\r\n\r\n")
            if not end:
                return
            if not head.startswith(b"HTTP/1.1 101"):
                raise RuntimeError(head.decode(errors="replace"))
            self._bytes = data = rest
            self.open.set_result(None)
        at, size = 0, len(data)
        while size - at >= 2:
            length, begin = data[at + 1], at + 2
            if length == 126:
                if size - at < 4:
                    break
                length, begin = int.from_bytes(data[at + 2 : at + 4]), at + 4
            elif length == 127:
                if size - at < 10:
                    break
                length, begin = int.from_bytes(data[at + 2 : at + 10]), at + 10
            if size - begin < length:
                break
            self._take(data[at] & 15, data[begin : begin + length])
            at = begin + length
        self._bytes = data[at:]

    def _take(self, opcode: int, payload: bytes) -> None:
        if opcode == PING:
            self.send(PONG, payload)
        elif opcode == CLOSE:
            self.close_code = int.from_bytes(payload[:2])
        else:
            self._taken(opcode, payload)

    def send(self, opcode: int, payload: bytes) -> None:
        self.transport.write(frame(opcode, payload))

    def abort(self) -> None:
        """End without a word: the peer gets a reset."""
        plain = self.transport.get_extra_info("socket")
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.transport.abort()


async def opened(
    host: str, port: int, taken: Callable[[int, bytes], None] = lambda opcode, payload: None, path: str = "/ws"
) -> RawSocket:
    """Open a socket; `taken` gets the opcode and the payload of each frame."""
    _, one = await asyncio.get_running_loop().create_connection(lambda: RawSocket(taken), host, port)
    one.transport.write(upgrade(host, port, path))
    await one.open
    return one


def raise_limits() -> None:
    """Let this process and its children hold as many descriptors as they may."""
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
