"""What waits to be sent to one client: bounded by number, bytes and age; state coalesces, sound never does."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from genie.config import ServerSettings

Frame = str | bytes


@dataclass(slots=True)
class _Entry:
    frame: Frame
    at: float
    key: Hashable


class Outbox:
    """Keep frames in order. A client that does not keep up overflows its own outbox and nobody else's."""

    def __init__(self, limits: ServerSettings, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits
        self._clock = clock
        self._entries: deque[_Entry] = deque()
        self._latest: dict[Hashable, _Entry] = {}
        self._bytes = 0
        self._more = asyncio.Event()
        self._idle = asyncio.Event()
        self.overflowed = False
        self.closed = False

    def __len__(self) -> int:
        return len(self._entries)

    def put(self, frame: Frame, key: Hashable = None) -> None:
        """Add a frame; one that still waits with the same `key` is replaced where it stands."""
        if self.overflowed or self.closed:
            return
        if key is not None and (waiting := self._latest.get(key)) is not None:
            self._bytes += len(frame) - len(waiting.frame)
            waiting.frame = frame
            return
        self._idle.clear()
        entry = _Entry(frame, self._clock(), key)
        self._entries.append(entry)
        self._bytes += len(frame)
        if key is not None:
            self._latest[key] = entry
        self.overflowed = self._too_much()
        self._more.set()

    def discard(self, unwanted: Callable[[bytes], bool]) -> None:
        """Take back sound that has not left yet."""
        kept = [e for e in self._entries if not (isinstance(e.frame, bytes) and unwanted(e.frame))]
        self._entries = deque(kept)
        self._bytes = sum(len(entry.frame) for entry in kept)

    def close(self) -> None:
        """Say that nothing more is sent; what waits still leaves."""
        self.closed = True
        self._more.set()

    async def emptied(self) -> None:
        """Return when everything that waited has been sent."""
        await self._idle.wait()

    async def take(self) -> Frame | None:
        """Return the next frame when there is one; None when it is closed or the client fell too far behind."""
        while not (self._entries or self.overflowed or self.closed):
            self._more.clear()
            self._idle.set()
            await self._more.wait()
        self._idle.clear()
        if self.overflowed or not self._entries:
            return None
        entry = self._entries.popleft()
        self._bytes -= len(entry.frame)
        self._latest.pop(entry.key, None)
        return entry.frame

    def _too_much(self) -> bool:
        limits = self._limits
        return (
            len(self._entries) > limits.outbox_events
            or self._bytes > limits.outbox_bytes
            or self._clock() - self._entries[0].at > limits.outbox_age_s
        )
