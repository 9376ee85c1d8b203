"""uvicorn's WebSocket protocol with the guards it leaves to us: a peer that does not read keeps nothing alive.

It is also the wire of its client: what is sent to many is made into a frame once and written past the web framework.

Measured on uvicorn 0.54: a client that stops reading is never dropped, because `transport.close()` waits for a buffer
that cannot drain; pongs to a ping flood pile up without flow control; endless empty fragments are never refused.
"""

import asyncio
import socket
from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

from genie.rest.frame import WIRE

CLOSE_S = 1.0
"""Seconds a closing connection gets to drain before it is aborted."""

MAX_UNSENT_PONGS = 256 * 1_024
"""Bytes that may wait for a client that keeps sending pings."""

MAX_FRAGMENTS = 1_024
"""Fragments of one message."""

MAX_UNSENT = 16 * 1_024
"""Bytes that may wait in a transport before frames wait in the outbox, where they are bounded and can be taken back."""

UNSENT_IN_SYSTEM = 16 * 1_024
"""Bytes the system takes ahead of the network: it would take megabytes for a client that has stopped to read."""


class Arrivals:
    """What has come for the app: as much of `asyncio.Queue` as uvicorn uses, without its 3 KiB a socket.

    It is bounded: uvicorn stops reading while a message waits.
    """

    __slots__ = ("_events", "_more")

    def __init__(self) -> None:
        self._events: list[Any] = []
        self._more: asyncio.Future[None] | None = None

    def put_nowait(self, event: Any) -> None:
        self._events.append(event)
        if self._more is not None and not self._more.done():
            self._more.set_result(None)

    def empty(self) -> bool:
        return not self._events

    async def get(self) -> Any:
        """Return the oldest event as soon as there is one; one task gets."""
        while not self._events:
            self._more = asyncio.get_running_loop().create_future()
            await self._more
        return self._events.pop(0)


class GuardedProtocol(WebSocketsSansIOProtocol):
    """Abort what cannot be closed in time, and write frames that are packed already."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.queue = Arrivals()  # type: ignore[assignment]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=MAX_UNSENT)
        if (plain := transport.get_extra_info("socket")) is not None and hasattr(socket, "TCP_NOTSENT_LOWAT"):
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_IN_SYSTEM)

    def handle_connect(self, event: Request) -> None:
        super().handle_connect(event)
        if not self.close_sent:
            extensions: dict[Any, Any] = self.scope["extensions"]
            extensions[WIRE] = self

    def start_keepalive(self) -> None:
        super().start_keepalive()
        del self.response  # it has been sent: a socket that lives for hours needs a kilobyte less

    def write(self, packet: bytes) -> bool:
        """Write a packed frame at once; return False when the client is behind or gone, and nothing was written."""
        transport = self.transport
        if transport.get_write_buffer_size() > MAX_UNSENT or transport.is_closing() or self.close_sent:
            return False
        transport.write(packet)
        return True

    async def send(self, message: Any) -> None:
        if message["type"] == "websocket.close":
            self.writable.set()  # a client that does not read is to be closed, too
        await super().send(message)

    def keepalive_timeout(self) -> None:
        super().keepalive_timeout()
        self._abort_soon()

    def shutdown(self) -> None:
        super().shutdown()
        self._abort_soon()

    def on_task_complete(self, task: asyncio.Task[None]) -> None:
        super().on_task_complete(task)
        self._abort_soon()

    def handle_ping(self) -> None:
        if self.transport.get_write_buffer_size() > MAX_UNSENT_PONGS:
            self.transport.abort()
            return
        super().handle_ping()

    def handle_cont(self, event: Frame) -> None:
        if len(self.frames) >= MAX_FRAGMENTS:
            self.conn.fail(1009, "too many fragments")
            self.handle_parser_exception()
            return
        super().handle_cont(event)

    def _abort_soon(self) -> None:
        self.loop.call_later(CLOSE_S, self.transport.abort)
