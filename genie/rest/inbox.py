"""What one client has sent and the server has not carried out yet, in order, bounded by number and bytes."""

import asyncio
from collections import deque

from genie.errors import Busy
from genie.messages import Request

MAX_ITEMS = 2_048
"""Requests and frames of sound: 40 s of 20 ms frames, far more than a live client can be ahead."""

MAX_BYTES = 8 * 1_024 * 1_024


class Inbox:
    """Keep requests and sound in the order in which they came; when it is full the newest is refused."""

    def __init__(self) -> None:
        self._items: deque[Request | bytes] = deque()
        self._bytes = 0
        self._more = asyncio.Event()

    def put(self, item: Request | bytes) -> None:
        """Add an item, or raise `too_many_requests`."""
        size = len(item) if isinstance(item, bytes) else 0
        if len(self._items) >= MAX_ITEMS or self._bytes + size > MAX_BYTES:
            raise Busy("too_many_requests", "requests come faster than they can be carried out; slow down")
        self._items.append(item)
        self._bytes += size
        self._more.set()

    async def take(self) -> Request | bytes:
        """Return the oldest item as soon as there is one."""
        while not self._items:
            self._more.clear()
            await self._more.wait()
        item = self._items.popleft()
        self._bytes -= len(item) if isinstance(item, bytes) else 0
        return item
