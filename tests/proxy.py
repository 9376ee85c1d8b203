"""A proxy on loopback that breaks WebSockets where it is told to: between two frames, or in the middle of one."""

import asyncio
import contextlib
import socket
import struct
from collections.abc import AsyncIterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from tests.connections import accepting, connected

Direction = Literal["up", "down"]
"""From the client to the server, or from the server to the client."""


class Manner(StrEnum):
    """How a connection ends."""

    CLOSED = "closed"
    RESET = "reset"
    MID_FRAME = "mid_frame"
    STALLED = "stalled"
    LATE = "late"


STALL_S = 0.15
"""Seconds that nothing passes before a stalled connection is reset."""

LATE_S = 0.003
"""Seconds that every frame of a late connection waits."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Break a connection before its frame `index` (from 0) of one direction."""

    direction: Direction
    index: int
    manner: Manner


class Broken(Exception):
    """The connection was cut."""


class Proxy:
    """Pass connections on to `target`; the next one that reaches the cut that is armed is broken there."""

    def __init__(self) -> None:
        self.port = 0
        self.target = ("127.0.0.1", 0)
        self.cuts = 0
        self._armed: Cut | None = None

    def arm(self, cut: Cut | None) -> None:
        self._armed = cut

    @contextlib.asynccontextmanager
    async def serving(self) -> AsyncIterator[None]:
        """Listen for as long as the context lasts."""
        async with accepting(self._connected) as self.port:
            yield

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with connected(*self.target) as (up_reader, up_writer):
            try:
                async with asyncio.TaskGroup() as passing:
                    passing.create_task(self._pass_on("up", reader, up_writer))
                    passing.create_task(self._pass_on("down", up_reader, writer))
            except* Broken:
                await self._break((writer, up_writer))
            except* (OSError, asyncio.IncompleteReadError):
                pass
            writer.close()

    async def _pass_on(self, direction: Direction, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(await reader.readuntil(b"\r\n\r\n"))
        index = 0
        while True:
            frame = await _frame(reader)
            cut = self._armed
            if cut is not None and (cut.direction, cut.index) == (direction, index):
                writer.write(frame[: len(frame) // 2] if cut.manner is Manner.MID_FRAME else b"")
                raise Broken
            if cut is not None and cut.manner is Manner.LATE:
                await asyncio.sleep(LATE_S)
            writer.write(frame)
            await writer.drain()
            index += 1

    async def _break(self, ends: tuple[asyncio.StreamWriter, ...]) -> None:
        cut, self._armed = self._armed, None
        self.cuts += 1
        if cut is not None and cut.manner is Manner.STALLED:
            await asyncio.sleep(STALL_S)
        for end in ends:
            if cut is not None and cut.manner in (Manner.RESET, Manner.STALLED):
                end.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                end.transport.abort()


async def _frame(reader: asyncio.StreamReader) -> bytes:
    """Read one WebSocket frame, of either direction, as it is."""
    head = await reader.readexactly(2)
    length = head[1] & 0x7F
    more = await reader.readexactly({126: 2, 127: 8}.get(length, 0))
    size = int.from_bytes(more) if more else length
    return head + more + await reader.readexactly(size + (4 if head[1] & 0x80 else 0))
