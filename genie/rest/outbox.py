"""What waits to be sent to one client: bounded by number, bytes and age; state coalesces, sound never does."""

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from genie.messages import decode_audio
from genie.rest.frame import Frame, Wire, packed
from genie.settings import ServerSettings

SLOW = 16
"""Frames that wait for a client that is slow; one that keeps up is told every state."""

MOVED = "the session has moved to another socket"


@dataclass(slots=True, eq=False)
class _Entry:
    frame: Frame
    at: float
    key: Hashable


class Outbox:
    """Keep frames in order. A client that does not keep up overflows its own outbox and nobody else's.

    With a wire, a frame before which nothing waits goes there at once and never waits here. Most outboxes are empty
    most of the time: what they are made of is small, or made when it is needed.
    """

    def __init__(
        self, limits: ServerSettings, clock: Callable[[], float] = time.monotonic, wire: Wire | None = None
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._wire = wire
        self._slow = min(SLOW, limits.outbox_events // 2)
        self._entries: list[_Entry] = []
        self._latest: dict[Hashable, _Entry] = {}
        self._bytes = 0
        self._idle = False
        self._more: asyncio.Future[None] | None = None
        self._emptied: list[asyncio.Future[None]] = []
        self.overflowed = False
        self.closed = False
        self.goodbye = (1000, MOVED)

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, frame: Frame, key: Hashable = None, packet: bytes | None = None) -> None:
        """Add a frame; to a slow client only the newest of those with the same `key` is sent, where it came.

        `packet` is the frame as it goes over the wire, for who sends one frame to many.
        """
        if self.overflowed or self.closed:
            return
        if self._idle and self._wire is not None and self._wire.write(packet or packed(frame)):
            return
        if len(self._entries) >= self._slow and (older := self._latest.pop(key, None)) is not None:
            self._entries.remove(older)
            self._bytes -= len(older.frame)
        entry = _Entry(frame, self._clock(), key)
        self._entries.append(entry)
        self._bytes += len(frame)
        if key is not None:
            self._latest[key] = entry
        self.overflowed = self._too_much()
        self._wake()

    def discard(self, speech: int) -> None:
        """Take back the sound of a speech that has not left yet."""
        self._entries = [e for e in self._entries if isinstance(e.frame, str) or decode_audio(e.frame)[0] != speech]
        self._bytes = sum(len(entry.frame) for entry in self._entries)

    def close(self, code: int = 1000, reason: str = MOVED) -> None:
        """Say that nothing more is sent, and why; what waits still leaves."""
        self.closed = True
        self.goodbye = (code, reason)
        self._wake()

    def cut(self, code: int, reason: str) -> None:
        """Close, and forget what waits: it is not for this client any more."""
        self._entries.clear()
        self._latest.clear()
        self._bytes = 0
        self.close(code, reason)

    async def emptied(self) -> None:
        """Return when everything that waited has been sent."""
        if not self._idle:
            sent = asyncio.get_running_loop().create_future()
            self._emptied.append(sent)
            await sent

    async def take(self) -> Frame | None:
        """Return the next frame when there is one; None when it is closed or the client fell too far behind.

        One task takes, and what it took before has been sent when it comes again.
        """
        while not (self._entries or self.overflowed or self.closed):
            self._rest()
            self._more = asyncio.get_running_loop().create_future()
            await self._more
        if self.overflowed or not self._entries:
            return None
        entry = self._entries.pop(0)
        self._bytes -= len(entry.frame)
        if self._latest.get(entry.key) is entry:
            del self._latest[entry.key]
        return entry.frame

    def _rest(self) -> None:
        """Note that everything has been sent."""
        self._idle = True
        for sent in self._emptied:
            if not sent.done():
                sent.set_result(None)
        self._emptied.clear()

    def _wake(self) -> None:
        self._idle = False
        if self._more is not None and not self._more.done():
            self._more.set_result(None)

    def _too_much(self) -> bool:
        limits = self._limits
        return (
            len(self._entries) > limits.outbox_events
            or self._bytes > limits.outbox_bytes
            or self._clock() - self._entries[0].at > limits.outbox_age_s
        )
