"""uvicorn's WebSocket protocol with the guards it leaves to us: a peer that does not read keeps nothing alive.

Measured on uvicorn 0.54: a client that stops reading is never dropped, because `transport.close()` waits for a buffer
that cannot drain; pongs to a ping flood pile up without flow control; endless empty fragments are never refused.
"""

import asyncio

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame

CLOSE_S = 1.0
"""Seconds a closing connection gets to drain before it is aborted."""

MAX_UNSENT_PONGS = 256 * 1_024
"""Bytes that may wait for a client that keeps sending pings."""

MAX_FRAGMENTS = 1_024
"""Fragments of one message."""


class GuardedProtocol(WebSocketsSansIOProtocol):
    """Abort what cannot be closed in time."""

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
